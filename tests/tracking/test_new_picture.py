import cv2
import numpy as np
import pytest

from passerby.records import Pixels
from passerby.tracking.new_picture import NewPicture
from pictures import texture

SIZE = (640, 360)


def luma(seed: int) -> Pixels:
    return np.asarray(cv2.cvtColor(texture(SIZE, seed)(0), cv2.COLOR_RGB2GRAY), np.uint8)


def news(pictures: list[Pixels], *, backward: bool = False) -> list[bool]:
    told = NewPicture(backward=backward)
    return [told.begins(picture) for picture in pictures]


def test_another_picture_is_new_and_the_same_one_shaken_is_not() -> None:
    first, second = luma(6), luma(17)
    shaken = np.roll(first, 12, axis=1)
    assert news([first, first, shaken, second, second, first]) == [False, False, False, True, False, True]


@pytest.mark.parametrize("pair", [(5, 8), (6, 17), (7, 8), (10, 5), (12, 5)])
def test_backward_the_same_pairs_are_told_apart(pair: tuple[int, int]) -> None:
    one, other = map(luma, pair)
    assert news([one, other])[1] == news([other, one], backward=True)[1]
