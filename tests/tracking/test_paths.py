import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.records import Floats
from passerby.tracking.paths import (
    BLUR,
    EVEN,
    MOST_BLUR,
    NEAR,
    UNSURE,
    blurred,
    boxes_between,
    evened,
    simplified,
    steadied,
)

NONE = np.zeros((0, 4), np.float32)
START, END = np.array([0, 0, 10, 20], np.float32), np.array([60, 0, 70, 20], np.float32)


def _boxes(lefts: list[float], top: float = 0, width: float = 10, height: float = 20) -> Floats:
    return np.array([[left, top, left + width, top + height] for left in lefts], np.float32)


def test_a_steadied_path_holds_every_box_and_shakes_less() -> None:
    random = np.random.default_rng(3)
    left = np.cumsum(random.uniform(-1, 5, 60))
    low, high = random.uniform(0, 6, (60, 2)), random.uniform(20, 40, (60, 2))
    boxes = np.concatenate([low + left[:, None], low + left[:, None] + high], axis=1).astype(np.float32)
    steady = steadied(boxes)
    assert (steady[:, :2] <= boxes[:, :2] + 1e-3).all()
    assert (steady[:, 2:] >= boxes[:, 2:] - 1e-3).all()
    areas = [np.log((each[:, 2] - each[:, 0]) * (each[:, 3] - each[:, 1])) for each in (boxes, steady)]
    before, after = (np.abs(np.diff(each)).mean() for each in areas)
    assert after < before / 4


def test_what_stands_still_and_a_single_box_stay_as_they_are_when_steadied() -> None:
    assert np.allclose(steadied(_boxes([5] * 9)), _boxes([5] * 9))
    assert np.allclose(steadied(_boxes([5])), _boxes([5]))


def test_trails_that_agree_with_a_straight_line_give_it() -> None:
    found = boxes_between(START, END, _boxes([10, 20, 30, 40, 50]), _boxes([50, 40, 30, 20, 10]), 5)
    assert np.allclose(found, _boxes([10, 20, 30, 40, 50]))


def test_where_neither_trail_got_to_the_box_moves_straight_and_is_larger() -> None:
    found = boxes_between(START, END, NONE, NONE, 5)
    grown = np.array([-10 * UNSURE, -20 * UNSURE, 10 * UNSURE, 20 * UNSURE], np.float32)
    assert np.allclose(found, _boxes([10, 20, 30, 40, 50]) + grown, atol=1e-4)


def test_where_one_trail_got_to_it_tells_the_way() -> None:
    ahead = boxes_between(START, END, _boxes([40, 45]), NONE, 5)
    assert np.allclose(ahead[:2], _boxes([40, 45]))
    back = boxes_between(START, END, NONE, _boxes([5, 4]), 5)
    assert np.allclose(back[3:], _boxes([4, 5]))


def test_a_gap_between_the_trails_is_bridged_from_where_they_ended() -> None:
    found = boxes_between(START, END, _boxes([0, 0], top=30), _boxes([60, 60], top=30), 5)
    assert np.allclose(found[[0, 1, 3, 4]], _boxes([0, 0, 60, 60], top=30))
    assert np.allclose((found[2, :2] + found[2, 2:]) / 2, [35, 40])
    assert (found[2, 2:] - found[2, :2] > [10, 20]).all()


def test_nearer_trails_count_for_more_so_that_both_ends_are_met() -> None:
    found = boxes_between(START, START, _boxes([0] * 9, top=0), _boxes([0] * 9, top=6), 9)
    tops = found[:, 1]
    assert (np.diff(tops) > 0).all()
    assert tops[0] < 1
    assert tops[-1] > 5


def test_where_trails_disagree_both_are_hidden() -> None:
    forward, backward = _boxes([0] * 3), _boxes([40] * 3)
    found = boxes_between(START, START, forward, backward, 3)
    for other in (forward, backward):
        assert (found[:, :2] <= other[:, :2]).all()
        assert (found[:, 2:] >= other[:, 2:]).all()


def test_the_size_goes_over_from_one_sighting_to_the_other() -> None:
    large = np.array([0, 0, 30, 40], np.float32)
    still = np.array([0, 0, 10, 20], np.float32)
    found = boxes_between(still, large, np.array([[0, 0, 10, 20]] * 3, np.float32), NONE, 3)
    assert np.allclose(found[:, 2] - found[:, 0], [15, 20, 25])
    assert np.allclose(found[:, 3] - found[:, 1], [25, 30, 35])


