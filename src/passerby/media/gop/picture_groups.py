"""The groups of pictures of an H.264 video, to the bit, whatever file they lie in.

A group's digest is of its coded pictures alone: not of the notes (SEI) among them, of start codes or lengths before
them, or of the container. So a copy has the digest of each group that it took over as it was (docs/decisions/0012).
"""

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from passerby.errors import GopCopyError
from passerby.media._av import open_container, read_only, read_packets, tick_of
from passerby.media.damage import Damage
from passerby.media.gop.gops import pictures_only
from passerby.media.gop.h264 import ParameterSets, UnitKind, kind_of, read_extradata, split
from passerby.media.read.probe import choose_video, look

_SIZE_BYTES = 4  # of the length before each unit that is hashed


@dataclass(frozen=True, slots=True)
class PictureGroup:
    """From one picture that a decoder can start at, up to the next."""

    start: Fraction  # seconds from the first frame that is shown to the first of these; before it: less than 0
    frames: int
    digest: bytes  # SHA-256 of its coded pictures in the order of decoding, each after its length (4 bytes, big-endian)


@dataclass(frozen=True, slots=True)
class PictureGroups:
    """All of a video, in their order."""

    sets: ParameterSets  # what a decoder must know before the first picture
    groups: tuple[PictureGroup, ...]


def read_picture_groups(path: Path) -> PictureGroups:
    """Read all packets of a video; nothing is decoded but its first picture.

    Raises GopCopyError, which says why it has no groups that can be told apart so; UnreadableError, NotVideoError or
    DamagedError.
    """
    zero = look(path).zero
    damage = Damage()
    with open_container(path) as container:
        video = choose_video(container, path)
        if video.codec_context.codec.canonical_name != "h264":
            raise GopCopyError(f"it is {video.codec_context.codec.canonical_name}, not H.264")
        sets, length_size = read_extradata(video.codec_context.extradata or b"")
        read_only(container, [video])
        tick = tick_of(video)
        reading = _Reading(sets, length_size)
        for packet in read_packets(container, [video], damage):
            if packet.stream_index == video.index:
                if packet.pts is None:
                    raise GopCopyError("not all of its pictures have time stamps")
                reading.add(bytes(packet), (packet.pts - zero) * tick)
    if damage.packets:
        raise GopCopyError("parts of it are damaged")
    return PictureGroups(sets, reading.finish())


class _Reading:
    """Takes in the packets of a video one by one; it holds what is known of groups, and no packet."""

    def __init__(self, sets: ParameterSets, length_size: int | None) -> None:
        self._sets, self._length_size = sets, length_size
        self._groups: list[PictureGroup] = []
        self._start = Fraction(0)
        self._frames = 0
        self._hash = hashlib.sha256()

    def add(self, packet: bytes, shown: Fraction) -> None:
        units = list(split(packet, self._length_size))
        if any(kind_of(unit) in (UnitKind.SPS, UnitKind.PPS) and unit not in self._sets for unit in units):
            raise GopCopyError("its parameter sets change on the way")
        pictures = pictures_only(iter(units))
        if any(kind_of(unit) == UnitKind.IDR_SLICE for unit in pictures):
            self._end()
            self._start = shown
        elif not self._frames:
            raise GopCopyError("it does not start with a picture from which a decoder can start")
        self._frames += 1
        for unit in pictures:
            self._hash.update(len(unit).to_bytes(_SIZE_BYTES, "big") + unit)

    def finish(self) -> tuple[PictureGroup, ...]:
        self._end()
        return tuple(self._groups)

    def _end(self) -> None:
        if self._frames:
            self._groups.append(PictureGroup(self._start, self._frames, self._hash.digest()))
            self._frames, self._hash = 0, hashlib.sha256()
