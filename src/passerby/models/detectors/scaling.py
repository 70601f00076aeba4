"""How large a detector looks at a picture, and tiles of one that would take too much memory as a whole."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np

from passerby.models.detectors.base import BaseDetector
from passerby.models.detectors.tiling import join, placed
from passerby.models.entry import Entry
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections, Pixels

# Looks at a picture made so many times as large; gives boxes in the pixels of the picture as it was.
ScaledLook = Callable[[Pixels, float], Detections]

_MULTIPLE = 32
_ONE_PIECE = 1280  # the longest side that is looked at at once
_OVERLAP = 160  # pixels that tiles share: what is larger is looked for in the whole picture
_WHOLE = 640


class ScaledDetector(BaseDetector):
    """Looks at pictures scaled to ``long_side`` pixels: more finds smaller things, and takes longer.

    0 stands for the picture's own long side. Pictures go through one by one; one of more than 1280 pixels in tiles,
    and as a whole, too.
    """

    LONG_SIDE: ClassVar[int] = 0  # where nobody asks for another one
    TILE: ClassVar[int] = 1280  # the longest side of a tile
    KEEP_CUT: ClassVar[bool] = False  # whether what the edge of a tile cuts is told in parts

    def __init__(
        self,
        path: Path,
        entry: Entry,
        options: RuntimeOptions,
        *,
        threshold: float | None = None,
        long_side: int | None = None,
    ) -> None:
        super().__init__(path, entry, options, threshold=threshold)
        self._long_side = self.LONG_SIDE if long_side is None else long_side

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        """For each RGB picture (h, w, 3), its boxes in that picture's pixels, clipped, by falling score."""
        return [self._closely(image) for image in images]

    def _closely(self, image: Pixels) -> Detections:
        return look_closely(self._look, image, self._long_side, tile_side=self.TILE, keep_cut=self.KEEP_CUT)

    @abstractmethod
    def _look(self, image: Pixels, factor: float) -> Detections:
        """What is found in ``image`` made ``factor`` times as large, in the pixels of the picture as it was."""


def look_closely(
    look: ScaledLook, image: Pixels, long_side: int, *, tile_side: int = _ONE_PIECE, keep_cut: bool = False
) -> Detections:
    """What ``look`` finds when the longer side of ``image`` is made ``long_side`` pixels; 0: as long as it is.

    Beyond 1280 pixels it looks at tiles of at most ``tile_side``, and at the whole picture at 640 for what does not fit
    into a tile, or is too large to be seen. What the edge of a tile cuts is left out unless ``keep_cut``.
    """
    longest = max(image.shape[:2])
    side = long_side or longest
    factor = side / longest
    if side <= _ONE_PIECE:
        return look(image, factor)
    found = [look(image, _WHOLE / longest)]
    for tile, x, y in _tiles(image, factor, tile_side):
        found.append(placed(look(tile, factor), x, y, tile, image, keep_cut=keep_cut))
    return join(found)


def scaled(image: Pixels, factor: float) -> Pixels:
    """``image`` made ``factor`` times as large, its sides up to multiples that a network can halve five times."""
    height, width = (_rounded(side * factor) for side in image.shape[:2])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    larger: Pixels = cv2.resize(image, (width, height), interpolation=way)
    return larger


def padded(image: Pixels) -> Pixels:
    """``image`` as it is, with black to its right and below it, up to the same multiples."""
    height, width = image.shape[:2]
    larger = np.zeros((_rounded(height), _rounded(width), 3), np.uint8)
    larger[:height, :width] = image
    return larger


def _rounded(length: float) -> int:
    return max(int(np.ceil(length / _MULTIPLE)), 1) * _MULTIPLE


def _tiles(image: Pixels, factor: float, side: int) -> list[tuple[Pixels, int, int]]:
    """Parts that overlap and are at most ``side`` pixels a side once they are scaled, each with its place."""
    rows, columns = (_pieces(length, factor, side) for length in image.shape[:2])
    return [(image[top:bottom, left:right], left, top) for top, bottom in rows for left, right in columns]


def _pieces(length: int, factor: float, side: int) -> list[tuple[int, int]]:
    """Starts and ends of equal pieces of a ``length`` that are at most ``side`` pixels long once they are scaled.

    >>> _pieces(3840, 1.0, 1280)
    [(0, 1080), (920, 2000), (1840, 2920), (2760, 3840)]
    >>> _pieces(1080, 1.0, 1280)
    [(0, 1080)]
    """
    overlap = _OVERLAP / factor
    count = max(ceil((length - overlap) / (side / factor - overlap)), 1)
    piece = min(ceil((length + (count - 1) * overlap) / count), length)
    starts = [round(number * (length - piece) / max(count - 1, 1)) for number in range(count)]
    return [(start, start + piece) for start in starts]
