from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from passerby.redact.plan.plan import HiddenTrack, Original, Plan, RegionsInTime, whole_pixels
from passerby.redact.plan.policy import Policy
from passerby.times import TimeBase

SIZE = (100, 60)


def track(times: list[int], boxes: list[list[float]], *, hidden: bool = True, number: int = 1) -> HiddenTrack:
    return HiddenTrack(
        number, "faces", "face", hidden, 0.9, np.array(times, np.int64), np.array(boxes, np.float32).reshape(-1, 4)
    )


def plan(*tracks: HiddenTrack, **policy: Any) -> Plan:
    original = Original("clip.mp4", "00", *SIZE, TimeBase(Fraction(1, 10)), 100, 100, "")
    return Plan(original, Policy(**policy), tracks, ())


def test_a_track_hides_from_its_first_time_to_its_last_both_included() -> None:
    regions = RegionsInTime(plan(track([10, 20], [[0, 0, 10, 10], [20, 0, 30, 10]])))
    found = {pts: regions.at(pts).tolist() for pts in (9, 10, 15, 20, 21)}
    assert found == {9: [], 10: [[0, 0, 10, 10]], 15: [[10, 0, 20, 10]], 20: [[20, 0, 30, 10]], 21: []}


def test_a_track_that_is_shown_hides_nothing() -> None:
    regions = RegionsInTime(plan(track([0, 9], [[0, 0, 9, 9]] * 2, hidden=False), track([5], [[1, 1, 2, 2]], number=2)))
    assert [len(regions.at(pts)) for pts in (0, 5, 6)] == [0, 1, 0]


def test_nothing_is_hidden_outside_of_the_seconds_that_are_asked_for() -> None:
    regions = RegionsInTime(plan(track([0, 99], [[0, 0, 9, 9]] * 2), seconds=(Fraction(1), Fraction(2))))
    assert [len(regions.at(pts)) for pts in (9, 10, 19, 20)] == [0, 1, 1, 0]


numbers = st.floats(-200, 200, width=32)


@given(st.lists(st.tuples(numbers, numbers, numbers, numbers), max_size=5))
def test_every_pixel_that_is_touched_is_hidden_and_none_outside_of_the_frame(rows: list[tuple[float, ...]]) -> None:
    boxes = [np.array([min(a, c), min(b, d), max(a, c), max(b, d)], np.float32) for a, b, c, d in rows]
    found = whole_pixels(boxes, *SIZE)
    assert (found[:, :2] >= 0).all()
    assert (found[:, 2:] <= np.array(SIZE)).all()
    assert (found[:, :2] < found[:, 2:]).all()
    width, height = SIZE
    for x1, y1, x2, y2 in boxes:
        for x, y in ((x1, y1), (x2, y2), ((x1 + x2) / 2, (y1 + y2) / 2)):
            if x1 < x2 and y1 < y2 and 0 < x < width and 0 < y < height:
                assert any(r[0] <= x <= r[2] and r[1] <= y <= r[3] for r in found.tolist())
