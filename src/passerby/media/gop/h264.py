"""H.264 as bytes: the units of a packet, its parameter sets, and the record that MP4 and Matroska keep of them.

Sources: ITU-T H.264 (08/2021), 7.3 and Annex B; ISO/IEC 14496-15 (2019), 5.3.3.1 (the record, "avcC").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from passerby.errors import GopCopyError

_START = b"\x00\x00\x01"
MACROBLOCK = 16  # pixels a side
_LENGTH_SIZE = 4  # of the lengths that ``join`` writes


class UnitKind(IntEnum):
    """What a unit is: table 7-1. Of these only SLICE and IDR_SLICE hold a picture."""

    SLICE = 1
    IDR_SLICE = 5
    SEI = 6  # notes: time stamps, captions, whatever a camera likes to add
    SPS = 7
    PPS = 8
    DELIMITER = 9
    END_OF_SEQUENCE = 10
    END_OF_STREAM = 11
    FILLER = 12


def kind_of(unit: bytes) -> int:
    """The type of a unit, which may be one that ``UnitKind`` does not name."""
    return unit[0] & 31


def split(data: bytes, length_size: int | None) -> Iterator[bytes]:
    """The units of a packet: with a length of so many bytes before each, or for None with start codes between.

    Raises GopCopyError.
    """
    return _by_start_codes(data) if length_size is None else _by_lengths(data, length_size)


def _by_lengths(data: bytes, size: int) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        start = at + size
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            raise GopCopyError("a packet ends within a part of it: the file is damaged")
        if at > start:
            yield data[start:at]


def _by_start_codes(data: bytes) -> Iterator[bytes]:
    start = data.find(_START)
    while start >= 0:
        end = data.find(_START, start + 3)
        # Zeros before a start code belong to no unit: each ends with a one.
        unit = data[start + 3 : end if end >= 0 else len(data)].rstrip(b"\x00")
        if unit:
            yield unit
        start = end


def join(units: list[bytes]) -> bytes:
    """A packet of these units, a length of four bytes before each."""
    return b"".join(len(unit).to_bytes(_LENGTH_SIZE, "big") + unit for unit in units)


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """What a decoder must know before the first picture: sequence and picture parameter sets, as units."""

    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]

    def __add__(self, other: "ParameterSets") -> "ParameterSets":
        return ParameterSets(self.sps + other.sps, self.pps + other.pps)

    def __contains__(self, unit: bytes) -> bool:
        return unit in self.sps or unit in self.pps

    @property
    def ids(self) -> set[int]:
        """All numbers that are taken, of either kind."""
        return self.sps_numbers | self.pps_numbers

    @property
    def sps_numbers(self) -> set[int]:
        """Those of the sequence parameter sets."""
        return {read_sps(unit).number for unit in self.sps}

    @property
    def pps_numbers(self) -> set[int]:
        """Those of the picture parameter sets."""
        return {_Bits(unit[1:]).ue() for unit in self.pps}

    def record(self) -> bytes:
        """The "avcC" record of these sets, for 8 bit 4:2:0: all that is in it, and nothing else."""
        profile, compatibility, level = self.sps[0][1:4]
        level = max(level, *(unit[3] for unit in self.sps))
        head = bytes([1, profile, compatibility, level, 0xFC | (_LENGTH_SIZE - 1), 0xE0 | len(self.sps)])
        tail = bytes([0xFD, 0xF8, 0xF8, 0]) if profile == 100 else b""
        return head + _sized(self.sps) + bytes([len(self.pps)]) + _sized(self.pps) + tail


def _sized(units: tuple[bytes, ...]) -> bytes:
    return b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def read_extradata(data: bytes) -> tuple[ParameterSets, int | None]:
    """The parameter sets of a stream, and the size of the lengths in its packets (None: start codes).

    Raises GopCopyError.
    """
    is_record = data[:1] == b"\x01"
    units = list(_of_record(data) if is_record else _by_start_codes(data))
    kinds = UnitKind.SPS, UnitKind.PPS
    found = ParameterSets(*(tuple(unit for unit in units if kind_of(unit) == kind) for kind in kinds))
    if not found.sps or not found.pps:
        raise GopCopyError("its header names no parameter sets")
    return found, (data[4] & 3) + 1 if is_record else None


def _of_record(data: bytes) -> Iterator[bytes]:
    at = 5
    for mask in (31, 255):
        count = int.from_bytes(data[at : at + 1], "big") & mask
        at += 1
        for _ in range(count):
            size = int.from_bytes(data[at : at + 2], "big")
            unit = data[at + 2 : at + 2 + size]
            if not unit or len(unit) < size:
                raise GopCopyError("the parameter sets in its header are cut short")
            yield unit
            at += 2 + size


@dataclass(frozen=True, slots=True)
class Sequence:
    """What a sequence parameter set says, as far as it matters here."""

    number: int
    profile: int  # 66 baseline, 77 main, 100 high
    level: int  # ten times the level
    is_plain: bool  # 8 bit 4:2:0
    is_progressive: bool
    width: int  # of the coded pictures, in whole macroblocks
    height: int
    hidden: tuple[int, int, int, int]  # how many pixels of them are not shown: left, right, top, bottom


def read_sps(unit: bytes) -> Sequence:
    """Read a sequence parameter set of one of the common profiles: 7.3.2.1.1. Raises GopCopyError."""
    if len(unit) < 5:
        raise GopCopyError("a parameter set is cut short")
    profile, level = unit[1], unit[3]
    bits = _Bits(unit[4:])
    number = bits.ue()
    is_plain = _read_format(bits) if profile == 100 else True
    bits.ue()  # log2_max_frame_num
    _skip_order(bits)
    bits.skip_ue(1)  # max_num_ref_frames
    bits.u(1)
    width, rows = (bits.ue() + 1) * MACROBLOCK, (bits.ue() + 1) * MACROBLOCK
    is_progressive = bits.u(1) == 1
    height = rows if is_progressive else 2 * rows
    return Sequence(number, profile, level, is_plain, is_progressive, width, height, _read_crop(bits, is_progressive))


def _read_crop(bits: "_Bits", is_progressive: bool) -> tuple[int, int, int, int]:
    """What is not shown of 4:2:0, which is told in pairs of pixels (of rows of each field)."""
    bits.u(1 if is_progressive else 2)
    if not bits.u(1):
        return 0, 0, 0, 0
    down = 2 if is_progressive else 4
    return 2 * bits.ue(), 2 * bits.ue(), down * bits.ue(), down * bits.ue()


def _read_format(bits: "_Bits") -> bool:
    chroma, luma_depth, chroma_depth = bits.ue(), bits.ue(), bits.ue()
    bits.u(1)
    if chroma == 1 and bits.u(1):  # scaling lists; with 4:4:4 there is a bit more before, but that is not plain
        for index in range(8):
            if bits.u(1):
                _skip_scaling(bits, 16 if index < 6 else 64)
    return (chroma, luma_depth, chroma_depth) == (1, 0, 0)


def _skip_scaling(bits: "_Bits", size: int) -> None:
    scale = 8
    for _ in range(size):
        scale = (scale + bits.se()) % 256
        if scale == 0:
            return


def _skip_order(bits: "_Bits") -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.u(1)
        bits.skip_ue(2)
        bits.skip_ue(bits.ue())


class _Bits:
    """A reader of what is left of a unit without its emulation prevention bytes: 7.3.1, 9.1."""

    def __init__(self, escaped: bytes) -> None:
        self._text = "".join(f"{byte:08b}" for byte in escaped.replace(b"\x00\x00\x03", b"\x00\x00"))
        self._at = 0

    def u(self, count: int) -> int:
        end = self._at + count
        if end > len(self._text):
            raise GopCopyError("a parameter set is cut short")
        value = int(self._text[self._at : end], 2)
        self._at = end
        return value

    def ue(self) -> int:
        one = self._text.find("1", self._at)
        if one < 0:
            raise GopCopyError("a parameter set is cut short")
        zeros, self._at = one - self._at, one
        return self.u(zeros + 1) - 1

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)

    def skip_ue(self, count: int) -> None:
        for _ in range(count):
            self.ue()
