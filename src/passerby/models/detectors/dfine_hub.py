"""D-FINE, as the hub of ONNX models publishes it (https://huggingface.co/onnx-community, exported with Transformers).

Input ``pixel_values`` float32 (N, 3, H, W) RGB in [0, 1], squeezed to a square of 640 pixels. Outputs ``logits``
(N, q, 80), of which each goes through a sigmoid, and ``pred_boxes`` (N, q, 4) centre x, centre y, width, height in
shares of the picture. The project's own export, with the choice of the best boxes in it, has a file of its own
(``dfine.py``).
"""

from pathlib import Path

import numpy as np

from passerby.models.detectors.queries import SAME_THING, chances, corners
from passerby.models.detectors.signature import expect_shape
from passerby.models.detectors.square import SquareDetector
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.models.squeezing import squeezed
from passerby.records import Detections, Pixels


class HubDFine(SquareDetector):
    """A detector that is pulled."""

    THRESHOLD = 0.4
    _side = 640  # that of the training; the file takes any

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["pixel_values"], outputs=["logits", "pred_boxes"])
        expect_shape(self._model, "pixel_values", self._model.inputs["pixel_values"], (None, 3, self._side, self._side))
        for name, length in (("logits", len(self._entry.classes)), ("pred_boxes", 4)):
            expect_shape(self._model, name, self._model.outputs[name], (None, None, length))

    def _detect(self, image: Pixels) -> Detections:
        height, width = image.shape[:2]
        pixels = np.ascontiguousarray(squeezed(image, self._side).transpose(2, 0, 1)[None], np.float32) / 255
        logits, shares = self._model.run({"pixel_values": pixels})
        expect_shape(self._model, "logits", logits.shape, (1, None, len(self._entry.classes)))
        expect_shape(self._model, "pred_boxes", shares.shape, (1, logits.shape[1], 4))
        return self._best(corners(shares[0], width, height), chances(logits[0]), SAME_THING, width, height)
