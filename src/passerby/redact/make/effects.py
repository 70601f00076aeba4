"""How places in a picture are hidden: solid fill, pixelation and blur, on the planes of a copy.

Solid fill takes nothing from what it hides (law 3). Pixelation and blur are made of the hidden pixels alone, and
places that overlap are hidden as one: two grids, one over the other, would tell more than each. Chroma is hidden
wherever a sample of it covers a hidden pixel.
"""

import itertools
import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.geometry import Mask
from passerby.media.read.planes import Plane, Planes, Samples
from passerby.redact.plan.plan import Regions
from passerby.redact.plan.policy import Shape, Style

_CELLS = 8  # the most that a region keeps, across and down
_SMALLEST_CELL = 4  # pixels
# An ellipse within a box leaves out what is in its corners: it is drawn in a box larger by this share a side.
_ROUND_GROWTH = 0.15
# The width of one pass of blur, as a share of the longer side of what it hides; the second doubles it.
_BLUR = 0.5
_SMALLEST_BLUR = 4  # pixels

_Box = tuple[int, int, int, int]
_Reals = NDArray[np.float64]


def hide(planes: Planes, regions: Regions, style: Style, shape: Shape) -> None:
    """Hide ``regions`` (m, 4), half-open and in coded pixels, in the planes of a picture."""
    boxes = _boxes(regions)
    if style == "solid":
        for box in boxes:
            _paint(planes, box, shape)
    else:
        for group in _groups(boxes, planes, shape):
            _soften(planes, group, style, shape)


def hidden_pixels(regions: Regions, size: tuple[int, int], shape: Shape) -> Mask:
    """Which pixels (h, w) of a picture of ``size`` (width, height) are hidden by ``regions``."""
    return _mask(_boxes(regions), (0, 0, *size), shape)


def extents(regions: Regions, shape: Shape) -> Regions:
    """The boxes (m, 4) on which the shapes lie that hide ``regions``: an ellipse is larger than what it hides."""
    return np.array([_grown(box, shape) for box in _boxes(regions)], np.int32).reshape(-1, 4)


def _boxes(regions: Regions) -> list[_Box]:
    return [(x1, y1, x2, y2) for x1, y1, x2, y2 in regions.tolist() if x1 < x2 and y1 < y2]


def _paint(planes: Planes, box: _Box, shape: Shape) -> None:
    if shape == "box":
        for plane in planes.planes:
            _part(plane, box)[...] = plane.black
        return
    window = _window([box], planes, shape)
    mask = _mask([box], window, shape)
    for plane in planes.planes:
        np.copyto(_part(plane, window), plane.black, where=_coarse(mask, plane))


def _soften(planes: Planes, boxes: list[_Box], style: Style, shape: Shape) -> None:
    """Pixelate or blur boxes that overlap, as one thing."""
    window = _window(boxes, planes, shape)
    mask = _mask(boxes, window, shape)
    extents = [_grown(box, shape) for box in boxes]
    wide, high = max(x2 - x1 for x1, _, x2, _ in extents), max(y2 - y1 for _, y1, _, y2 in extents)
    for plane in planes.planes:
        part, inside = _part(plane, window), _coarse(mask, plane)
        if not inside.any():
            continue
        if style == "pixelate":
            soft = _cells(part, inside, _cell(wide, plane.shift_x), _cell(high, plane.shift_y))
        else:
            reach = max(round(_BLUR * max(wide, high)), _SMALLEST_BLUR)
            soft = _blurred(part, inside, reach >> plane.shift_x, reach >> plane.shift_y)
        np.copyto(part, np.rint(soft).astype(part.dtype), where=inside)


