"""Whole pictures in squares: what a model of one size sees of a picture of any."""

import cv2
import numpy as np

from passerby.records import Pixels


def squeezed(image: Pixels, side: int) -> Pixels:
    """The picture (h, w, 3) as a square of ``side`` pixels, none of it cut off, its proportions lost."""
    way = cv2.INTER_AREA if min(image.shape[:2]) > side else cv2.INTER_LINEAR
    square: Pixels = cv2.resize(image, (side, side), interpolation=way)
    return square


def cornered(image: Pixels, side: int, around: int) -> tuple[Pixels, float]:
    """The picture (h, w, 3) in the upper left corner of a square of ``side`` pixels, ``around`` in the rest of it.

    It is as large as it goes in; also gives how many times as large as it was that is.
    """
    factor = side / max(image.shape[:2])
    height, width = (max(round(length * factor), 1) for length in image.shape[:2])
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    square = np.full((side, side, 3), around, np.uint8)
    square[:height, :width] = cv2.resize(image, (width, height), interpolation=way)
    return square, factor
