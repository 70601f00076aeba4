"""Slow dissolves: one scene becomes another over seconds, so slowly that no second of it tells.

A few times a second the picture is compared with that of some seconds before. It was a dissolve if three things hold:

- all pictures between are mixes of the two (Alattar, ISCAS 1993), and the share of the new one rises evenly;
- before and after that, nothing of the other scene shows;
- the fine structure fades to about half while the two lie over each other, as that of unlike pictures does when they
  are mixed. It does not where a camera pans or zooms, where somebody walks in, or where the light changes.

The numbers were set on dissolves, pans, zooms, lights and things that come in, made of real clips.
"""

from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.records import Floats, Pixels
from passerby.times import TimeBase
from passerby.tracking.ring import Ring

GRID = (16, 9)  # width, height of what is mixed: averages, so that motion counts less
FINE_SIGMA = 2.0  # pixels of 48x27; what is left of the luma without its blurred self is fine
SAMPLE_SECONDS = Fraction(1, 8)
MEMORY = 80  # samples: more than the longest window has
SHORTEST_SECONDS, LONGEST_SECONDS = 1.2, 6.75  # from nothing to all
WINDOW_SECONDS = np.arange(2.0, 8.1, 0.5)  # such a ramp, and what is steady on both sides of it
STEADY_SECONDS = 0.5  # before and after, at least
AFTER_SECONDS = 1.25  # within this after its end a dissolve is known
LAG_SECONDS = Fraction(LONGEST_SECONDS) / 2 + Fraction(AFTER_SECONDS)  # no middle is told later than this

END_SAMPLES = 2  # that stand for either end of a window
RAMP_SAMPLES = 6  # at least
EDGE = 0.1  # shares from this to one less this are the ramp
FAR = 12.0  # levels of 255 between both ends, mean over the picture: at least
UNLIKE = 0.85  # correlation of the luma of both ends: less than this
UNLIKE_FINE = 0.4  # and of their fine structure
BACK = 0.1  # a share never falls below one before it by more than this
UNEVEN = 0.06  # root mean square between the shares and a straight ramp: less than this
SLACK = 0.001  # by which a quick look at all windows may err
LEAST_SHARE = -1e6  # less than any, for samples before a window
LEFT, LEFT_WORST = 0.4, 0.5  # what the mixes leave of the pictures, against the distance of the ends: mean, any
LEAST_FINE, MOST_FINE = 0.6, 1.22  # fine structure on the ramp against what a mix would have
FINE_NOISE = 0.5  # of a good coding, levels squared
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601


@dataclass(frozen=True, slots=True)
class Dissolve:
    """When it began, was half done, and ended: in ticks, which need not be the pts of frames."""

    start: float
    middle: float
    end: float


@dataclass(frozen=True, slots=True)
class _Window:
    """Samples in a row."""

    times: Floats  # (n,) seconds, the last at nought
    views: Floats  # (n, cells * 3)
    fine: Floats  # (n, 27 * 48)

    def from_row(self, first: int) -> "_Window":
        return _Window(self.times[first:], self.views[first:], self.fine[first:])


class DissolveDetector:
    """Takes every frame and tells the slow dissolves, each ``LAG_SECONDS`` after its middle or sooner."""

    def __init__(self, time_base: TimeBase) -> None:
        self._tick = float(time_base.tick)
        self._every = time_base.ticks(SAMPLE_SECONDS)
        self._pts: Ring[np.int64] = Ring(MEMORY, (), np.int64)
        self._views: Ring[np.float32] = Ring(MEMORY, (GRID[0] * GRID[1] * 3,), np.float32)
        self._fine: Ring[np.float32] = Ring(MEMORY, (27 * 48,), np.float32)
        self._first = 0  # the first sample after the last dissolve

    def push(self, pts: int, picture: Pixels) -> Dissolve | None:
        """The dissolve that is known to be over with the next frame (27, 48, 3)."""
        count = self._pts.count
        if count and pts < self._pts[count - 1] + self._every:
            return None
        self._pts.put(pts)
        self._views.put(np.asarray(cv2.resize(picture, GRID, interpolation=cv2.INTER_AREA), np.float32).ravel())
        self._fine.put(_fine(picture))
        return self._find(pts)

    def _find(self, pts: int) -> Dissolve | None:
        count = self._pts.count
        first = max(self._first, count - MEMORY)
        stamps = self._pts.stretch(first, count)
        times = ((stamps - stamps[-1]) * self._tick).astype(np.float32)
        rows = np.searchsorted(times, -WINDOW_SECONDS[-times[0] > WINDOW_SECONDS])
        views = self._views.stretch(first, count)
        rows = _promising(views, rows[rows <= len(times) - RAMP_SAMPLES])
        if not len(rows):
            return None
        window = _Window(times, views, self._fine.stretch(first, count))
        for row in rows.tolist():
            ramp = _ramp(window.from_row(row))
            if ramp is not None:
                self._first = count - 1
                return Dissolve(*(pts + time / self._tick for time in ramp))
        return None


