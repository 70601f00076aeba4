"""NanoDet-g: the eighty things of COCO, in a picture 416 pixels wide (https://github.com/RangiLyu/nanodet)."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from passerby.models.catalog import Entry
from passerby.models.detector import best_boxes, detections, groups
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Detections, Pixels

_SIDE = 416
_IOU = 0.5
_BATCH = 8  # more at once is no faster, and takes more memory
# What is left of the square is filled with the mean of the training pictures, which the network sees as nought.
_FILL = (124, 116, 104)


class NanoDet:
    """A detector whose file takes RGB bytes and gives boxes: ``scripts/weights/nanodet.py`` made it so.

    Below a threshold of about 0.25 boxes are mostly wrong; for names of things 0.45 is a good one.
    """

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions, *, threshold: float = 0.35) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["images"], outputs=["boxes", "scores"])
        self._entry = entry
        self._groups = groups(entry)
        self._threshold = threshold

    @property
    def labels(self) -> tuple[str, ...]:
        return self._entry.labels

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        """For each RGB picture (h, w, 3), its boxes in that picture's pixels, clipped, by falling score."""
        return [found for start in range(0, len(images), _BATCH) for found in self._batch(images[start:][:_BATCH])]

    def _batch(self, images: Sequence[Pixels]) -> Iterator[Detections]:
        canvas = np.full((len(images), _SIDE, _SIDE, 3), _FILL, np.uint8)
        factors = [_place(image, square) for image, square in zip(images, canvas, strict=True)]
        boxes, scores = self._model.run({"images": canvas})
        for row, image in enumerate(images):
            rows, columns = best_boxes(boxes[row], scores[row], self._groups, self._threshold, _IOU)
            names = [self._entry.classes[column] for column in columns.tolist()]
            height, width = image.shape[:2]
            yield detections(boxes[row, rows] / factors[row], scores[row, rows, columns], names, width, height)


def _place(image: Pixels, square: Pixels) -> float:
    """Write ``image`` into the top left of ``square``, as large as it goes in; gives the factor."""
    height, width = image.shape[:2]
    factor: float = _SIDE / max(height, width)
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    square[: size[1], : size[0]] = cv2.resize(image, size, interpolation=way)
    return factor
