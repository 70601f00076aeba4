"""Following a place through frames by what it looks like there; nothing outlives the frames.

Between two looks of a detector a box moves as its pixels do. Each step looks for the patch of the last frame around
where it should be by now, by normalised correlation (Lewis, "Fast Normalized Cross-Correlation", 1995), in both
directions of time. Patches are of sixteen pixels or so: enough to find the way, of no use to tell one person from
another, and gone with the frames that they are cut from. Where the pixels lose the way a detector is asked, which looks
closely at where the thing should be.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.records import Floats, Pixels
from passerby.tracking.pyramids import LumaPyramids

PATCH = 18  # long side of a patch, in its own pixels
LARGEST_ZOOM = 2.0  # small places are enlarged by this much at most
REACH = 0.6  # how far a place may move from where it should be in one frame, in its sides
LEAST_REACH = 4.0  # and at least, in pixels
FOUND = 0.5  # correlation with the patch of the frame before: less than this, and the place is lost
STILL_THERE = 0.25  # correlation with the patch where following began: less, and it has wandered off
LEAST_PART = 0.25  # share of its sides that the border has to leave of a place
CORE = 0.7  # share of the sides of a place that show the thing itself, and not what is behind it
FLAT = 2.0  # levels: a patch with a smaller deviation tells nothing, and stays where it is

LINE = 12  # height of a patch of a line of text, in its own pixels: letters are told apart by it
LINE_REACH = (1.5, 0.75)  # how far a line may move from where it should be in one frame, in its height

_Part = tuple[slice, slice]  # rows and columns of a patch

# Looks for a thing in a frame's luma (h, w) where its box (4,) should be: its box and score there, or None.
Find = Callable[[Pixels, Floats], tuple[Floats, float] | None]


@dataclass(frozen=True, slots=True)
class FollowedPlace:
    """Where a thing is in one frame."""

    box: Floats  # (4,)
    score: float  # of the detector that found it there; 0 where the pixels alone told


@dataclass(frozen=True, slots=True)
class Gauge:
    """How closely a place is looked at, and how far around it."""

    zoom: float  # pixels of a patch for one of the picture
    reach: NDArray[np.float64]  # (2,) pixels that it may move to either side, and up or down, in one frame
    still_there: float = STILL_THERE


def gauge_of(box: Floats) -> Gauge:
    """That of a thing about as wide as high, in a box (4,)."""
    side = float((box[2:] - box[:2]).max())
    reach = max(REACH * side, LEAST_REACH)
    return Gauge(min(PATCH / max(side, 1.0), LARGEST_ZOOM), np.array([reach, reach]))


def line_gauge_of(box: Floats) -> Gauge:
    """That of a line of text: long and low, or high and narrow where it runs up or down.

    A patch as small as that of a thing would have a line's letters in two or three pixels, and fit anywhere.
    """
    height = float((box[2:] - box[:2]).min())
    along, across = (max(share * height, LEAST_REACH) for share in LINE_REACH)
    reach = (along, across) if box[2] - box[0] >= box[3] - box[1] else (across, along)
    return Gauge(min(LINE / max(height, 1.0), LARGEST_ZOOM), np.array(reach), FOUND)


def never(luma: Pixels, box: Floats) -> None:
    """A ``Find`` for what no detector can be asked for closely."""


def follow(
    lumas: LumaPyramids, box: Floats, start: int, stop: int, find: Find = never, *, checks: int = 0
) -> Iterator[FollowedPlace]:
    """Where a box (4,) that is known in frame ``start`` is in the frames from the next one to ``stop``, included.

    Goes back in time if ``stop`` is before ``start``, and ends early when the place is lost: neither the pixels nor
    ``find`` tell where it went. ``find`` is asked in the first ``checks`` frames too. Boxes are in the pixels of
    ``lumas``, which must hold all frames between, and keep their size: what is found in little of a face would else
    lead to less and less of it, or to more and more.
    """
    way = 1 if stop > start else -1
    trail = Trail(lumas, box, start, gauge_of(box))
    if trail.is_flat:
        return
    for frame in range(start + way, stop + way, way):
        kept = trail.step(frame)
        found = find(lumas[frame], trail.box) if not kept or abs(frame - start) <= checks else None
        if found is not None:
            trail.restart(frame, _centre(found[0]))
        elif not kept or trail.is_out:
            return
        yield FollowedPlace(trail.box, found[1] if found else 0.0)


class Trail:
    """The way of one place; where the picture's border cuts it, what is left of it shows the way."""

    def __init__(self, lumas: LumaPyramids, box: Floats, frame: int, gauge: Gauge) -> None:
        self._lumas, self._gauge = lumas, gauge
        self._size = np.array(lumas[frame].shape[::-1])
        self._sides = box[2:] - box[:2]
        self._speed = np.zeros(2)
        self._zoom = gauge.zoom
        self.restart(frame, _centre(box))

    def restart(self, frame: int, centre: NDArray[np.float64]) -> None:
        """Its centre (2,) is known in ``frame``."""
        self._centre = centre
        self._first = self._patch = _cut(self._lumas, frame, self._centre, self._sides, self._zoom)
        self._first_inside = self._inside(centre)

    @property
    def is_flat(self) -> bool:
        """Whether there is nothing to follow."""
        return bool(self._patch.std() < FLAT)

    @property
    def is_out(self) -> bool:
        """Whether it has left the picture: beyond it there is nothing to follow."""
        return bool((self.box[2:] <= 0).any() or (self.box[:2] >= self._size).any())

    @property
    def box(self) -> Floats:
        half = self._sides / 2
        return np.concatenate([self._centre - half, self._centre + half]).astype(np.float32)

    def step(self, frame: int) -> bool:
        """Go on to the next frame, as far as the pixels tell; False if they lose the way there."""
        around = self._sides + 2 * self._gauge.reach
        place = _cut(self._lumas, frame, self._centre + self._speed, around, self._zoom)
        step, likeness = _best(place, self._patch, self._inside(self._centre))
        moved = self._centre + self._speed + step / self._zoom
        patch = _cut(self._lumas, frame, moved, self._sides, self._zoom)
        both = _common(self._first_inside, self._inside(moved))
        if likeness < FOUND or _likeness(self._first[both], patch[both]) < self._gauge.still_there:
            self._centre = self._centre + self._speed
            return False
        # A step is half noise: the speed that is expected next is a mean of the last ones.
        self._speed = (self._speed + (moved - self._centre)) / 2
        self._centre, self._patch = moved, patch
        return True

    def _inside(self, centre: NDArray[np.float64]) -> _Part:
        """What lies in the picture of a patch cut at ``centre``; all of it if that is too little to tell anything."""
        corner = centre - self._sides / 2
        shape = np.array(self._patch.shape[::-1])
        low = np.ceil(np.maximum(-corner, 0) * self._zoom).astype(int)
        high = np.minimum(np.floor((self._size - corner) * self._zoom).astype(int), shape)
        if (high - low < LEAST_PART * shape).any():
            low, high = np.zeros(2, int), shape
        return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def correlation(lumas: LumaPyramids, boxes: tuple[Floats, Floats], frame: int) -> float:
    """The correlation of what a place, a box (4,) in the frame before and one of the same size in ``frame``, shows."""
    sides = CORE * (boxes[1][2:] - boxes[1][:2])
    zoom = min(PATCH / max(float(sides.max()), 1.0), LARGEST_ZOOM)
    before, now = (
        _cut(lumas, number, _centre(box), sides, zoom) for number, box in zip((frame - 1, frame), boxes, strict=True)
    )
    return _likeness(before, now) if now.std() >= FLAT else 0.0


