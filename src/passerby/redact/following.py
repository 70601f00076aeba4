"""Following a place through frames by what it looks like there: no model, and nothing that outlives the frames.

Between two looks of a detector a box moves as its pixels do. Each step looks for the patch of the last frame around
where it should be by now, by normalised correlation (Lewis, "Fast Normalized Cross-Correlation", 1995), in both
directions of time. Patches are of sixteen pixels or so: enough to find the way, of no use to tell one person from
another, and gone with the frames that they are cut from.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.records import Floats, Pixels
from passerby.redact.lumas import Lumas

PATCH = 18  # long side of a patch, in its own pixels
LARGEST_ZOOM = 2.0  # small places are enlarged by this much at most
REACH = 0.6  # how far a place may move from where it should be in one frame, in its sides
LEAST_REACH = 4.0  # and at least, in pixels
FOUND = 0.5  # correlation with the patch of the frame before: less than this, and the place is lost
STILL_THERE = 0.25  # correlation with the patch where following began: less, and it has wandered off
CORE = 0.7  # share of the sides of a place that show the thing itself, and not what is behind it
FLAT = 2.0  # levels: a patch with a smaller deviation tells nothing, and stays where it is


def follow(lumas: Lumas, box: Floats, start: int, stop: int) -> Iterator[Floats]:
    """Where a box (4,) that is known in frame ``start`` is in the frames from the next one to ``stop``, included.

    Goes back in time if ``stop`` is before ``start``, and ends early when the place is lost. Boxes are in the
    pixels of ``lumas``, which must hold all frames between.
    """
    way = 1 if stop > start else -1
    sides = box[2:] - box[:2]
    centre: NDArray[np.float64] = (box[:2] + box[2:]).astype(np.float64) / 2
    speed = np.zeros(2)
    zoom = min(PATCH / max(float(sides.max()), 1.0), LARGEST_ZOOM)
    first = patch = _cut(lumas, start, centre, sides, zoom)
    if patch.std() < FLAT:
        return
    for frame in range(start + way, stop + way, way):
        reach = max(REACH * float(sides.max()), LEAST_REACH)
        place = _cut(lumas, frame, centre + speed, sides + 2 * reach, zoom)
        step, likeness = _best(place, patch)
        moved = centre + speed + step / zoom
        patch = _cut(lumas, frame, moved, sides, zoom)
        if likeness < FOUND or _likeness(first, patch) < STILL_THERE:
            return
        # A step is half noise: the speed that is expected next is a mean of the last ones.
        speed = (speed + (moved - centre)) / 2
        centre = moved
        yield np.concatenate([centre - sides / 2, centre + sides / 2]).astype(np.float32)


def alike(lumas: Lumas, boxes: tuple[Floats, Floats], frame: int) -> float:
    """The correlation of what a place, a box (4,) in the frame before and one of the same size in ``frame``, shows."""
    sides = CORE * (boxes[1][2:] - boxes[1][:2])
    zoom = min(PATCH / max(float(sides.max()), 1.0), LARGEST_ZOOM)
    before, now = (
        _cut(lumas, number, (box[:2] + box[2:]).astype(np.float64) / 2, sides, zoom)
        for number, box in zip((frame - 1, frame), boxes, strict=True)
    )
    return _likeness(before, now) if now.std() >= FLAT else 0.0


def _cut(lumas: Lumas, frame: int, centre: NDArray[Any], sides: NDArray[Any], zoom: float) -> Pixels:
    """The pixels around ``centre``, zoomed; what lies beyond the picture is like its border."""
    luma, x, y = lumas.at_most(frame, zoom)
    width, height = (max(round(float(side) * zoom), 3) for side in sides)
    # From pixels of the cut to those of the picture. Pixel 0 covers 0..1: OpenCV counts from its middle, at 0.5.
    step_x, step_y = x / zoom, y / zoom
    left, top = float(centre[0]) * x - width / 2 * step_x, float(centre[1]) * y - height / 2 * step_y
    matrix = np.array([[step_x, 0, left + step_x / 2 - 0.5], [0, step_y, top + step_y / 2 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(luma, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _best(place: Pixels, patch: Pixels) -> tuple[NDArray[np.float64], float]:
    """How far from the middle of ``place`` the patch fits best, in its pixels, and how well."""
    scores = np.asarray(cv2.matchTemplate(place, patch, cv2.TM_CCOEFF_NORMED))
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
