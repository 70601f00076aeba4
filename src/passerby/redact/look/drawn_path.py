"""Where a thing goes that somebody boxed in one frame: followed, forward and back, to the ends of its shot.

It is followed as what detectors find is (``following.py``): by its pixels, and, if it is a face, by looking closely at
where it should be when they lose the way. Where it is lost for good the box stays where it was, larger, to the end of
the shot, and the path says from where on, so that whoever drew it can see to the rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from passerby.errors import UsageError
from passerby.media.read.luma import small_luma
from passerby.media.read.probe import look
from passerby.media.read.stretches import frames_back, frames_from
from passerby.models.source import ModelSource
from passerby.records import Floats, PixelBox, Pixels, Ticks
from passerby.redact.look.enlarged import CloseFinder
from passerby.redact.look.looker import AGAIN, FAINT
from passerby.redact.look.sightings import RULES
from passerby.redact.look.tracker import SAME
from passerby.times import TimeBase
from passerby.tracking.following import Find, correlation, follow, never
from passerby.tracking.new_picture import NewPicture
from passerby.tracking.paths import UNSURE, blurred, simplified
from passerby.tracking.pyramids import LumaPyramids, size_to_follow_in

# Why a path goes no further: another shot is there, or nothing, or it is as long as one may be.
End = Literal["cut", "video", "length"]

LONGEST = 60  # seconds for which a box is followed in either direction; from its end one can follow on
AT_ONCE = 128  # frames that are held where time runs backward
_FOREVER = 1 << 40  # frames

_Step = tuple[int, Floats]  # a pts, and the box (4,) there


@dataclass(frozen=True, slots=True)
class DrawnPath:
    """Where to hide what was boxed, from frame to frame; between times the box moves and grows in a straight line."""

    times: Ticks  # (n,) strictly increasing, n >= 1; from the first frame to the last, both included
    boxes: Floats  # (n, 4) in pixels of the upright frame
    starts: End
    ends: End
    known: tuple[int, int]  # the first and the last pts at which it was seen; beyond, it is only guessed


@dataclass(frozen=True, slots=True)
class _HalfPath:
    """One direction of a path, away from the frame in which the box was drawn."""

    steps: tuple[_Step, ...]
    end: End
    known: int  # the last pts at which it was seen


def drawn_path(path: Path, box: PixelBox, pts: int, models: ModelSource) -> DrawnPath:
    """The path of what ``box`` holds in the frame that is shown at ``pts``.

    Raises MediaError for a video that cannot be read, UsageError for a box outside of its pictures.
    """
    info = look(path).info
    if box[0] >= info.width or box[1] >= info.height:
        raise UsageError(f"expected a box within {info.width}x{info.height} pixels, found {','.join(map(str, box))}")
    following = _Following(path, box, pts, models)
    on, back = following.on(), following.back()
    steps = [*reversed(back.steps), (following.start, np.array(box, np.float32)), *on.steps]
    times, boxes = np.array([at for at, _ in steps], np.int64), np.array([place for _, place in steps], np.float32)
    return DrawnPath(*simplified(times, blurred(boxes)), back.end, on.end, (back.known, on.known))


class _Following:
    """Goes both ways from one frame."""

    def __init__(self, path: Path, box: PixelBox, pts: int, models: ModelSource) -> None:
        info = look(path).info
        self._path = path
        self._base: TimeBase = info.time_base
        self._size = size_to_follow_in(info.width, info.height)
        self._scale = np.array([self._size[0] / info.width, self._size[1] / info.height] * 2, np.float32)
        self._box = np.array(box, np.float32) * self._scale
        first = next(frames_from(path, pts))
        self.start = first.pts
        self._find = _finder(small_luma(first, *self._size), self._box, models)

    def on(self) -> _HalfPath:
        """Forward in time."""
        frames = frames_from(self._path, self.start)
        return self._walk(((frame.pts, small_luma(frame, *self._size)) for frame in frames), NewPicture())

    def back(self) -> _HalfPath:
        """Backward."""
        frames = frames_back(self._path, self.start, AT_ONCE, lambda frame: small_luma(frame, *self._size))
        return self._walk(frames, NewPicture(backward=True))

    def _walk(self, frames: Iterator[tuple[int, Pixels]], new_picture: NewPicture) -> _HalfPath:
        lumas = LumaPyramids(2, *self._size)
        trail = follow(lumas, self._box, 0, _FOREVER, self._find)
        steps: list[_Step] = []
        place, known = self._box, self.start
        for at, luma in frames:
            lumas.put(luma)
            new = new_picture.begins(luma)
            if at == self.start:
                continue
            if abs(at - self.start) * self._base.tick > LONGEST:
                return _HalfPath(tuple(steps), "length", known)
            found = next(trail, None)
            if new and (found is None or correlation(lumas, (place, found.box), lumas.count - 1) < SAME):
                return _HalfPath(tuple(steps), "cut", known)
            if found is not None:
                place, known = found.box, at
            steps.append((at, (place if found is not None else _guessed(place)) / self._scale))
        return _HalfPath(tuple(steps), "video", known)


def _guessed(box: Floats) -> Floats:
    """What is hidden where nobody knows how far what was in ``box`` has moved."""
    sides = UNSURE * (box[2:] - box[:2])
    return np.concatenate([box[:2] - sides, box[2:] + sides]).astype(np.float32)


def _finder(luma: Pixels, box: Floats, models: ModelSource) -> Find:
    """Looks closely for the face in ``box`` (4,) of ``luma`` (h, w); ``never``, if what it holds is not one."""
    weak = RULES["faces"].weak_score
    close = CloseFinder(models.open(models.name_for("redacted-faces"), threshold=FAINT * weak, long_side=0), AGAIN)
    face = close.find_one(luma, box)
    if face is None:
        return never
    beside, sides = _middle(box) - _middle(face[0]), face[0][2:] - face[0][:2]

    def find(now: Pixels, place: Floats) -> tuple[Floats, float] | None:
        middle = _middle(place) - beside
        found = close.find_one(now, np.concatenate([middle - sides / 2, middle + sides / 2]).astype(np.float32))
        if found is None:
            return None
        half, around = (place[2:] - place[:2]) / 2, _middle(found[0]) + beside
        return np.concatenate([around - half, around + half]).astype(np.float32), found[1]

    return find


def _middle(box: Floats) -> Floats:
    return np.asarray((box[:2] + box[2:]) / 2, np.float32)
