"""Who looks at a sample: detectors once each, halves of wide pictures for people in every second sample."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from passerby.pipeline.detect import SAMPLES_AT_ONCE, TILED_EVERY, Finder
from passerby.pipeline.feed import Step
from passerby.records import Detections, Pixels, Sample


@dataclass
class Counting:
    """Counts the pictures that it is shown, by sample; finds one box of each label everywhere."""

    labels: tuple[str, ...] = ("person", "car")
    shown: list[int] = field(default_factory=list)

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self.shown.append(len(images))
        box = np.array([[10, 10, 20, 20]] * len(self.labels), np.float32)
        return [Detections(box, np.full(len(self.labels), 0.9, np.float32), self.labels) for _ in images]


def sample(pts: int) -> Sample:
    return Sample(pts, np.zeros((90, 160, 3), np.uint8), 1600, 900)


def test_wide_pictures_are_searched_for_people_in_halves_every_second_sample() -> None:
    detector = Counting()
    finder = Finder(detector, None, {"a": detector}, tiled=True)
    found = [finder.find(number, sample(number)) for number in range(4)]
    assert TILED_EVERY == 2
    assert detector.shown == [1, 2, 1, 1, 2, 1]
    assert [len(at.people) for at in found] == [2, 1, 2, 1]  # one of the halves' two is the whole picture's too
    assert [len(at.things["a"]) for at in found] == [1, 1, 1, 1]
    assert found[0].people.boxes[0].tolist() == [100, 100, 200, 200]


def test_the_samples_of_a_part_count_as_in_the_whole_video() -> None:
    detector = Counting()
    steps = [Step(sample(pts), (), 0, ()) for pts in (7, 8)]
    list(Finder(detector, None, {}, tiled=True).find_all(steps[:1], first=7))
    assert detector.shown == [1]
    list(Finder(detector, None, {}, tiled=True).find_all(steps[1:], first=8))
    assert detector.shown == [1, 1, 2]


def test_one_detector_of_people_and_things_looks_once() -> None:
    detector = Counting()
    found = Finder(detector, None, {"a": detector}, tiled=False).find(0, sample(0))
    assert detector.shown == [1]
    assert (found.people.labels, found.things["a"].labels, len(found.faces)) == (("person",), ("car",), 0)
    assert found.people.boxes.tolist() == [[100, 100, 200, 200]]


def test_another_detector_of_things_does_not_say_who_is_a_person() -> None:
    people, things = Counting(("person", "dog")), Counting(("person", "bus"))
    found = Finder(people, None, {"a": things}, tiled=False).find(0, sample(0))
    assert (found.people.labels, found.beside_people.labels, found.things["a"].labels) == (
        ("person",),
        ("dog",),
        ("bus",),
    )


def test_what_nobody_needs_is_not_looked_for() -> None:
    found = Finder(None, None, {}, tiled=True).find(0, sample(0))
    assert (len(found.people), len(found.faces), len(found.all_things)) == (0, 0, 0)


class Slow:
    """Goes on when as many samples are looked at as there may be at once; finds nothing."""

    labels = ("person",)

    def __init__(self) -> None:
        self._met = threading.Barrier(SAMPLES_AT_ONCE)

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self._met.wait(timeout=10)
        return [Detections.none() for _ in images]


def test_samples_are_looked_at_side_by_side_and_come_in_order() -> None:
    steps = [Step(sample(pts), (), 0, ()) for pts in range(5 * SAMPLES_AT_ONCE)]
    found = list(Finder(Slow(), None, {}, tiled=False).find_all(steps))
    assert [step for step, _ in found] == steps
    assert [at.sample.pts for _, at in found] == [step.sample.pts for step in steps]


def test_beside_people_is_what_any_detector_finds() -> None:
    """Or the plate of a car that the detector of objects misses would be read."""
    people, things = Counting(("person", "car")), Counting(("person", "dog"))
    assert Finder(people, None, {"a": things}, tiled=False).find(0, sample(0)).all_things.labels == ("car", "dog")
    assert Finder(people, None, {}, tiled=False).find(0, sample(0)).all_things.labels == ("car",)
