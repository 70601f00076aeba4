"""RF-DETR with its COCO weights, as its project exports it (https://github.com/roboflow/rf-detr, arXiv 2511.09554).

Input ``input`` float32 (N, 3, side, side), RGB, squeezed to a square, with ImageNet's mean and deviation. Outputs
``dets`` (N, q, 4) centre x, centre y, width, height in shares of the picture, and ``labels`` (N, q, 91): logits, of
which each goes through a sigmoid, at the category numbers of COCO's own files, 1 to 90 with gaps.
"""

from pathlib import Path

import numpy as np

from passerby.models.detectors.queries import COCO_CATEGORIES, COCO_COLUMNS, SAME_THING, chances, corners
from passerby.models.detectors.signature import expect_shape, square_side
from passerby.models.detectors.square import SquareDetector
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.models.squeezing import squeezed
from passerby.records import Detections, Pixels

_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


class RfDetr(SquareDetector):
    """A detector that a user brings."""

    THRESHOLD = 0.4

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["input"], outputs=["dets", "labels"])
        self._side = square_side(self._model, "input")
        expect_shape(self._model, "dets", self._model.outputs["dets"], (None, None, 4))
        expect_shape(self._model, "labels", self._model.outputs["labels"], (None, None, COCO_CATEGORIES))

    def _detect(self, image: Pixels) -> Detections:
        height, width = image.shape[:2]
        dets, logits = self._model.run({"input": self._input(image)})
        expect_shape(self._model, "labels", logits.shape, (1, None, COCO_CATEGORIES))
        expect_shape(self._model, "dets", dets.shape, (1, logits.shape[1], 4))
        scores = chances(logits[0][:, COCO_COLUMNS])
        return self._best(corners(dets[0], width, height), scores, SAME_THING, width, height)

    def _input(self, image: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        normal = (squeezed(image, self._side).astype(np.float32) / 255 - _MEAN) / _DEVIATION
        return np.ascontiguousarray(normal.transpose(2, 0, 1)[None])
