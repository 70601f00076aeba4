"""The scorer of the people benchmark, on masks whose scores can be told by hand."""

from fractions import Fraction

import numpy as np
import pytest

from benchmarks.labelled import LabelledSampler
from benchmarks.people import Count, Truth, count
from passerby.geometry import rasterize
from passerby.records import Floats
from passerby.times import TimeBase

SHAPE = (100, 200)


def boxes(*rows: tuple[float, float, float, float]) -> Floats:
    return np.array(rows, np.float32).reshape(-1, 4)


def test_pixels_of_people_outside_the_mask_are_counted_once_where_people_overlap() -> None:
    truth = Truth((boxes((0, 0, 20, 10)), boxes((10, 0, 30, 10))), boxes())
    found = count(truth, rasterize(boxes((0, 0, 20, 10)), SHAPE), (1, 1), "")
    assert (found.people, found.person_pixels, found.outside, found.exposed) == (2, 300, 100, 100)
    assert found.outside_shares == pytest.approx(0.5)


def test_whom_the_mask_covers_to_less_than_half_is_missed() -> None:
    mask = rasterize(boxes((0, 0, 10, 100)), SHAPE)
    truth = Truth((boxes((0, 0, 20, 10)), boxes((1, 20, 22, 30)), boxes((100, 0, 120, 10))), boxes())
    assert count(truth, mask, (1, 1), "").missed == 2


def test_one_person_in_several_boxes_is_one_person() -> None:
    truth = Truth((boxes((0, 0, 10, 10), (5, 5, 20, 15)),), boxes())
    assert count(truth, np.ones(SHAPE, np.bool_), (1, 1), "") == Count(
        frames=1, people=1, person_pixels=225, other_pixels=100 * 200 - 225, overmasked=100 * 200 - 225
    )


def test_what_is_outside_the_mask_is_not_exposed_in_a_frame_that_is_refused() -> None:
    found = count(Truth((boxes((0, 0, 10, 10)),), boxes()), np.zeros(SHAPE, np.bool_), (1, 1), "not sure")
    assert (found.refused, found.outside, found.exposed) == (1, 100, 0)


def test_an_ignored_place_counts_for_nothing_but_not_where_somebody_is() -> None:
    truth = Truth((boxes((0, 0, 10, 10)),), boxes((0, 0, 20, 100)))
    found = count(truth, np.ones(SHAPE, np.bool_), (1, 1), "")
    assert (found.person_pixels, found.other_pixels, found.overmasked) == (100, 180 * 100, 180 * 100)


def test_labels_are_scaled_to_the_mask() -> None:
    assert count(Truth((boxes((0, 0, 40, 20)),), boxes()), np.zeros(SHAPE, np.bool_), (0.5, 0.5), "").outside == 200


def test_counts_add_up_field_by_field() -> None:
    total = Count(frames=1, outside=5) + Count(frames=2, missed=1)
    assert (total.frames, total.outside, total.missed) == (3, 5, 1)


def test_a_labelled_frame_is_a_sample_and_the_steady_rate_goes_on_from_there() -> None:
    sampler = LabelledSampler({17}, TimeBase(Fraction(1, 20)), 2.0)
    picture = np.zeros((27, 48, 3), np.uint8)
    assert [pts for pts in range(40) if sampler.wants(pts, picture)] == [0, 10, 17, 27, 37]
