import numpy as np
import pytest

from passerby.models.detectors.cells import cells_of


@pytest.mark.parametrize(("side", "strides", "count"), [(416, (8, 16, 32), 3549), (416, (8, 16, 32, 64), 3598)])
def test_there_are_as_many_cells_as_the_models_have_rows(side: int, strides: tuple[int, ...], count: int) -> None:
    cells, lengths = cells_of(side, side, strides)

    assert cells.shape == (count, 2)
    assert lengths.shape == (count, 1)


def test_the_cells_of_a_wide_picture_go_row_by_row() -> None:
    cells, lengths = cells_of(64, 32, (16, 32))

    np.testing.assert_array_equal(cells[:8], [[0, 0], [1, 0], [2, 0], [3, 0], [0, 1], [1, 1], [2, 1], [3, 1]])
    np.testing.assert_array_equal(cells[8:], [[0, 0], [1, 0]])
    np.testing.assert_array_equal(lengths[:, 0], [16] * 8 + [32] * 2)
