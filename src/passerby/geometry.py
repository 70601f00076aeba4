"""Boxes and masks: pure functions on half-open boxes ``x1, y1, x2, y2`` (arrays of shape (n, 4))."""

import numpy as np
from numpy.typing import NDArray

from passerby.records import Floats

Mask = NDArray[np.bool_]


def clip(boxes: Floats, width: float, height: float) -> Floats:
    """``boxes`` cut to a picture of this size; a box outside of it becomes empty at its border."""
    limit = np.array([width, height, width, height], np.float32)
    clipped: Floats = np.clip(boxes, 0, limit).astype(np.float32)
    return clipped


def areas(boxes: Floats) -> Floats:
    """The areas (n,); nought for a box that is inside out.

    >>> areas(np.array([[0, 0, 2, 3]], np.float32)).tolist()
    [6.0]
    """
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    products: Floats = (sides[:, 0] * sides[:, 1]).astype(np.float32)
    return products


def intersections(a: Floats, b: Floats) -> Floats:
    """The area that each of ``a`` (n, 4) shares with each of ``b`` (m, 4): (n, m)."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    sides = np.maximum(high - low, 0)
    products: Floats = (sides[..., 0] * sides[..., 1]).astype(np.float32)
    return products


def meeting(boxes: Floats, others: Floats) -> NDArray[np.bool_]:
    """Which of ``boxes`` (n,) share a pixel with any of ``others`` (m, 4)."""
    return np.asarray((intersections(boxes, others) > 0).any(axis=1))


def ious(a: Floats, b: Floats) -> Floats:
    """Intersection over union of each of ``a`` with each of ``b``: (n, m) in [0, 1]; nought for empty boxes."""
    shared = intersections(a, b)
    union = areas(a)[:, None] + areas(b)[None, :] - shared
    ratios: Floats = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return ratios


def grow(boxes: Floats, x: Floats | float, y: Floats | float) -> Floats:
    """``boxes`` with ``x`` pixels (one number, or one a box) added left and right, ``y`` above and below."""
    margin = np.stack(np.broadcast_arrays(-np.asarray(x), -np.asarray(y), x, y), axis=-1)
    grown: Floats = (boxes + margin).astype(np.float32)
    return grown


def rasterize(boxes: Floats, shape: tuple[int, int]) -> Mask:
    """A mask of ``shape`` (height, width), true on every pixel that a box touches, however little."""
    mask = np.zeros(shape, np.bool_)
    height, width = shape
    low = np.floor(boxes[:, :2]).astype(int)
    high = np.ceil(boxes[:, 2:]).astype(int)
    for (x1, y1), (x2, y2) in zip(low.tolist(), high.tolist(), strict=True):
        mask[max(y1, 0) : min(max(y2, 0), height), max(x1, 0) : min(max(x2, 0), width)] = True
    return mask


def covered_share(boxes: Floats, others: Floats, shape: tuple[int, int]) -> Floats:
    """Which share of each of ``boxes`` (n, 4) the union of ``others`` covers, on a grid of ``shape``: (n,)."""
    union = rasterize(others, shape)
    shares = np.zeros(len(boxes), np.float32)
    for row in range(len(boxes)):
        inside = rasterize(boxes[row : row + 1], shape)
        if inside.any():
            shares[row] = union[inside].mean()
    return shares
