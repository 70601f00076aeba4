"""The groups of pictures of an H.264 video: which of them can be copied as they are while others are encoded again.

A group starts at an IDR picture, from where a decoder can start afresh, and no picture before it is shown after it.
So each can be taken away and another put in its place. See docs/decisions/0012.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from av.packet import Packet
from av.stream import Stream
from numpy.typing import NDArray

from passerby.errors import GopCopyError
from passerby.media._av import open_container, read_only, read_packets, tick_of
from passerby.media.damage import Damage
from passerby.media.gop.h264 import (
    MACROBLOCK,
    ParameterSets,
    Sequence,
    UnitKind,
    kind_of,
    read_extradata,
    read_sps,
    split,
)
from passerby.media.read.planes import FrameFormat
from passerby.media.read.probe import Layout, choose_video, look
from passerby.records import Ticks

# Those that keep the time at which each picture is shown; MPEG-TS and MP4 by FFmpeg's names for them.
_CONTAINERS = {"mov", "matroska", "mpegts"}
_PROFILES = {66, 77, 100}  # baseline, main, high: those that the encoder can match
_PICTURES = {UnitKind.SLICE, UnitKind.IDR_SLICE}
_FIRST_SLICE = 0x80  # the first bit of a slice is set where it starts a picture: 7.3.3, first_mb_in_slice is 0


@dataclass(frozen=True, slots=True)
class Gops:
    """The pictures of a video in the order of their packets, and where its groups start."""

    layout: Layout
    sets: ParameterSets
    sequence: Sequence
    length_size: int | None  # of the units of its packets; None: start codes
    starts: Ticks  # (g,) the index of each group's first packet
    times: Ticks  # (n,) when each is shown; before time zero: it is not
    decoding: Ticks  # (n,) when each is to be decoded: strictly increasing, none after it is shown

    @property
    def format(self) -> FrameFormat:
        """In what form its pictures are encoded again: their own."""
        return FrameFormat(self.layout.info.pixel_format, self.layout.coded_size)

    @property
    def count(self) -> int:
        return len(self.starts)

    @property
    def shown_count(self) -> int:
        """How many frames are shown."""
        return int((self.times >= 0).sum())

    def dirty(self, is_hidden: Callable[[int], bool]) -> NDArray[np.bool_]:
        """Which groups (g,) must be encoded: something is hidden, or is not to be shown, in any of their frames.

        ``is_hidden`` is asked for each frame's time, in rising order.
        """
        order = np.argsort(self.times, kind="stable")
        touched = np.zeros(len(self.times), np.bool_)
        for index in order.tolist():
            at = int(self.times[index])
            touched[index] = at < 0 or is_hidden(at)
        groups: NDArray[np.bool_] = np.logical_or.reduceat(touched, self.starts)
        return groups


def plan_gops(path: Path) -> Gops:
    """Read all packets of a video, and see whether its groups of pictures can be copied one by one.

    No picture but the first is decoded: that they can be, and come out at the times of their packets, ``open_video``
    has to have shown, by reading as many frames as ``shown_count`` says without finding damage. Raises GopCopyError,
    which says why not; UnreadableError, NotVideoError or DamagedError.
    """
    layout = look(path)
    damage = Damage()
    with open_container(path) as container:
        video = choose_video(container, path)
        if not _CONTAINERS & set(container.format.name.split(",")):
            raise GopCopyError(f"files of its kind ({container.format.name}) may not say when pictures are shown")
        if video.codec_context.codec.canonical_name != "h264":
            raise GopCopyError(f"it is {video.codec_context.codec.canonical_name}, not H.264")
        sets, length_size = read_extradata(video.codec_context.extradata or b"")
        sequence = _only_sequence(sets)
        _check_shown_whole(layout, sequence)
        read_only(container, [video])
        reading = _GopReading(sets, length_size)
        for packet in read_packets(container, [video], damage):
            if packet.stream_index == video.index:
                reading.add(packet)
    if damage.packets:
        raise GopCopyError("parts of it are damaged")
    longest_gap = int(layout.longest_gap / tick_of(video))
    starts, times = reading.finish(layout.zero, longest_gap)
    return Gops(layout, sets, sequence, length_size, starts, times, decoding_times(times, layout.step))


def _only_sequence(sets: ParameterSets) -> Sequence:
    if len(sets.sps) > 1:
        raise GopCopyError("it has more than one sequence parameter set")
    sequence = read_sps(sets.sps[0])
    if sequence.profile not in _PROFILES or not sequence.is_plain:
        raise GopCopyError("it is H.264 of a rare profile, not 8 bit 4:2:0 in baseline, main or high")
    if not sequence.is_progressive:
        raise GopCopyError("its pictures may be interlaced")
    return sequence


def _check_shown_whole(layout: Layout, sequence: Sequence) -> None:
    """See that coded pictures hold nothing that is not shown, but what fills them up to whole macroblocks."""
    left, right, top, bottom = sequence.hidden
    width, height = layout.coded_size
    is_filling = left == top == 0 and right < MACROBLOCK and bottom < MACROBLOCK
    if not is_filling or (sequence.width - right, sequence.height - bottom) != (width, height):
        raise GopCopyError("its pictures hold more than is shown of them")


class _GopReading:
    """Takes in the packets of a video one by one."""

    def __init__(self, sets: ParameterSets, length_size: int | None) -> None:
        self._sets, self._length_size = sets, length_size
        self._starts: list[int] = []
        self._stamps: list[int] = []
        self._cut_off: list[int] = []  # those of what an edit list does not show

    def add(self, packet: "Packet[Stream]") -> None:
        if packet.pts is None:
            raise GopCopyError("not all of its pictures have time stamps")
        if packet.is_corrupt or packet.has_sidedata("new_extradata"):
            raise GopCopyError("its parameter sets change on the way, or parts of it are damaged")
        if self._starts_afresh(bytes(packet)):
            self._starts.append(len(self._stamps))
        elif not self._starts:
            raise GopCopyError("it does not start with a picture from which a decoder can start")
        if packet.is_discard:
            self._cut_off.append(packet.pts)
        self._stamps.append(packet.pts)

    def _starts_afresh(self, data: bytes) -> bool:
        """Check the units of one packet; True if it is an IDR picture."""
        units = list(split(data, self._length_size))
        for unit in units:
            kind = kind_of(unit)
            if kind not in set(UnitKind):
                raise GopCopyError(f"it has parts of a rare kind ({kind})")
            if kind in (UnitKind.SPS, UnitKind.PPS) and unit not in self._sets:
                raise GopCopyError("its parameter sets change on the way")
        if len(first_slices(units)) != 1:
            raise GopCopyError("its packets do not hold one picture each")
        return any(kind_of(unit) == UnitKind.IDR_SLICE for unit in units)

    def finish(self, zero: int, longest_gap: int) -> tuple[Ticks, Ticks]:
        """The starts of the groups, and when each picture is shown."""
        starts, times = np.array(self._starts, np.int64), np.array(self._stamps, np.int64) - zero
        if len(starts) < 2:
            raise GopCopyError("it is one group of pictures, or its groups are open: they need those before them")
        in_order = np.sort(times)
        shown = in_order[in_order >= 0]
        if np.diff(in_order).min() < 1 or not len(shown) or np.diff(shown).max(initial=0) > longest_gap:
            raise GopCopyError("its time stamps are broken")
        if any(stamp >= zero for stamp in self._cut_off):
            raise GopCopyError("an edit list cuts parts out of it")
        _check_closed(times, starts)
        return starts, times


def decoding_times(times: Ticks, step: int) -> Ticks:
    """When pictures that are shown at ``times`` (n,), given in the order of decoding, are to be decoded.

    Each takes the time at which one is shown, as many pictures earlier as the latest is behind its place; before
    the first there are steps of ``step``. Matroska keeps no such times, and not all writers keep them in order.

    >>> decoding_times(np.array([0, 30, 10, 20]), 10).tolist()
    [-10, 0, 10, 20]
    """
    in_order = np.sort(times)
    behind = int((np.arange(len(times)) - np.searchsorted(in_order, times)).max())
    before = in_order[0] - step * np.arange(behind, 0, -1, dtype=np.int64)
    return np.concatenate([before, in_order[: len(times) - behind]])


def first_slices(units: list[bytes]) -> list[bytes]:
    """The slices that start a picture."""
    return [unit for unit in units if kind_of(unit) in _PICTURES and len(unit) > 1 and unit[1] & _FIRST_SLICE]


def pictures_only(units: Iterator[bytes]) -> list[bytes]:
    """The units that hold a picture, without notes (SEI), delimiters, filling and repeated parameter sets."""
    return [unit for unit in units if kind_of(unit) in _PICTURES]


def _check_closed(times: Ticks, starts: Ticks) -> None:
    """See that each group is shown as a whole after the one before it, and its first picture first."""
    first, last = np.minimum.reduceat(times, starts), np.maximum.reduceat(times, starts)
    if (first != times[starts]).any() or (first[1:] <= last[:-1]).any():
        raise GopCopyError("its groups of pictures are shown one within another")
