"""The stage with TransNetV2 itself as the judge of what is doubtful."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.records import Floats, Pixels
from passerby.stages.shots import ShotsSession, ShotsStage
from passerby.times import TimeBase
from shot_pictures import Timeline, dissolve, hold, play, scene


class CountingTransNet:
    def __init__(self) -> None:
        self._model = CatalogModels(Path("none"), RuntimeOptions(threads=1)).open("transnetv2")
        self.looks: list[int] = []  # at how many frames, each time

    def predict(self, frames: Pixels) -> Floats:
        self.looks.append(len(frames))
        return np.asarray(self._model.predict(frames), np.float32)


def cuts_in(frames: Timeline, judge: CountingTransNet) -> list[int]:
    session = ShotsSession(ShotsStage(), judge, TimeBase(Fraction(1, 25)))
    play(session, frames, 1)
    session.finish(len(frames))
    return session.cuts


def test_a_dissolve_to_a_rather_like_picture_is_judged_to_be_a_cut() -> None:
    judge = CountingTransNet()
    like = (scene(1) * 0.4 + scene(2) * 0.6).astype(np.uint8)
    (cut,) = cuts_in([*hold(scene(1), 60), *dissolve(scene(1), like, 8), *hold(like, 60)], judge)
    assert 60 < cut < 68
    assert len(judge.looks) == 1
    assert judge.looks[0] < 100


def test_a_part_of_the_picture_that_changes_is_judged_to_be_none() -> None:
    judge = CountingTransNet()
    other = scene(1).copy()
    other[:, :18] = scene(2)[:, :18]
    assert cuts_in([*hold(scene(1), 60), *dissolve(scene(1), other, 20), *hold(other, 60)], judge) == []
    assert len(judge.looks) == 1
    assert judge.looks[0] < 100
