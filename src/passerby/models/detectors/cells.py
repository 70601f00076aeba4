"""The grids of cells that detectors without anchors answer for: which cell each row of an output is."""

from collections.abc import Sequence

import numpy as np

from passerby.records import Floats


def cells_of(width: int, height: int, strides: Sequence[int]) -> tuple[Floats, Floats]:
    """Column and row of every cell (cells, 2), and its stride (cells, 1), of a picture of this size.

    The finest grid comes first; each goes row by row.

    >>> cells, strides = cells_of(32, 16, (16, 32))
    >>> cells.tolist(), strides.T.tolist()
    ([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0]], [[16.0, 16.0, 32.0]])
    """
    shapes = [(-(-height // stride), -(-width // stride)) for stride in strides]
    grids = [np.indices(shape, np.float32)[::-1].reshape(2, -1).T for shape in shapes]
    lengths = [np.full((len(grid), 1), stride, np.float32) for grid, stride in zip(grids, strides, strict=True)]
    return np.concatenate(grids), np.concatenate(lengths)