def _fine(picture: Pixels) -> Floats:
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.float32)
    return np.asarray(luma - cv2.GaussianBlur(luma, (0, 0), FINE_SIGMA), np.float32).ravel()


def _promising(views: Floats, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of ``rows`` from which ``views`` (n, cells * 3) may lead over a ramp: all at once, for ``_ramp`` to decide.

    What it would pass over for its distance, its few samples or its way back is left out, with ``SLACK`` for rounding.
    """
    olds = views[rows[:, None] + np.arange(END_SAMPLES)].mean(axis=1)
    changes = views[-END_SAMPLES:].mean(axis=0) - olds
    is_far = np.abs(changes).mean(axis=1) > FAR - SLACK
    if not is_far.any():
        return rows[:0]
    rows, olds, changes = rows[is_far], olds[is_far], changes[is_far]
    shares = (views @ changes.T - (olds * changes).sum(axis=1)) / np.square(changes).sum(axis=1)
    shares[np.arange(len(views))[:, None] < rows] = LEAST_SHARE
    on_ramp = ((shares > EDGE - SLACK) & (shares < 1 - EDGE + SLACK)).sum(axis=0)
    back = (np.maximum.accumulate(shares, axis=0) - shares).max(axis=0)
    promising: NDArray[np.intp] = rows[(on_ramp >= RAMP_SAMPLES) & (back <= BACK + SLACK)]
    return promising


def _ramp(window: _Window) -> tuple[float, float, float] | None:
    """When a dissolve began, was half done and ended, if the window holds one and what is steady around it."""
    old, new = window.views[:END_SAMPLES].mean(axis=0), window.views[-END_SAMPLES:].mean(axis=0)
    if len(window.times) < RAMP_SAMPLES or not _are_unlike(old, new):
        return None
    change = new - old
    size = float(change @ change)
    shares = (window.views - old) @ change / size
    on_ramp = np.flatnonzero((shares > EDGE) & (shares < 1 - EDGE))
    if len(on_ramp) < RAMP_SAMPLES or (np.maximum.accumulate(shares) - shares).max() > BACK:
        return None
    ramp = slice(int(on_ramp[0]), int(on_ramp[-1]) + 1)
    slope, offset = np.polyfit(window.times[ramp], shares[ramp], 1)
    if slope <= 0 or np.sqrt(np.square(np.clip(slope * window.times + offset, 0, 1) - shares).mean()) > UNEVEN:
        return None
    left = np.sqrt(np.square(window.views - old - shares[:, None] * change).sum(axis=1) / size)
    if left[ramp].mean() > LEFT or left.max() > LEFT_WORST or not _is_fine_mixed(window.fine, shares, ramp):
        return None
    start, end = float(-offset / slope), float((1 - offset) / slope)
    return (start, (start + end) / 2, end) if _is_steady_around(start, end, float(window.times[0])) else None


def _are_unlike(old: Floats, new: Floats) -> bool:
    return float(np.abs(new - old).mean()) > FAR and _likeness(_luma(old), _luma(new)) < UNLIKE


def _luma(view: Floats) -> Floats:
    luma = view.reshape(-1, 3) @ LUMA
    return np.asarray(luma - luma.mean(), np.float32)


def _likeness(one: Floats, other: Floats) -> float:
    return float(one @ other / (np.sqrt((one @ one) * (other @ other)) + FINE_NOISE))


def _is_fine_mixed(fine: Floats, shares: Floats, ramp: slice) -> bool:
    """Whether the ends have other fine structure, and the ramp as much of it as mixes of the two have."""
    likeness = _likeness(fine[0], fine[-1])
    power = np.square(fine).mean(axis=1)
    old, new = power[:END_SAMPLES].mean(), power[-END_SAMPLES:].mean()
    share, rest = shares[ramp], 1 - shares[ramp]
    expected = rest**2 * old + share**2 * new + 2 * share * rest * likeness * np.sqrt(old * new) + FINE_NOISE
    return likeness < UNLIKE_FINE and LEAST_FINE < float(power[ramp].mean() / expected.mean()) < MOST_FINE


def _is_steady_around(start: float, end: float, first: float) -> bool:
    is_known = start - first >= STEADY_SECONDS and STEADY_SECONDS <= -end <= AFTER_SECONDS
    return is_known and SHORTEST_SECONDS <= end - start <= LONGEST_SECONDS
