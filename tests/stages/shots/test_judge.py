"""What the judge is shown of doubtful places, and when."""

import numpy as np
import pytest

from passerby.records import Floats, Pixels
from passerby.stages.shots.candidates import Doubt
from passerby.stages.shots.judge import MARGIN, NEAR_FRAMES, PAD, Court

LENGTH = 240


class Numbered:
    """Finds a cut after each frame of ``before``, and remembers which frames it was shown: each holds its number."""

    def __init__(self, *before: int) -> None:
        self._before = before
        self.shown: list[list[int]] = []

    def predict(self, frames: Pixels) -> Floats:
        numbers = frames[:, 0, 0, 0].tolist()
        self.shown.append(numbers)
        return np.array([number in self._before for number in numbers], np.float32)


def play(judge: Numbered, doubts: list[Doubt], cuts: list[int], frames: int = LENGTH) -> list[int]:
    """The new shots that come of the doubts, each asked at its last frame."""
    court = Court(judge, 0.5, 0.35)
    found: list[int] = []
    for number in range(frames):
        court.push(np.full((27, 48, 3), number, np.uint8))
        for doubt in doubts:
            if doubt.stop == number:
                court.ask(doubt)
        found += [cut for _, cut in court.answers(cuts, number - 30)]
    return found + [cut for _, cut in court.answers(cuts, frames)]


def test_only_the_doubtful_frames_and_their_neighbours_are_looked_at() -> None:
    judge = Numbered(109)
    assert play(judge, [Doubt(100, 120)], []) == [110]
    assert judge.shown == [list(range(99 - PAD - MARGIN, 119 + PAD + MARGIN))]


def test_the_ends_of_a_video_go_on_with_their_frame() -> None:
    judge = Numbered(2)
    assert play(judge, [Doubt(2, 5)], [], frames=10) == [3]
    assert judge.shown == [[0] * MARGIN + list(range(8)) + [8] + [9] * (MARGIN - 1)]


def test_doubts_that_overlap_are_looked_at_once() -> None:
    judge = Numbered(109)
    assert play(judge, [Doubt(100, 120), Doubt(112, 130), Doubt(115, 118)], []) == [110]
    assert judge.shown == [list(range(99 - PAD - MARGIN, 129 + PAD + MARGIN))]


@pytest.mark.parametrize(("distance", "shown"), [(NEAR_FRAMES - 1, 0), (NEAR_FRAMES, 1)])
def test_a_gradual_transition_beside_a_known_cut_is_not_looked_at(distance: int, shown: int) -> None:
    judge = Numbered(109)
    assert len(play(judge, [Doubt(100, 120)], [110 + distance])) == shown
    assert len(judge.shown) == shown


def test_a_hard_cut_soon_after_a_known_cut_is_looked_at() -> None:
    judge = Numbered(109)
    assert play(judge, [Doubt(109, 112)], [104]) == [110]
