"""Things: what is worn or held is not named, and what carries people is."""

import numpy as np
import pytest

from passerby.people import PeopleAt
from passerby.records import Detections, Sample
from passerby.stages.base import SettledSample
from passerby.stages.objects import ObjectsSession, ObjectsStage

Box = tuple[float, float, float, float]
WIDTH, HEIGHT = 640, 360
RIDER: Box = (200, 60, 300, 300)
BICYCLE: Box = (190, 170, 310, 320)  # a third of it shows beside the rider
UNDER_THE_RIDER: Box = (205, 160, 295, 300)


def labels(thing: str, box: Box, *people: Box) -> list[str]:
    """What is kept of a sure box of this name in two samples with people."""
    session = ObjectsSession(ObjectsStage(), WIDTH, HEIGHT)
    bodies = np.array(people, np.float32).reshape(-1, 4)
    found = Detections(np.array([box], np.float32), np.array([0.9], np.float32), (thing,))
    for pts in (0, 1):
        sample = Sample(pts, np.zeros((HEIGHT, WIDTH, 3), np.uint8), WIDTH, HEIGHT)
        session.push(SettledSample(sample, False, PeopleAt(pts, bodies, len(people), 0.0, ""), found))
    return [track.label for track in session.finish(2)]


def test_a_thing_beside_people_is_named() -> None:
    assert labels("backpack", (400, 60, 460, 120), RIDER) == ["backpack"]


@pytest.mark.parametrize("thing", ["tie", "backpack", "cell phone", "chair"])
def test_what_lies_within_a_body_is_theirs(thing: str) -> None:
    assert labels(thing, UNDER_THE_RIDER, RIDER) == []


@pytest.mark.parametrize("thing", ["bicycle", "motorcycle", "horse"])
@pytest.mark.parametrize("box", [BICYCLE, UNDER_THE_RIDER])
def test_what_somebody_rides_is_named(thing: str, box: Box) -> None:
    assert labels(thing, box, RIDER) == [thing]


def test_a_parked_bicycle_that_somebody_passes_is_named() -> None:
    assert labels("bicycle", (200, 150, 400, 300), (180, 60, 420, 350)) == ["bicycle"]


@pytest.mark.parametrize("part", [(200, 240, 300, 300), (230, 60, 270, 110), (200, 210, 300, 300)])
def test_a_part_of_a_person_is_not_called_what_people_ride(part: Box) -> None:
    assert labels("bicycle", part, RIDER) == []


def test_the_largest_body_around_it_counts() -> None:
    assert labels("bicycle", (200, 240, 300, 300), RIDER, (210, 230, 310, 310)) == []
