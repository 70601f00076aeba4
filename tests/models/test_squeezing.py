import numpy as np
import pytest

from passerby.models.squeezing import cornered, squeezed


@pytest.mark.parametrize("size", [(40, 90), (12, 12), (3, 60)])
def test_a_whole_picture_fills_the_square(size: tuple[int, int]) -> None:
    image = np.zeros((*size, 3), np.uint8)
    image[:, -10:] = 255

    square = squeezed(image, 16)

    assert square.shape == (16, 16, 3)
    assert (square[:, -1] > square[:, 0]).all()


@pytest.mark.parametrize(("size", "inside"), [((8, 4), (16, 8)), ((32, 64), (8, 16)), ((1, 90), (1, 16))])
def test_a_picture_in_the_corner_keeps_its_proportions(size: tuple[int, int], inside: tuple[int, int]) -> None:
    square, factor = cornered(np.full((*size, 3), 200, np.uint8), 16, 7)

    assert factor == 16 / max(size)
    assert (square[: inside[0], : inside[1]] == 200).all()
    assert (square[inside[0] :] == 7).all()
    assert (square[:, inside[1] :] == 7).all()
