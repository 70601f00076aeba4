"""How a thing that is not seen is taken to move: on as it did for a little, or staying where it was."""

from collections.abc import Sequence

import numpy as np

from passerby.records import Floats
from passerby.tracking.paths import UNSURE

FOLLOWED = 52  # frames for which a place is followed before the first and after the last sighting, at most
LOOKS_WITHOUT = 4  # looks in a row that do not see what is plain to see, before it is taken to be gone
LEAST_A_LOOK = 3  # frames for which that is followed at least, for each of these looks
HELD = 10  # frames for which it is hidden there at least
LOST = 4  # frames for which it is hidden at least where following loses it
RECENT = 5  # frames by which its speed is told
GOES_ON = 3  # frames for which a place that is lost is taken to move on as it did


def rows_of(boxes: Sequence[Floats]) -> Floats:
    return np.array(boxes, np.float32).reshape(-1, 4)


def frames_followed(every: int, looks: int = LOOKS_WITHOUT) -> int:
    """Frames for which what so many ``looks`` would see is followed before and after it was, with one in ``every``."""
    return min(looks * max(every, LEAST_A_LOOK), FOLLOWED)


def frames_held(followed: Sequence[object], most: int = FOLLOWED) -> int:
    """Frames for which a place is hidden after it was ``followed`` through some, ``most`` if it was not lost."""
    return max(HELD - len(followed), LOST) if len(followed) < most else 0


def held_places(places: Sequence[Floats], frames: int) -> list[Floats]:
    """Boxes for so many frames after ``places``, one a frame, where the thing may stay, or go on as it did."""
    last, step = places[-1], step_of(places)
    return [_unsure(last, last + step * min(frame, GOES_ON)) for frame in range(1, frames + 1)]


def step_of(places: Sequence[Floats], frames: int = RECENT) -> Floats:
    """How far a thing moves in a frame, by its last ``places``, as a shift (4,) of its box."""
    recent = rows_of(places[-1 - frames :])
    shift = (recent[-1] - recent[0]) / max(len(recent) - 1, 1)
    return np.tile((shift[:2] + shift[2:]) / 2, 2).astype(np.float32)


def _unsure(one: Floats, other: Floats) -> Floats:
    """A box around both, with a margin: the thing is in either, or between them."""
    sides = UNSURE * (one[2:] - one[:2])
    return np.concatenate([np.minimum(one[:2], other[:2]) - sides, np.maximum(one[2:], other[2:]) + sides]).astype(
        np.float32
    )
