"""What the looks of a stream find is linked by place, and called what it was called most surely."""

import numpy as np

from passerby.records import Detections
from passerby.streams.live_sightings import LiveLinker, LiveSighting

SIZE = (640, 360)
BODY = (100.0, 50.0, 200.0, 350.0)


def look(linker: LiveLinker, number: int, *found: tuple[str, float, tuple[float, ...]]) -> tuple[LiveSighting, ...]:
    labels = tuple(label for label, _, _ in found)
    scores = np.array([score for _, score, _ in found], np.float32)
    boxes = np.array([box for _, _, box in found], np.float32).reshape(-1, 4)
    return linker.push(Detections(boxes, scores, labels), number * 9000, number / 10)


def test_what_is_taken_for_something_else_at_first_is_called_what_it_is() -> None:
    linker = LiveLinker(*SIZE)
    calls = ["dog", "person", "person", "person", "dog"]
    told = [look(linker, n, (label, 0.6, BODY)) for n, label in enumerate(calls)]
    assert {sighting.track for found in told for sighting in found} == {0}
    assert [found[0].label for found in told] == ["dog", "dog", "person", "person", "person"]


def test_what_comes_later_is_something_else() -> None:
    linker = LiveLinker(*SIZE)
    look(linker, 0, ("dog", 0.9, BODY))
    for number in range(1, 40):
        look(linker, number)
    [later] = look(linker, 40, ("person", 0.6, BODY))
    assert (later.label, later.track) == ("person", 1)


def test_a_thing_within_a_body_is_not_told_of() -> None:
    found = look(LiveLinker(*SIZE), 0, ("person", 0.9, BODY), ("tie", 0.8, (140.0, 100.0, 150.0, 160.0)))
    assert [sighting.label for sighting in found] == ["person"]