def _cell(side: int, shift: int) -> int:
    """The side of a cell in a plane: a region that does not start where a cell does lies in one more of them."""
    pixels = max(-(-side // (_CELLS - 1)), _SMALLEST_CELL)
    return -(-pixels >> shift)


def _cells(pixels: Samples, inside: Mask, wide: int, high: int) -> _Reals:
    """Each pixel (h, w) the mean of those of its cell that are inside."""
    height, width = pixels.shape
    xs, ys = np.arange(0, width, wide), np.arange(0, height, high)
    means = _sums(pixels * inside, xs, ys) / np.maximum(_sums(inside, xs, ys), 1)
    lines = np.repeat(means, np.diff(ys, append=height), axis=0)
    return np.repeat(lines, np.diff(xs, append=width), axis=1)


def _sums(values: NDArray[np.generic], xs: NDArray[np.int64], ys: NDArray[np.int64]) -> NDArray[np.int64]:
    lines = np.add.reduceat(values, ys, axis=0, dtype=np.int64)
    sums: NDArray[np.int64] = np.add.reduceat(lines, xs, axis=1)
    return sums


def _blurred(pixels: Samples, inside: Mask, wide: int, high: int) -> _Reals:
    """Each pixel (h, w) the mean of those around it that are inside, twice."""
    kernel = (wide | 1, high | 1)
    weights = cv2.blur(inside.astype(np.float64), kernel, borderType=cv2.BORDER_CONSTANT)
    shares = np.divide(inside, weights, out=np.zeros_like(weights), where=inside)
    soft = pixels * inside.astype(np.float64)
    for _ in range(2):
        soft = cv2.blur(soft, kernel, borderType=cv2.BORDER_CONSTANT) * shares
    return np.asarray(soft, np.float64)


def _grown(box: _Box, shape: Shape) -> _Box:
    """The box within which everything is that is hidden for ``box``."""
    if shape == "box":
        return box
    x1, y1, x2, y2 = box
    x, y = math.ceil(_ROUND_GROWTH * (x2 - x1)), math.ceil(_ROUND_GROWTH * (y2 - y1))
    return x1 - x, y1 - y, x2 + x, y2 + y


def _window(boxes: list[_Box], planes: Planes, shape: Shape) -> _Box:
    """The part of the picture around ``boxes``, its edges between samples of chroma or at those of the picture."""
    grown = np.array([_grown(box, shape) for box in boxes])
    (x, y), (width, height) = planes.shifts, planes.size
    left, top = (max(int(low) >> shift << shift, 0) for low, shift in zip(grown[:, :2].min(0), (x, y), strict=True))
    right, bottom = (-(-int(high) >> shift) << shift for high, shift in zip(grown[:, 2:].max(0), (x, y), strict=True))
    return left, top, max(left, min(right, width)), max(top, min(bottom, height))


def _part(plane: Plane, box: _Box) -> Samples:
    """All samples of a plane that ``box`` touches."""
    x1, y1, x2, y2 = (max(side, 0) for side in box)
    x, y = plane.shift_x, plane.shift_y
    return plane.pixels[y1 >> y : -(-y2 >> y), x1 >> x : -(-x2 >> x)]


def _mask(boxes: list[_Box], window: _Box, shape: Shape) -> Mask:
    """Which pixels (h, w) of the window are hidden: all that a box touches, or an ellipse on it."""
    left, top, right, bottom = window
    mask = np.zeros((bottom - top, right - left), np.bool_)
    for box in boxes:
        x1, y1, x2, y2 = _grown(box, shape)
        part = mask[max(y1 - top, 0) : max(y2 - top, 0), max(x1 - left, 0) : max(x2 - left, 0)]
        if shape == "box":
            part[...] = True
        else:
            xs, ys = max(x1, left) + np.arange(part.shape[1]), max(y1, top) + np.arange(part.shape[0])
            np.logical_or(part, _distance(ys, y1, y2)[:, None] + _distance(xs, x1, x2) <= 1, out=part)
    return mask


def _distance(pixels: NDArray[np.int64], low: int, high: int) -> _Reals:
    """The square of how far the near edge of each pixel is from the middle of an ellipse, whose edge is at 1."""
    middle, reach = (low + high) / 2, (high - low) / 2
    distances: _Reals = (np.maximum(np.abs(pixels + 0.5 - middle) - 0.5, 0) / reach) ** 2
    return distances


def _coarse(mask: Mask, plane: Plane) -> Mask:
    """Which samples of a plane cover a pixel of the mask, whose window starts between samples."""
    wide, high = 1 << plane.shift_x, 1 << plane.shift_y
    height, width = mask.shape
    touched: Mask = np.zeros((-(-height // high), -(-width // wide)), np.bool_)
    for y, x in itertools.product(range(high), range(wide)):
        part = mask[y::high, x::wide]
        touched[: part.shape[0], : part.shape[1]] |= part
    return touched


def _groups(boxes: list[_Box], planes: Planes, shape: Shape) -> Iterator[list[_Box]]:
    """The boxes, those together that share a sample with one another."""
    waiting = list(boxes)
    while waiting:
        group = [waiting.pop()]
        for member in group:  # it grows while it is gone through
            near = [box for box in waiting if _share(_window([member], planes, shape), _window([box], planes, shape))]
            waiting = [box for box in waiting if box not in near]
            group += near
        yield group


def _share(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
