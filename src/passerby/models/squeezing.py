"""Whole pictures in squares: what a model of one size sees of a picture of any."""

import cv2

from passerby.records import Pixels


def squeezed(image: Pixels, side: int) -> Pixels:
    """The picture (h, w, 3) as a square of ``side`` pixels, none of it cut off, its proportions lost."""
    way = cv2.INTER_AREA if min(image.shape[:2]) > side else cv2.INTER_LINEAR
    square: Pixels = cv2.resize(image, (side, side), interpolation=way)
    return square
