"""The closest look for faces that there is here, with nothing in common with how a copy was made but the models.

A picture is searched at twice the size that is usual, in tiles where it is large, so that memory stays small; as a
whole, so that a face larger than a tile is found; and mirrored, the one or the other. Beyond its borders it goes on as
in a mirror, and a dark one is made brighter, as redaction does: what is only found so has to be found here too. A
detector of another family looks too, where one is installed: it misses other faces.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import cv2
import numpy as np

from passerby.errors import MissingExtraError, MissingModelError, UsageError
from passerby.models.detectors.base import Detector, keep_best
from passerby.models.roles import all_for
from passerby.models.source import ModelSource
from passerby.pictures import resized
from passerby.records import Detections, Pixels
from passerby.redact.look.view import BEYOND, brightened, clipped_within, mirrored_beyond, pixels_beyond

OTHER_EXTRA = "passerby[audit]"  # which brings a second family of detectors
WEAK, START = 0.2, 0.35  # scores: what a track needs to go on, and to begin
SURE = 0.5  # a face that is seen in one look only needs this score: folds of cloth pass for one now and then
WHOLE, CLOSE = 640, 1280  # long sides of the pictures that are searched
LARGE = 2 / 3  # of a picture larger than 1080p, this share of its long side, in tiles of CLOSE
OVERLAP = 160  # pixels that tiles share
SEAM = 4  # a box that ends within so many pixels of where a tile was cut is a part of something
SAME_FACE = 0.4  # intersection over union
LEAST_HEIGHT = 10  # pixels of a picture that is searched: what is smaller is hardly found


class FaceSearch:
    """Looks at the frames of one video, of this size."""

    def __init__(self, models: ModelSource, width: int, height: int) -> None:
        name = models.name_for("faces")
        self._whole: Detector = models.open(name, threshold=WEAK, long_side=WHOLE)
        self._close: Detector = models.open(name, threshold=WEAK, long_side=CLOSE)
        long_side = max(width, height)
        # So large that with what is beyond its borders a picture that is no larger is one tile.
        self._side = round(max(CLOSE, LARGE * long_side) / (1 + 2 * BEYOND))
        self.smallest_height = math.ceil(LEAST_HEIGHT * max(1.0, long_side / self._side))
        other, self._other = _other_family(models, name)
        self.looked_with: tuple[str, ...] = (f"{name} at {self._side} and {WHOLE} pixels, mirrored in turn",)
        if self._other is not None:
            self.looked_with += (f"{other} at {min(self._side, long_side)} pixels",)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of how it looks."""
        if self._other is not None:
            return ()
        return (f"looked with one family of detectors only; for a second one: pip install '{OTHER_EXTRA}'",)

    def closely(self, image: Pixels, *, mirrored: bool) -> Detections:
        """The faces of a picture (h, w, 3), in its pixels, by the close look and the one at the whole.

        Of these two the one sees the picture as in a mirror: the close one if ``mirrored``, else the other.
        """
        found = [
            _seen(self._tiles, image, mirrored=mirrored),
            _seen(self._whole_picture, image, mirrored=not mirrored),
        ]
        if self._other is not None:
            found.append(_seen(self._by_the_other, image, mirrored=mirrored))
        return each_face_once(found)

    def quickly(self, image: Pixels) -> Detections:
        """What one look at the whole picture finds."""
        return _seen(self._whole_picture, image, mirrored=False)

    def _whole_picture(self, image: Pixels) -> Detections:
        scaled = _resized(image, min(1.0, WHOLE / (1 + 2 * BEYOND) / max(image.shape[:2])))
        return _with_beyond(lambda picture: self._whole.detect([picture])[0], scaled, image)

    def _by_the_other(self, image: Pixels) -> Detections:
        other = self._other
        if other is None:
            return Detections.none()
        scaled = _resized(image, min(1.0, self._side / max(image.shape[:2])))
        return _with_beyond(lambda picture: other.detect([picture])[0], scaled, image)

    def _tiles(self, image: Pixels) -> Detections:
        return _with_beyond(self._in_tiles, _resized(image, self._side / max(image.shape[:2])), image)

    def _in_tiles(self, picture: Pixels) -> Detections:
        size = picture.shape[1], picture.shape[0]
        found = [
            _placed(self._close.detect([picture[y : y + CLOSE, x : x + CLOSE]])[0], x, y, size)
            for y in _starts(size[1])
            for x in _starts(size[0])
        ]
        return each_face_once(found)


def _other_family(models: ModelSource, name: str) -> tuple[str, Detector | None]:
    """The first detector of faces that is here, beside the one called ``name``; none if there is no other."""
    for other in all_for("faces"):
        if other != name:
            with suppress(MissingExtraError, MissingModelError, UsageError):
                return other, models.open(other, threshold=WEAK)
    return "", None


def each_face_once(found: Sequence[Detections]) -> Detections:
    """What several looks found, each face once: its surest box."""
    boxes = np.concatenate([part.boxes for part in found])
    scores = np.concatenate([part.scores for part in found])
    labels = tuple(label for part in found for label in part.labels)
    kept = keep_best(boxes, scores, SAME_FACE)
    return Detections(boxes[kept], scores[kept], tuple(labels[row] for row in kept.tolist()))


def _with_beyond(look: Callable[[Pixels], Detections], scaled: Pixels, image: Pixels) -> Detections:
    """What ``look`` finds in a picture, ``image`` at some size, and beyond its borders; in pixels of ``image``."""
    height, width = scaled.shape[:2]
    found = look(mirrored_beyond(scaled))
    seen = clipped_within(Detections(found.boxes - pixels_beyond(scaled), found.scores, found.labels), width, height)
    return seen.scaled(image.shape[1] / width, image.shape[0] / height)


def _seen(look: Any, image: Pixels, *, mirrored: bool) -> Detections:
    """What a look finds in a picture that is made brighter if it is dark, and perhaps mirrored."""
    image = brightened(image)
    if not mirrored:
        found: Detections = look(image)
        return found
    found = look(np.ascontiguousarray(image[:, ::-1]))
    x1, y1, x2, y2 = found.boxes.T
    width = np.float32(image.shape[1])
    return Detections(np.stack([width - x2, y1, width - x1, y2], axis=1), found.scores, found.labels)


def _resized(image: Pixels, factor: float) -> Pixels:
    return resized(image, factor, enlarged=cv2.INTER_LINEAR)


def _starts(length: int) -> list[int]:
    """Where the tiles begin along a side of this length.

    >>> _starts(1280), _starts(2560)
    ([0], [0, 640, 1280])
    """
    if length <= CLOSE:
        return [0]
    count = math.ceil((length - OVERLAP) / (CLOSE - OVERLAP))
    return [round(step * (length - CLOSE) / (count - 1)) for step in range(count)]


def _placed(found: Detections, x: int, y: int, size: tuple[int, int]) -> Detections:
    """Boxes of a tile in the picture's pixels, without those that its cut edges have halved."""
    boxes = found.boxes + np.array([x, y, x, y], np.float32)
    halved = np.zeros(len(found), np.bool_)
    for axis, start in enumerate((x, y)):
        end = min(start + CLOSE, size[axis])
        halved |= (start > 0) & (boxes[:, axis] < start + SEAM)
        halved |= (end < size[axis]) & (boxes[:, axis + 2] > end - SEAM)
    return Detections(boxes, found.scores, found.labels).where(~halved)
