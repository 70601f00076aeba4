import numpy as np
import pytest

from passerby.tracking.pyramids import LEVELS, LumaPyramids


def test_frames_keep_their_numbers_until_they_are_too_old() -> None:
    lumas = LumaPyramids(3, 8, 4)
    for level in range(5):
        lumas.put(np.full((4, 8), level, np.uint8))
    assert lumas.count == 5
    assert [int(lumas[frame][0, 0]) for frame in (2, 3, 4)] == [2, 3, 4]
    with pytest.raises(IndexError):
        lumas[1]


@pytest.mark.parametrize(
    ("zoom", "size"), [(2.0, (65, 97)), (0.51, (65, 97)), (0.5, (32, 48)), (0.26, (32, 48)), (0.01, (4, 6))]
)
def test_the_smallest_picture_that_is_large_enough_is_given(zoom: float, size: tuple[int, int]) -> None:
    lumas = LumaPyramids(1, 97, 65)
    lumas.put(np.full((65, 97), 200, np.uint8))
    luma, x, y = lumas.at_most(0, zoom)
    assert luma.shape == size
    assert (luma == 200).all()
    assert (x * 97, y * 65) == (size[1], size[0])


def test_tiny_frames_have_all_sizes_too() -> None:
    lumas = LumaPyramids(1, 2, 3)
    lumas.put(np.zeros((3, 2), np.uint8))
    assert lumas.at_most(0, 0.5**LEVELS)[0].shape == (1, 1)
