"""Each sample is handed on when it is settled: cuts before it are known for good, and then the people in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from passerby.people import PeopleAt
from passerby.pipeline.describer import MomentDescriber
from passerby.pipeline.detect import Finder
from passerby.pipeline.feed import Step
from passerby.pipeline.order import Settler
from passerby.records import Detections, Moment, Pixels, Record, Sample
from passerby.stages.base import MaskedMoment, PeopleDetections, SettledSample
from passerby.times import Span


class Car:
    """Finds a car everywhere."""

    labels = ("car",)

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        box = np.array([[1, 1, 2, 2]], np.float32)
        return [Detections(box, np.array([0.9], np.float32), self.labels) for _ in images]


class LateMasking:
    """Knows nobody, and that one sample later."""

    def __init__(self) -> None:
        self.cuts: list[int] = []
        self._waiting: list[int] = []

    def push(self, found: PeopleDetections) -> list[PeopleAt]:
        self.cuts += [found.pts] if found.cut else []
        self._waiting.append(found.pts)
        return self._settled(1)

    def settle_all(self) -> list[PeopleAt]:
        return self._settled(0)

    def finish(self, end: int) -> list[Record]:
        return []

    def _settled(self, kept: int) -> list[PeopleAt]:
        count = len(self._waiting) - kept
        settled, self._waiting = self._waiting[:count], self._waiting[count:]
        return [PeopleAt(pts, np.zeros((0, 4), np.float32), 0, 0.0, "") for pts in settled]


@dataclass
class Samples:
    taken: list[SettledSample] = field(default_factory=list)

    def push(self, item: SettledSample) -> None:
        self.taken.append(item)

    def finish(self, end: int) -> list[Record]:
        return []


@dataclass
class Moments:
    taken: list[MaskedMoment] = field(default_factory=list)

    def push(self, item: MaskedMoment) -> None:
        self.taken.append(item)

    def finish(self, end: int) -> list[Record]:
        return []


def step(pts: int, cuts: tuple[int, ...], settled: int, *moments: Moment) -> Step:
    return Step(Sample(pts, np.zeros((8, 8, 3), np.uint8), 8, 8), cuts, settled, moments)


def test_samples_come_with_their_cuts_and_moments_with_all_their_samples() -> None:
    samples, moments, masking = Samples(), Moments(), LateMasking()
    settler = Settler(
        Finder(None, None, {"cars": Car()}, tiled=False), masking, [("cars", samples)], MomentDescriber([moments], [])
    )
    first, second = Moment(Span(0, 20), 0), Moment(Span(20, 40), 1)
    steps = [step(0, (), 5), step(10, (), 10), step(20, (20,), 30, first), step(30, (20,), 30)]
    watched = [each.sample.pts for each in settler.watch(steps)]
    assert watched == [0, 10, 20, 30]
    assert [taken.sample.pts for taken in samples.taken] == [0, 10]  # that at 20 waits for its people
    assert moments.taken == []
    settler.finish([20], [second], 40)
    assert [(taken.sample.pts, taken.cut) for taken in samples.taken] == [
        (0, False),
        (10, False),
        (20, True),
        (30, False),
    ]
    assert masking.cuts == [20]
    assert {taken.things.labels for taken in samples.taken} == {("car",)}
    assert [(taken.number, taken.moment, len(taken.frames)) for taken in moments.taken] == [
        (0, first, 2),
        (1, second, 2),
    ]
