"""The way of a box through frames: filling it between two sightings, and telling it in few points."""

import numpy as np
from numpy.typing import NDArray

from passerby.records import Floats, Ticks

UNSURE = 0.2  # what a box whose place is only guessed grows by, as a share of its sides
APART = 0.4  # two guesses that differ by more of a box's sides than this are both hidden
NEAR = 10  # frames within which the size of a thing hardly changes
EVEN = 0.85  # a box is at least so large as those near it
STEADY = 3  # frames, either way, over which the size and the place of what is hidden are evened out, at most
STEADY_SECONDS = 0.12  # and at most so long: at few frames a second a thing moves far from one to the next
BLUR = 0.6  # what is hidden around a box that moves, as a share of its step from one frame to the next
MOST_BLUR = 0.5  # and at most, as a share of its sides
ROUGH = 0.02  # how far off the simplified path of a box may be, as a share of the longest side


def boxes_between(start: Floats, end: Floats, forward: Floats, backward: Floats, frames: int) -> Floats:
    """The boxes (frames, 4) of the frames between a sighting ``start`` and the next one ``end``.

    ``forward`` (n, 4) are the places to which ``start`` was followed, from the first frame between on; ``backward``
    (m, 4) those to which ``end`` was followed back, from the last frame between on. Nearer ones count for more; where
    neither got to, the box moves in a straight line and is larger.
    """
    forward, backward = forward[:frames], backward[:frames][::-1]
    share = np.arange(1, frames + 1)[:, None] / (frames + 1)
    sides = (1 - share) * (start[2:] - start[:2]) + share * (end[2:] - end[:2])
    ahead, back = np.full((frames, 2), np.nan), np.full((frames, 2), np.nan)
    ahead[: len(forward)] = _centres(forward)
    back[frames - len(backward) :] = _centres(backward)
    one, other = np.where(np.isnan(ahead), back, ahead), np.where(np.isnan(back), ahead, back)
    known = np.isfinite(one[:, 0])
    middle = _straight((1 - share) * one + share * other, known, _centres(start[None])[0], _centres(end[None])[0])
    half = sides / 2 * np.where(known, 1, 1 + 2 * UNSURE)[:, None]
    boxes = np.concatenate([middle - half, middle + half], axis=1)
    apart = known & (np.abs(one - other) > APART * sides).any(axis=1)
    low, high = np.minimum(one, other)[apart] - half[apart], np.maximum(one, other)[apart] + half[apart]
    boxes[apart] = np.concatenate([low, high], axis=1)
    return boxes.astype(np.float32)


def _centres(boxes: Floats) -> NDArray[np.float64]:
    return (boxes[:, :2] + boxes[:, 2:]).astype(np.float64) / 2


def _straight(
    middle: NDArray[np.float64], known: NDArray[np.bool_], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """``middle`` (n, 2) with straight lines through its unknown rows, from ``start`` before it and to ``end`` after."""
    rows = np.concatenate([[0], np.flatnonzero(known) + 1, [len(known) + 1]])
    values = np.concatenate([start[None], middle[known], end[None]])
    wanted = np.arange(1, len(known) + 1)
    return np.stack([np.interp(wanted, rows, values[:, axis]) for axis in range(2)], axis=1)


def evened(boxes: Floats, most: Floats | None = None) -> Floats:
    """``boxes`` (n, 4) of frames in a row, none much smaller than those shortly before and after it.

    A detector sees too little of a face now and then, at the border of a picture most of all. None is made larger than
    ``most`` (2,), the sides of what was seen: what was only guessed says nothing of a size.
    """
    from scipy.ndimage import maximum_filter1d  # what looks for nothing does not wait for it

    sides = boxes[:, 2:] - boxes[:, :2]
    near = maximum_filter1d(sides, 2 * NEAR + 1, axis=0, mode="nearest")
    least = EVEN * (near if most is None else np.minimum(near, most))
    more = np.maximum(least - sides, 0) / 2
    return np.concatenate([boxes[:, :2] - more, boxes[:, 2:] + more], axis=1).astype(np.float32)


def frames_steadied(frame_rate: float | None) -> int:
    """Over how many frames, either way, paths are made steady at so many frames a second."""
    return STEADY if not frame_rate else int(np.clip(round(STEADY_SECONDS * frame_rate), 1, STEADY))


def steadied(boxes: Floats, frames: int = STEADY, *, softly: bool = True) -> Floats:
    """Boxes (n, 4) of frames in a row that move and grow softly; each holds that of ``boxes``, so nothing is uncovered.

    Their middles are means over so many ``frames`` either way, or those of ``boxes`` unless they move ``softly``. What
    the sides then need is first the most and then the mean over as many frames: no mean of what is nowhere less than is
    needed is less.
    """
    from scipy.ndimage import maximum_filter1d, uniform_filter1d  # what looks for nothing does not wait for it

    size = 2 * frames + 1
    middles = _centres(boxes)
    if softly:
        middles = uniform_filter1d(middles, size, axis=0, mode="nearest")
    needed = np.maximum(middles - boxes[:, :2], boxes[:, 2:] - middles)
    half = uniform_filter1d(maximum_filter1d(needed, size, axis=0, mode="nearest"), size, axis=0, mode="nearest")
    return np.concatenate([middles - half, middles + half], axis=1).astype(np.float32)


def blurred(boxes: Floats, share: float = BLUR) -> Floats:
    """``boxes`` (n, 4) of frames in a row, each larger by what its motion may smear: a ``share`` of its step."""
    centres = _centres(boxes)
    steps = np.abs(np.diff(centres, axis=0, prepend=centres[:1]))
    steps = np.maximum(steps, np.abs(np.diff(centres, axis=0, append=centres[-1:])))
    margin = np.minimum(share * steps, MOST_BLUR * (boxes[:, 2:] - boxes[:, :2]))
    return np.concatenate([boxes[:, :2] - margin, boxes[:, 2:] + margin], axis=1).astype(np.float32)


def tolerance_for(boxes: Floats, share: float = ROUGH) -> float:
    """Pixels by which paths through ``boxes`` (n, 4) may be off: a ``share`` of the longest side."""
    return max(1.0, share * float((boxes[:, 2:] - boxes[:, :2]).max()))


def simplified(times: Ticks, boxes: Floats, tolerance: float | None = None) -> tuple[Ticks, Floats]:
    """Fewer times and boxes that say nearly the same: each box in between lies within the straight line of its
    neighbours. (Ramer, 1972, and Douglas and Peucker, 1973, with the greatest of four differences for the distance;
    then all boxes are grown by the tolerance, so that nothing is uncovered; without one the largest box tells it.)
    """
    if tolerance is None:
        tolerance = tolerance_for(boxes)
    kept = np.zeros(len(times), np.bool_)
    kept[[0, -1]] = True
    waiting = [(0, len(times) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        share = ((times[first:last] - times[first]) / (times[last] - times[first]))[:, None]
        line = boxes[first] + share * (boxes[last] - boxes[first])
        off = np.abs(boxes[first:last] - line).max(axis=1)
        worst = first + int(off.argmax())
        if off.max() > tolerance:
            kept[worst] = True
            waiting += [(first, worst), (worst, last)]
    if kept.all():
        return times, boxes
    grown = boxes[kept] + np.array([-1, -1, 1, 1], np.float32) * np.float32(tolerance)
    return times[kept], grown.astype(np.float32)
