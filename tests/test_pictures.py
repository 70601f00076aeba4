"""Pictures as arrays: sizes, cuts and files."""

import cv2
import numpy as np
import pytest

from passerby.pictures import averaged, cut_around, fitted, fitted_within, jpeg, resized
from passerby.records import Pixels

NOISE: Pixels = np.random.default_rng(0).integers(0, 256, (60, 90, 3), np.uint8)


def test_what_gets_smaller_is_averaged() -> None:
    picture = np.zeros((4, 4), np.uint8)
    picture[:2, :2] = 200
    assert averaged(picture, 2, 2).tolist() == [[200, 0], [0, 0]]
    assert resized(picture, 0.25).tolist() == [[50]]


@pytest.mark.parametrize(("long_side", "size"), [(45, (30, 45)), (180, (120, 180)), (1, (1, 1))])
def test_it_is_fitted_to_its_long_side(long_side: int, size: tuple[int, int]) -> None:
    assert fitted(NOISE, long_side).shape[:2] == size


def test_it_is_never_larger_where_it_has_to_fit_within() -> None:
    assert fitted_within(NOISE, 90) is NOISE
    assert fitted_within(NOISE, 45).shape == (30, 45, 3)


@pytest.mark.parametrize(
    ("box", "margin", "size"),
    [
        ((10, 10, 20, 20), 0, (10, 10)),
        ((10.5, 10.5, 19.5, 19.5), 0, (10, 10)),
        ((10, 10, 20, 20), 5, (20, 20)),
        ((0, 0, 90, 60), 9, (60, 90)),
        ((95, 10, 99, 20), 1, (12, 0)),
        ((95, 10, 99, 20), 9, (28, 4)),
    ],
)
def test_a_cut_holds_all_pixels_that_the_box_touches(
    box: tuple[float, ...], margin: float, size: tuple[int, int]
) -> None:
    assert cut_around(NOISE, np.array(box, np.float32), margin).shape[:2] == size


def test_a_margin_may_differ_across_and_down() -> None:
    cut = cut_around(NOISE, np.array([30, 30, 40, 40], np.float32), np.array([10, 5], np.float32))
    assert np.array_equal(cut, NOISE[25:45, 20:50])


def test_a_file_has_the_colours_in_their_order() -> None:
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 200
    read = cv2.imdecode(np.frombuffer(jpeg(red, 95), np.uint8), cv2.IMREAD_COLOR)
    assert read is not None
    assert np.abs(read.mean((0, 1)) - (0, 0, 200)).max() < 3
    assert len(jpeg(NOISE, 50)) < len(jpeg(NOISE, 95))
