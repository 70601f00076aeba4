"""YOLOX, as its project exports it (https://github.com/Megvii-BaseDetection/YOLOX, arXiv 2107.08430).

Input ``images`` float32 (N, 3, side, side), BGR in [0, 255], the picture in the upper left corner and grey (114)
around it. Output ``output`` (N, cells, 5 + classes): for each cell of the grids with strides 8, 16 and 32, the centre
within the cell, the logarithms of width and height in strides, how sure it is of a thing, and of each class.
"""

from pathlib import Path

import numpy as np

from passerby.models.detectors.cells import cells_of
from passerby.models.detectors.signature import expect_shape, square_side
from passerby.models.detectors.square import SquareDetector
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.models.squeezing import cornered
from passerby.records import Detections, Pixels

_STRIDES = (8, 16, 32)
_GREY = 114
_IOU = 0.45  # that of the project's own demonstration


class YoloX(SquareDetector):
    """A detector that a user brings."""

    THRESHOLD = 0.35

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["images"], outputs=["output"])
        self._side = square_side(self._model, "images")
        self._cells, self._strides = cells_of(self._side, self._side, _STRIDES)
        self._shape = (None, len(self._cells), 5 + len(self._entry.classes))
        expect_shape(self._model, "output", self._model.outputs["output"], self._shape)

    def _detect(self, image: Pixels) -> Detections:
        height, width = image.shape[:2]
        square, factor = cornered(image, self._side, _GREY)
        pixels = np.ascontiguousarray(square[..., ::-1].transpose(2, 0, 1)[None], np.float32)
        (found,) = self._model.run({"images": pixels})
        expect_shape(self._model, "output", found.shape, self._shape)
        centres = (found[0][:, :2] + self._cells) * self._strides
        halves = np.exp(found[0][:, 2:4]) * self._strides / 2
        boxes = (np.concatenate([centres - halves, centres + halves], axis=1) / factor).astype(np.float32)
        scores = (found[0][:, 4:5] * found[0][:, 5:]).astype(np.float32)
        return self._best(boxes, scores, _IOU, width, height)
