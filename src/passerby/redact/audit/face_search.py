"""The closest look for faces that there is here, by a detector of another family than the one that hid them.

A picture is searched at twice the size that is usual, in tiles where it is large, so that memory stays small; as a
whole, so that a face larger than a tile is found; and mirrored, the one or the other. Beyond its borders it goes on as
in a mirror, and a dark one is made brighter, as redaction does: what is only found so has to be found here too.

For what is too small for it, the family that hides proposes, in a larger picture than it hid by, mirrored when that was
not; whether that is a face is told by the other family alone, which sees it enlarged (decision 0048).
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np

from passerby.models.detectors.base import Detector, keep_best
from passerby.models.source import ModelSource
from passerby.pictures import resized
from passerby.records import Detections, Pixels
from passerby.redact.look.enlarged import CloseFinder
from passerby.redact.look.view import BEYOND, brightened, clipped_within, mirrored_beyond, pixels_beyond

WEAK, START = 0.2, 0.35  # scores: what a track needs to go on, and to begin
SURE = 0.5  # a face that is seen in one look only needs this score: folds of cloth pass for one now and then
WHOLE, CLOSE = 640, 1280  # long sides of the pictures that are searched
LARGE = 2 / 3  # of a picture larger than 1080p, this share of its long side, in tiles of CLOSE
OVERLAP = 160  # pixels that tiles share
SEAM = 4  # a box that ends within so many pixels of where a tile was cut is a part of something
SAME_FACE = 0.4  # intersection over union
PROPOSED, LARGER = 0.15, 4 / 3  # from which score a place is looked at enlarged, found in a picture so much larger
SMALL = 1 / 40  # of a picture's long side: higher faces need nobody to propose them
LARGEST = 4096  # pixels of its long side, which bound its memory
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
        other = models.name_for("redacted-faces")
        larger = min(round(LARGER * long_side), max(LARGEST, long_side))
        self._proposing: Detector | None = None
        self._enlarged = CloseFinder(models.open(name, threshold=WEAK, long_side=0), WEAK)
        self.looked_with: tuple[str, ...] = (f"{name} at {self._side} and {WHOLE} pixels, mirrored in turn",)
        self.notes: tuple[str, ...] = ()
        if name == other:
            self.notes = (f"looked with one family of detectors only, by which faces are hidden, too: {name}",)
        else:
            self._proposing = models.open(other, threshold=PROPOSED, long_side=larger)
            self.looked_with += (f"{name} at what {other} proposes at {larger} pixels, enlarged",)

    def closely(self, image: Pixels, *, mirrored: bool) -> Detections:
        """The faces of a picture (h, w, 3), in its pixels, by the close look and the one at the whole.

        Of these two the one sees the picture as in a mirror: the close one if ``mirrored``, else the other.
        """
        found = [
            _seen(self._tiles, image, mirrored=mirrored),
            _seen(self._whole_picture, image, mirrored=not mirrored),
        ]
        if self._proposing is not None:
            found.append(_seen(self._proposed, image, mirrored=not mirrored))
        return each_face_once(found)

    def quickly(self, image: Pixels) -> Detections:
        """What one look at the whole picture finds."""
        return _seen(self._whole_picture, image, mirrored=False)

    def _whole_picture(self, image: Pixels) -> Detections:
        scaled = _resized(image, min(1.0, WHOLE / (1 + 2 * BEYOND) / max(image.shape[:2])))
        return _with_beyond(lambda picture: self._whole.detect([picture])[0], scaled, image)

    def _proposed(self, image: Pixels) -> Detections:
        """What the family that hides faces proposes, with the scores that this one gives it enlarged."""
        proposing = self._proposing
        if proposing is None:
            return Detections.none()
        found = _with_beyond(lambda picture: proposing.detect([picture])[0], image, image)
        places = found.where(found.boxes[:, 3] - found.boxes[:, 1] < SMALL * max(image.shape[:2]))
        scores = self._enlarged.sureness(image, places.boxes)
        return Detections(places.boxes, scores, places.labels).where(scores >= WEAK)

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
