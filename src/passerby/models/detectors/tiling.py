"""A detector that also looks at the two halves of wide pictures, where small things are twice as large to it."""

from collections.abc import Sequence

import numpy as np

from passerby.models.detectors.base import Detector, keep_best
from passerby.records import Detections, Pixels

# A tile is a square of the short side, so wide pictures have two that overlap up to an aspect of 2:1.
# Boxes that end within this many pixels of where a tile was cut from the picture are halves of something.
SEAM = 4
# Two boxes of one thing, one from the whole picture and one from a tile.
SAME_THING_IOU = 0.5


class TiledDetector:
    """Looks at each picture as a whole and at its two halves, and joins what it finds."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    @property
    def labels(self) -> tuple[str, ...]:
        return self._detector.labels

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        wholes = self._detector.detect(images)
        return [self.with_halves(image, whole) for image, whole in zip(images, wholes, strict=True)]

    def with_halves(self, image: Pixels, whole: Detections) -> Detections:
        """What was found in the ``whole`` image, joined with what is found in its halves."""
        tiles = _tiles(image)
        found = self._detector.detect([tile for tile, _, _ in tiles])
        parts = [placed(boxes, x, y, tile, image) for boxes, (tile, x, y) in zip(found, tiles, strict=True)]
        return join([whole, *parts])


def _tiles(image: Pixels) -> list[tuple[Pixels, int, int]]:
    """The squares at either end of the picture, each with its place in it."""
    height, width = image.shape[:2]
    side = min(height, width)
    return [(image[:side, :side], 0, 0), (image[height - side :, width - side :], width - side, height - side)]


def placed(found: Detections, x: int, y: int, part: Pixels, image: Pixels, *, keep_cut: bool = False) -> Detections:
    """Boxes of a part in the picture's pixels, without those that the cut has halved unless ``keep_cut``."""
    height, width = part.shape[:2]
    left, top, right, bottom = found.boxes.T
    halved = np.zeros(len(found), np.bool_)
    for inner, distance in (
        (x > 0, left),
        (y > 0, top),
        (x + width < image.shape[1], width - right),
        (y + height < image.shape[0], height - bottom),
    ):
        if inner:
            halved |= distance < SEAM
    whole = found if keep_cut else found.where(~halved)
    return Detections(whole.boxes + np.array([x, y, x, y], np.float32), whole.scores, whole.labels)


def join(found: Sequence[Detections]) -> Detections:
    """What looks at one picture found, in its pixels, each thing once, by falling score."""
    boxes = np.concatenate([part.boxes for part in found])
    scores = np.concatenate([part.scores for part in found])
    labels = tuple(label for part in found for label in part.labels)
    rows = []
    # People and things do not hide each other: somebody carries, rides or stands behind something.
    for people in (True, False):
        of_kind = np.flatnonzero([(label == "person") is people for label in labels])
        rows.extend(of_kind[keep_best(boxes[of_kind], scores[of_kind], SAME_THING_IOU)].tolist())
    rows.sort(key=lambda row: (-scores[row], row))
    return Detections(boxes[rows], scores[rows], tuple(labels[row] for row in rows))
