"""Wipes: a border sweeps over the picture, before it the old shot, behind it the new one.

Every second frame the picture is compared with that of some frames before. It was a wipe if

- nearly the whole picture has changed, in its colours too, and other structure shows;
- each part of it changed once, from what it was to what it is, and neighbours one after the other;
- what changed at any time did so at the border, and before and after that little changed.

Where a camera moves, all parts change at all times; where something passes, the old picture comes back, or moves on.
The numbers were set on made edits (benchmarks/shots.py says which). TransNetV2 finds hardly any wipe, so it is not
asked.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.records import Floats, Pixels
from passerby.stages.base import FRAME_HEIGHT, FRAME_WIDTH
from passerby.stages.shots.places import structure_likeness
from passerby.tracking.ring import Ring

GRID = (16, 9)  # width, height in cells
CELLS = GRID[0] * GRID[1]
REACHES = (8, 12, 18, 26, 38)  # frames that a wipe may take, with what is beside it
AROUND = 8  # frames before and after such a window
EVERY = 2  # frames
MEMORY = 64  # frames remembered: more than a window and what is around it
LAG = max(REACHES) + AROUND  # frames: no wipe is told later than this after its cut

CHANGED_LEVELS = 12.0  # root mean square of a cell over its channels: it has changed by more than this
CHANGED = 0.92  # share of the cells: at least
UNLIKE = 0.7  # correlation of luma at both ends: less than this
STRUCTURE = 0.25  # likeness of structure at both ends: less than this
RECOLOURED = 0.37  # share of other colours at the end, wherever they are: at least
LEVELS = 4  # of each channel, for that
AROUND_CHANGE = 0.5  # what changes right before and after, against what changes across: less than this
LEFT = 0.08  # mean square of what steps, one a cell, leave of the cells' shares: less than this
NEIGHBOURS = 0.45  # between neighbours' steps, against any two cells' steps: less than this
AT_BORDER = 0.5  # share of all change that lies at the cells' steps: more than this
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
NOISE = 0.5  # of a good coding, levels


@dataclass(frozen=True, slots=True)
class Wipe:
    """Its first and last frame, and one half way."""

    start: int
    middle: int
    stop: int


class WipeDetector:
    """Takes every frame, numbered from nought, and tells the wipes, each at most ``LAG`` frames after its cut."""

    def __init__(self) -> None:
        self._views: Ring[np.float32] = Ring(MEMORY, (CELLS, 3), np.float32)
        self._pictures: Ring[np.uint8] = Ring(MEMORY, (FRAME_HEIGHT, FRAME_WIDTH, 3), np.uint8)
        self._last = 0  # the first frame after the last wipe

    def push(self, picture: Pixels) -> Wipe | None:
        """The wipe that is known to be over with the next frame (27, 48, 3)."""
        view = np.asarray(cv2.resize(picture, GRID, interpolation=cv2.INTER_AREA), np.float32)
        self._views.put(view.reshape(CELLS, 3))
        self._pictures.put(picture)
        stop = self._views.count - 1 - AROUND
        if stop % EVERY:
            return None
        for start in self._changed_since(stop):
            if self._may_be(start, stop):
                steps = _steps(self._views.stretch(start, stop + 1))
                if steps is not None:
                    self._last = stop
                    return Wipe(start, start + int(np.median(steps)), stop)
        return None

    def _changed_since(self, stop: int) -> list[int]:
        """The starts of windows up to ``stop``, latest first, at whose ends nearly the whole picture is another."""
        starts = stop - np.array(REACHES)
        starts = starts[starts >= max(self._last, AROUND)]
        if not len(starts):
            return []
        first = int(starts[-1])
        views = self._views.stretch(first, stop + 1)
        changes = np.square(views[-1] - views[starts - first]).mean(axis=2) > CHANGED_LEVELS**2
        found: list[int] = starts[changes.mean(axis=1) >= CHANGED].tolist()
        return found

    def _may_be(self, start: int, stop: int) -> bool:
        """Whether the ends of a window are two pictures, and little else changes right before and after it."""
        old, new = self._views[start], self._views[stop]
        if _likeness(old, new) > UNLIKE:
            return False
        around = np.abs(old - self._views[start - AROUND]).mean() + np.abs(self._views[stop + AROUND] - new).mean()
        if around > AROUND_CHANGE * np.abs(new - old).mean() or _recoloured(old, new) < RECOLOURED:
            return False
        return structure_likeness(self._pictures[start], self._pictures[stop]) < STRUCTURE


def _steps(views: Floats) -> NDArray[np.intp] | None:
    """In which frame each cell changes, in a window (n, cells, 3), if a border does it."""
    old, new = views[:2].mean(axis=0), views[-2:].mean(axis=0)
    change = new - old
    shares = ((views - old) * change).sum(axis=2) / (np.square(change).sum(axis=1) + NOISE)
    before, after = np.cumsum(np.square(shares), axis=0), np.cumsum(np.square(1 - shares)[::-1], axis=0)[::-1]
    costs = after.copy()  # of a step at each frame
    costs[1:] += before[:-1]
    steps = costs.argmin(axis=0)
    if costs.min(axis=0).mean() > LEFT * len(views) or not _is_border(steps):
        return None
    moved = np.abs(np.diff(views, axis=0)).mean(axis=2)
    is_near = np.abs(np.arange(1, len(views))[:, None] - steps) <= 1 + len(views) / GRID[0]
    return steps if moved[is_near].sum() > AT_BORDER * moved.sum() else None


def _is_border(steps: NDArray[np.intp]) -> bool:
    """Whether neighbours change one after the other, and not all at once."""
    rows = steps.reshape(GRID[1], GRID[0])
    beside = np.concatenate([np.abs(np.diff(rows, axis=axis)).ravel() for axis in (0, 1)]).mean()
    anywhere = np.abs(steps[:, None] - steps).mean()
    return bool(beside < NEIGHBOURS * (anywhere + NOISE) and anywhere > 1)


def _likeness(old: Floats, new: Floats) -> float:
    a, b = (view @ LUMA - (view @ LUMA).mean() for view in (old, new))
    return float(a @ b / (np.sqrt((a @ a) * (b @ b)) + NOISE))


def _recoloured(old: Floats, new: Floats) -> float:
    counts = [np.bincount(_colours(view), minlength=LEVELS**3) for view in (old, new)]
    return float(np.abs(counts[0] - counts[1]).sum() / 2 / CELLS)


def _colours(view: Floats) -> NDArray[np.intp]:
    levels = view.astype(np.intp) * LEVELS // 256
    return np.asarray(levels @ np.array([LEVELS**2, LEVELS, 1]), np.intp)
