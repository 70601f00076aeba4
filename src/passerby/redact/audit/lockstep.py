"""An original and its copy, read side by side: which frames belong together, and which have no fellow.

A copy that shows each frame at its time has the times of the original, to the coarser tick of the two files. That the
frames show the same at the same times is told from small pictures of both: a hidden place is unlike the original in
all frames, so little is counted there.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import cv2
import numpy as np

from passerby.media.read.frames import Frame, Reader
from passerby.media.read.planes import cropped
from passerby.records import Floats, Pixels
from passerby.times import format_timecode

_SMALL = (64, 36)
_MOVES = 8.0  # levels: a pixel that changes more from frame to frame tells which frame it is from
_HIDDEN = 24.0  # levels: one that is further off than this in all frames is hidden,
_REACH = 5  # and so is what is so near: the side of a square, in pixels
_ENOUGH = 8  # telling pixels that a frame must have
# A frame seems shifted if a neighbour of its fellow is so much more like it: times, and levels, for half of them.
_TIMES, _LEVELS = 2.0, 2.0
_IN_A_ROW = 3  # telling frames that must seem shifted the same way: the edge of a moving hide can look like that once


@dataclass(slots=True)
class FramePair:
    """A frame of the original, and the one of the copy at its time, upright and in the original's size."""

    index: int  # of all pairs
    seconds: float
    original: Frame
    copy: Frame
    size: tuple[int, int]
    _rgb: dict[str, Pixels] = field(default_factory=dict)

    def original_rgb(self) -> Pixels:
        """The pixels (h, w, 3), converted once."""
        return self._converted("original", self.original)

    def copy_rgb(self) -> Pixels:
        return self._converted("copy", self.copy)

    def _converted(self, name: str, frame: Frame) -> Pixels:
        if name not in self._rgb:
            self._rgb[name] = frame.rgb(*self.size)
        return self._rgb[name]


class Lockstep:
    """One pass over both; what is counted is final after it."""

    def __init__(self, original: Reader, copy: Reader) -> None:
        self._original, self._copy = original, copy
        self._tolerance = max(original.info.time_base.tick, copy.info.time_base.tick)
        self._size = original.info.width, original.info.height
        self.estimated_seconds = original.info.estimated_seconds
        self.pairs = 0
        self.missing: list[float] = []  # seconds of the original's frames that the copy does not have
        self.added: list[float] = []  # seconds of the copy's frames that the original does not have
        self.missing_at_end = 0  # how many of ``missing`` come after all frames of the copy

    def read(self) -> Iterator[FramePair]:
        """All pairs, in order."""
        originals, copies = _frames(self._original), self._copied()
        one, other = next(originals, None), next(copies, None)
        if one is not None and other is not None:
            shift = self._shift(one[0], other[0])
            other = (other[0] + shift, other[1])
            copies = ((seconds + shift, frame) for seconds, frame in copies)
        while one is not None or other is not None:
            if one is not None and (other is None or other[0] - one[0] > self._tolerance):
                self.missing.append(float(one[0]))
                self.missing_at_end += 1
                one = next(originals, None)
                continue
            self.missing_at_end = 0
            if one is not None and other is not None and one[0] - other[0] <= self._tolerance:
                yield FramePair(self.pairs, float(one[0]), one[1], other[1], self._size)
                self.pairs += 1
                one, other = next(originals, None), next(copies, None)
            elif other is not None:
                self.added.append(float(other[0]))
                other = next(copies, None)

    @property
    def is_padded(self) -> bool:
        """Whether the copy has a line or a column more, since its encoder takes even sides alone."""
        size = self._original.layout.coded_size
        return self._copy.layout.coded_size != size and self._copy.layout.coded_size == (
            size[0] + size[0] % 2,
            size[1] + size[1] % 2,
        )

    def _copied(self) -> Iterator[tuple[Fraction, Frame]]:
        """The frames of the copy, without what was added to them."""
        if not self.is_padded:
            return _frames(self._copy)
        size = self._original.layout.coded_size
        return ((at, replace(frame, picture=cropped(frame.picture, size))) for at, frame in _frames(self._copy))

    def _shift(self, first: Fraction, copied: Fraction) -> Fraction:
        """By how many seconds the copy's times are off: where sound began before the pictures and was dropped, the
        copy begins with its first picture, which readers take for time zero."""
        zero = self._copy.layout.zero * self._copy.info.time_base.tick
        return zero if abs(copied + zero - first) <= self._tolerance else Fraction(0)


def _frames(reader: Reader) -> Iterator[tuple[Fraction, Frame]]:
    """The frames with their times in seconds."""
    tick = reader.info.time_base.tick
    return ((frame.pts * tick, frame) for frame in reader.read() if isinstance(frame, Frame))


class ShiftCheck:
    """Finds the frames of a copy that show what the original shows a frame earlier or later."""

    def __init__(self) -> None:
        self._small: deque[tuple[float, Pixels, Pixels]] = deque(maxlen=3)
        self._way = 0
        self._row: list[float] = []
        self.shifted: list[float] = []  # seconds

    def push(self, pair: FramePair) -> None:
        self._small.append((pair.seconds, pair.original.rgb(*_SMALL), pair.copy.rgb(*_SMALL)))
        if len(self._small) < 3:
            return
        (_, before, _), (seconds, own, copied), (_, after, _) = self._small
        way = _shift(copied, before, own, after)
        if way is None:
            return
        if way != self._way:
            self._way, self._row = way, []
        self._row.append(seconds)
        if way != 0 and len(self._row) >= _IN_A_ROW:
            self.shifted.extend(self._row if len(self._row) == _IN_A_ROW else [seconds])


def _shift(copied: Pixels, before: Pixels, own: Pixels, after: Pixels) -> int | None:
    """-1 for a frame that copies the one before its own, 1 the one after it, 0 its own; None if nothing tells."""
    off = np.stack([_apart(copied, frame) for frame in (before, own, after)])
    hidden = cv2.dilate((off.min(axis=0) >= _HIDDEN).astype(np.uint8), np.ones((_REACH, _REACH), np.uint8))
    moves = np.maximum(_apart(before, own), _apart(after, own)) > _MOVES
    telling = moves & (np.asarray(hidden) == 0)
    if telling.sum() < _ENOUGH:
        return None
    of_before, of_own, of_after = np.median(off[:, telling], axis=1).tolist()
    if of_own <= _TIMES * min(of_before, of_after) + _LEVELS:
        return 0
    return -1 if of_before < of_after else 1


def _apart(one: Pixels, other: Pixels) -> Floats:
    """How far the colours of each pixel (h, w) are apart, in the channel where that is most."""
    apart: Floats = np.abs(one.astype(np.float32) - other).max(axis=2)
    return apart


def times_in_words(lockstep: Lockstep, shifts: ShiftCheck, damage: str) -> Iterator[str]:
    """What is wrong with the times of a copy; of one with ``damage`` the end may be missing."""
    missing = lockstep.missing
    if damage:
        missing = missing[: len(missing) - lockstep.missing_at_end]
    if not lockstep.pairs:
        yield "no frame of the copy is shown at the time of one of the original: none was compared"
        return
    for times, what in (
        (missing, "missing in the copy"),
        (lockstep.added, "in the copy and not in the original"),
        (shifts.shifted, "shown a frame too early or too late"),
    ):
        if times:
            yield f"{_counted(len(times))} {what}, the first at {format_timecode(times[0])}"


def _counted(frames: int) -> str:
    return "1 frame is" if frames == 1 else f"{frames} frames are"