def test_trails_may_reach_further_than_the_frames_between() -> None:
    assert boxes_between(START, END, _boxes([10] * 9), _boxes([50] * 9), 2).shape == (2, 4)
    assert boxes_between(START, END, _boxes([10]), _boxes([50]), 0).shape == (0, 4)


sides = st.floats(0, 1)
rows = st.tuples(sides, sides, sides, sides)


@given(
    st.lists(st.tuples(st.integers(1, 3000), rows), min_size=1, max_size=60),
    st.tuples(st.floats(-100, 3000), st.floats(-40, 40), st.floats(0, 0.2)),
    st.sampled_from([0.0, 1.5, 8.0, 500.0]),
)
def test_a_simplified_path_covers_every_box_at_its_time(
    steps: list[tuple[int, tuple[float, ...]]], way: tuple[float, float, float], shaking: float
) -> None:
    start, speed, growth = way
    times = np.cumsum([step for step, _ in steps]).astype(np.int64)
    course = start + (times[:, None] - times[0]) * speed / 100 + np.array([0, 0, 40, 60])
    course[:, 2:] += (times[:, None] - times[0]) * growth
    shaken = np.array([row for _, row in steps]) * [-shaking, -shaking, shaking, shaking]
    boxes = (course + shaken).astype(np.float32)
    few_times, few = simplified(times, boxes)
    assert (few_times[0], few_times[-1]) == (times[0], times[-1])
    assert len(few_times) == len(few) <= len(times)
    assert (np.diff(few_times) > 0).all()
    shown = np.stack([np.interp(times, few_times, few[:, side]) for side in range(4)], axis=1)
    slack = 0.02  # of float32, this far out
    assert (shown[:, :2] <= boxes[:, :2] + slack).all()
    assert (shown[:, 2:] >= boxes[:, 2:] - slack).all()


def test_a_straight_way_is_told_in_two_boxes_and_a_bend_in_three() -> None:
    times = np.arange(21)
    straight = _boxes([5.0 * step for step in range(21)])
    assert simplified(times, straight)[0].tolist() == [0, 20]
    bend = _boxes([5.0 * min(step, 20 - step) for step in range(21)])
    assert simplified(times, bend)[0].tolist() == [0, 10, 20]


def test_a_simplified_box_is_hardly_larger() -> None:
    boxes = _boxes([100.0] * 9, width=100, height=50)
    _, few = simplified(np.arange(9), boxes)
    assert np.abs(few - boxes[0]).max() <= 2


def test_what_stands_still_is_not_blurred() -> None:
    boxes = _boxes([7, 7, 7])
    assert np.array_equal(blurred(boxes), boxes)
    assert np.array_equal(blurred(boxes[:1]), boxes[:1])


def test_a_box_that_changes_its_size_about_its_middle_is_not_blurred() -> None:
    boxes = np.array([[0, 0, 10, 10], [-5, -5, 15, 15]], np.float32)
    assert np.array_equal(blurred(boxes), boxes)


def test_blur_grows_with_the_step_along_it_up_to_a_share_of_the_side() -> None:
    for step, margin in ((2, 2 * BLUR), (4, 4 * BLUR), (100, 10 * MOST_BLUR)):
        boxes = _boxes([0.0, step, 2.0 * step])
        assert np.allclose(blurred(boxes) - boxes, [-margin, 0, margin, 0], atol=1e-4)


def test_the_frames_on_both_sides_of_a_step_are_blurred() -> None:
    boxes = _boxes([0, 0, 0, 5, 5, 5])
    wider = (blurred(boxes) - boxes)[:, 2] > 0
    assert wider.tolist() == [False, False, True, True, False, False]


def test_a_box_that_is_much_smaller_than_those_near_it_is_grown_about_its_middle() -> None:
    boxes = _boxes([0.0] * 5)
    boxes[2] = [4, 8, 6, 14]
    even = evened(boxes)
    assert even[2] == pytest.approx([5 - 5 * EVEN, 11 - 10 * EVEN, 5 + 5 * EVEN, 11 + 10 * EVEN])
    assert np.array_equal(even[[0, 1, 3, 4]], boxes[[0, 1, 3, 4]])


def test_boxes_that_are_far_from_larger_ones_stay_as_they_are() -> None:
    boxes = _boxes([0.0] * (NEAR + 2))
    boxes[0] = [0, 0, 100, 200]
    even = evened(boxes)
    assert (even[NEAR, 2:] - even[NEAR, :2]).tolist() == pytest.approx([100 * EVEN, 200 * EVEN])
    assert np.array_equal(even[-1], boxes[-1])
