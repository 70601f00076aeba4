import numpy as np
import pytest

from passerby.models.squeezing import squeezed


@pytest.mark.parametrize("size", [(40, 90), (12, 12), (3, 60)])
def test_a_whole_picture_fills_the_square(size: tuple[int, int]) -> None:
    image = np.zeros((*size, 3), np.uint8)
    image[:, -10:] = 255

    square = squeezed(image, 16)

    assert square.shape == (16, 16, 3)
    assert (square[:, -1] > square[:, 0]).all()
