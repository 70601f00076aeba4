"""Pictures for test clips, drawn by code: RGB arrays (h, w, 3), and functions from a frame's index to one.

``stamp`` writes a frame's number into its pixels, so that ``number_of`` can tell after coding, scaling and
reordering which frame it is, and that it is the right way up.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Picture = Callable[[int], Pixels]
Size = tuple[int, int]  # width, height

_COLUMNS, _ROWS = 8, 2  # cells of the code, most significant bit first; each h/8 high: the top quarter
_COLOURS = (
    (235, 235, 235),
    (235, 235, 16),
    (16, 235, 235),
    (16, 235, 16),
    (235, 16, 235),
    (235, 16, 16),
    (16, 16, 235),
)


def plain(size: Size, colour: tuple[int, int, int] = (0, 0, 0)) -> Picture:
    """The same colour everywhere, always; black unless told otherwise."""
    pixels = np.empty((size[1], size[0], 3), np.uint8)
    pixels[:] = colour
    return lambda _: pixels


def colour_bars(size: Size) -> Picture:
    """Seven upright bars, from white to blue."""
    pixels = np.empty((size[1], size[0], 3), np.uint8)
    edges = np.linspace(0, size[0], len(_COLOURS) + 1).round().astype(int)
    for colour, start, end in zip(_COLOURS, edges, edges[1:], strict=False):
        pixels[:, start:end] = colour
    return lambda _: pixels


def texture(size: Size, seed: int = 0) -> Picture:
    """A still picture of soft coloured blotches, another for each seed."""
    noise = np.random.default_rng(seed)
    x, y = np.meshgrid(np.linspace(0, 1, size[0]), np.linspace(0, 1, size[1]))
    pixels = np.empty((size[1], size[0], 3), np.uint8)
    for channel in range(3):
        waves = np.zeros_like(x)
        for frequency_x, frequency_y, phase in noise.uniform((-9, -9, 0), (9, 9, 6.28), (6, 3)):
            waves += np.sin(frequency_x * x + frequency_y * y + phase)
        low, high = np.sort(noise.uniform(20, 235, 2))
        pixels[..., channel] = low + (high - low) * (waves + 6) / 12
    return lambda _: pixels


def cuts(size: Size, lengths: Sequence[int], seed: int = 0) -> Picture:
    """Hard cuts between textures: shot i lasts ``lengths[i]`` frames, and each shot drifts sideways slowly."""
    shots = [texture(size, seed + shot)(0) for shot in range(len(lengths))]
    ends = np.cumsum(lengths)

    def picture(index: int) -> Pixels:
        shot = min(int(np.searchsorted(ends, index, side="right")), len(shots) - 1)
        return np.roll(shots[shot], index, axis=1)

    return picture


def fade(before: Picture, after: Picture, start: int, length: int) -> Picture:
    """``before`` turns into ``after`` over ``length`` frames from ``start`` on: a dissolve, or a fade to black."""

    def picture(index: int) -> Pixels:
        share = min(max((index - start) / length, 0.0), 1.0)
        mixed = before(index) * (1 - share) + after(index) * share
        return mixed.round().astype(np.uint8)

    return picture


def moving_rectangle(
    size: Size,
    colour: tuple[int, int, int],
    box: tuple[int, int, int, int],
    step: tuple[int, int] = (2, 0),
    background: Picture | None = None,
) -> Picture:
    """A rectangle of pure colour, ``box`` (x1, y1, x2, y2) at frame 0, that moves by ``step`` each frame."""
    behind = background or plain(size, (128, 128, 128))

    def picture(index: int) -> Pixels:
        pixels = behind(index).copy()
        x1, y1, x2, y2 = box
        dx, dy = step[0] * index, step[1] * index
        pixels[max(y1 + dy, 0) : max(y2 + dy, 0), max(x1 + dx, 0) : max(x2 + dx, 0)] = colour
        return pixels

    return picture


def _code(number: int) -> NDArray[np.bool_]:
    if not 0 <= number < 4096:
        raise ValueError(f"expected a number in 0..4095, found {number}")
    check = (number * 7 + (number >> 4) * 3 + (number >> 8) + 5) % 16
    bits = format(number << 4 | check, "016b")
    return np.array([bit == "1" for bit in bits]).reshape(_ROWS, _COLUMNS)


def stamp(pixels: Pixels, number: int) -> Pixels:
    """A copy of ``pixels`` with ``number`` (0..4095) as black and white cells over its top quarter."""
    height, width = pixels.shape[:2]
    stamped = pixels.copy()
    cells = _code(number)
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            top, bottom = round(row * height / 8), round((row + 1) * height / 8)
            left, right = round(column * width / _COLUMNS), round((column + 1) * width / _COLUMNS)
            stamped[top:bottom, left:right] = 235 if cells[row, column] else 20
    return stamped


def number_of(pixels: Pixels) -> int:
    """The number stamped on a picture, at any size from about 48x27 on.

    Raises AssertionError if there is none that fits its check bits: not stamped, or not the right way up.
    """
    height, width = pixels.shape[:2]
    bits = ""
    for row in range(_ROWS):
        for column in range(_COLUMNS):
            y, x = (row + 0.5) * height / 8, (column + 0.5) * width / _COLUMNS
            reach_y, reach_x = height / 32, width / 32
            cell = pixels[int(y - reach_y) : int(y + reach_y) + 1, int(x - reach_x) : int(x + reach_x) + 1]
            bits += "1" if cell.mean() > 127 else "0"
    number = int(bits, 2) >> 4
    found = np.array([bit == "1" for bit in bits]).reshape(_ROWS, _COLUMNS)
    assert np.array_equal(found, _code(number)), f"no frame number can be read: {bits}"
    return number
