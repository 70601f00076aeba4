"""Pictures as arrays: made smaller or larger, cut out, written as JPEG. All are RGB (h, w, 3) or gray (h, w), uint8."""

import cv2
import numpy as np

from passerby.records import Floats, Pixels

ENLARGED = cv2.INTER_CUBIC  # how pixels between those that are there are made


def averaged(picture: Pixels, width: int, height: int) -> Pixels:
    """The picture at a smaller size: each pixel the mean of the area that it covers."""
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def resized(picture: Pixels, factor: float, *, enlarged: int = ENLARGED) -> Pixels:
    """The picture so many times as large, a pixel at least; OpenCV's ``enlarged`` interpolates where it grows."""
    height, width = picture.shape[:2]
    size = max(round(width * factor), 1), max(round(height * factor), 1)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA if factor < 1 else enlarged), np.uint8)


def fitted(picture: Pixels, long_side: int) -> Pixels:
    """The picture with a long side of so many pixels."""
    return resized(picture, long_side / max(picture.shape[:2]))


def fitted_within(picture: Pixels, long_side: int) -> Pixels:
    """The picture with a long side of so many pixels at most, never larger than it is."""
    return picture if max(picture.shape[:2]) <= long_side else fitted(picture, long_side)


def cut_around(picture: Pixels, box: Floats, margin: Floats | float) -> Pixels:
    """What ``box`` (4,) holds with ``margin`` pixels, or (x, y), on each side: a view, empty beside the picture.

    >>> cut_around(np.zeros((10, 20, 3), np.uint8), np.array([2, 2, 4.5, 5], np.float32), 3).shape
    (8, 8, 3)
    """
    height, width = picture.shape[:2]
    x1, y1 = np.clip(np.floor(box[:2] - margin), 0, (width, height)).astype(int)
    x2, y2 = np.clip(np.ceil(box[2:] + margin), 0, (width, height)).astype(int)
    return picture[y1:y2, x1:x2]


def from_jpeg(file: bytes) -> Pixels:
    """The RGB picture of a file that ``jpeg`` wrote."""
    return np.asarray(cv2.cvtColor(cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB))


def jpeg(picture: Pixels, quality: int) -> bytes:
    """An RGB picture as a file; ``quality`` is 0 to 100."""
    return bytes(cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