def _centre(box: Floats) -> NDArray[np.float64]:
    return (box[:2] + box[2:]).astype(np.float64) / 2


def _common(one: _Part, other: _Part) -> _Part:
    """What two parts share, or ``other`` if that is nothing."""
    rows, columns = (slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(one, other, strict=True))
    return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else other


def _cut(lumas: LumaPyramids, frame: int, centre: NDArray[Any], sides: NDArray[Any], zoom: float) -> Pixels:
    """The pixels around ``centre``, zoomed; what lies beyond the picture is like its border."""
    luma, x, y = lumas.at_most(frame, zoom)
    width, height = (max(round(float(side) * zoom), 3) for side in sides)
    # From pixels of the cut to those of the picture. Pixel 0 covers 0..1: OpenCV counts from its middle, at 0.5.
    step_x, step_y = x / zoom, y / zoom
    left, top = float(centre[0]) * x - width / 2 * step_x, float(centre[1]) * y - height / 2 * step_y
    matrix = np.array([[step_x, 0, left + step_x / 2 - 0.5], [0, step_y, top + step_y / 2 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(luma, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _best(place: Pixels, patch: Pixels, part: _Part) -> tuple[NDArray[np.float64], float]:
    """How far from the middle of ``place`` this part of the patch fits best, in its pixels, and how well."""
    more = np.subtract(place.shape, patch.shape).tolist()
    around = tuple(slice(one.start, one.stop + wider) for one, wider in zip(part, more, strict=True))
    scores = np.asarray(cv2.matchTemplate(place[around], patch[part], cv2.TM_CCOEFF_NORMED))
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    middle = (np.array(scores.shape[::-1]) - 1) / 2
    fine = np.array([x + _peak(scores[y], x), y + _peak(scores[:, x], y)])
    return fine - middle, float(best)


def _peak(scores: Floats, at: int) -> float:
    """The top of the parabola through the best score and its neighbours, as an offset in -0.5..0.5."""
    if not 0 < at < len(scores) - 1:
        return 0.0
    before, here, after = (float(score) for score in scores[at - 1 : at + 2])
    bend = before - 2 * here + after
    return 0.0 if bend >= 0 else float(np.clip((before - after) / (2 * bend), -0.5, 0.5))


def _likeness(one: Pixels, other: Pixels) -> float:
    """The correlation of two patches of the same size."""
    a, b = (patch.astype(np.float64) - patch.mean() for patch in (one, other))
    norm: NDArray[np.float64] = np.sqrt((a * a).sum() * (b * b).sum())
    return float((a * b).sum() / norm) if norm > 0 else 0.0
