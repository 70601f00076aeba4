"""D-FINE and RT-DETR, as their projects export them, with the choice of the best boxes in the graph.

Inputs ``images`` float32 (N, 3, side, side) RGB in [0, 1], squeezed to a square, and ``orig_target_sizes`` int64
(N, 2), the width and height that boxes are wanted in. Outputs ``labels`` (N, q), numbers of the eighty COCO
classes without gaps; ``boxes`` (N, q, 4) x1, y1, x2, y2; ``scores`` (N, q). One query can be there twice, as a car
and as a truck. From https://github.com/Peterande/D-FINE (tools/deployment/export_onnx.py; arXiv 2410.13842) and
https://github.com/lyuwenyu/RT-DETR (arXiv 2304.08069).
"""

from pathlib import Path

import numpy as np

from passerby.errors import WeightsError
from passerby.models.detectors.queries import SAME_THING
from passerby.models.detectors.signature import expect_shape, square_side
from passerby.models.detectors.square import SquareDetector
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.models.squeezing import squeezed
from passerby.records import Detections, Floats, Pixels


class DFine(SquareDetector):
    """A detector that a user brings."""

    THRESHOLD = 0.4

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["images", "orig_target_sizes"], outputs=["labels", "boxes", "scores"])
        self._side = square_side(self._model, "images")
        expect_shape(self._model, "orig_target_sizes", self._model.inputs["orig_target_sizes"], (None, 2))

    def _detect(self, image: Pixels) -> Detections:
        height, width = image.shape[:2]
        pixels = np.ascontiguousarray(squeezed(image, self._side).transpose(2, 0, 1)[None], np.float32) / 255
        sizes = np.array([[width, height]], np.int64)
        labels, boxes, scores = self._model.run({"images": pixels, "orig_target_sizes": sizes})
        count = scores.shape[-1]
        for name, array, shape in (
            ("labels", labels, (1, count)),
            ("boxes", boxes, (1, count, 4)),
            ("scores", scores, (1, count)),
        ):
            expect_shape(self._model, name, array.shape, shape)
        table = self._by_class(labels[0].astype(np.intp), scores[0].astype(np.float32))
        return self._best(boxes[0].astype(np.float32), table, SAME_THING, width, height)

    def _by_class(self, labels: np.ndarray[tuple[int], np.dtype[np.intp]], scores: Floats) -> Floats:
        """Scores (q, classes), nought but for the class of each row."""
        classes = len(self._entry.classes)
        if len(labels) and not (labels.min() >= 0 and labels.max() < classes):
            raise WeightsError(
                f"{self._model.path}: labels: expected numbers below {classes}, the classes of {self._entry.name}, "
                f"found {labels.max()}"
            )
        table = np.zeros((len(labels), classes), np.float32)
        table[np.arange(len(labels)), labels] = scores
        return table
