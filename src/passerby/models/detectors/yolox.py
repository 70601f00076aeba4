"""YOLOX, as its project exports it (https://github.com/Megvii-BaseDetection/YOLOX, arXiv 2107.08430).

Input ``images`` float32 (N, 3, side, side), BGR in [0, 255], the picture in the upper left corner and grey (114)
around it. Output ``output`` (N, cells, 5 + classes): for each cell of the grids with strides 8, 16 and 32, the centre
within the cell, the logarithms of width and height in strides, how sure it is of a thing, and of each class.
"""

from pathlib import Path

import cv2
import numpy as np

from passerby.models.detectors.signature import expect_shape, square_side
from passerby.models.detectors.square import SquareDetector
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Detections, Floats, Pixels

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
        self._cells, self._strides = _grids(self._side)
        self._shape = (None, len(self._cells), 5 + len(self._entry.classes))
        expect_shape(self._model, "output", self._model.outputs["output"], self._shape)

    def _detect(self, image: Pixels) -> Detections:
        height, width = image.shape[:2]
        factor = self._side / max(height, width)
        (found,) = self._model.run({"images": self._input(image, factor)})
        expect_shape(self._model, "output", found.shape, self._shape)
        centres = (found[0][:, :2] + self._cells) * self._strides
        halves = np.exp(found[0][:, 2:4]) * self._strides / 2
        boxes = (np.concatenate([centres - halves, centres + halves], axis=1) / factor).astype(np.float32)
        scores = (found[0][:, 4:5] * found[0][:, 5:]).astype(np.float32)
        return self._best(boxes, scores, _IOU, width, height)

    def _input(self, image: Pixels, factor: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        height, width = (max(1, int(side * factor)) for side in image.shape[:2])
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
        square = np.full((self._side, self._side, 3), _GREY, np.uint8)
        square[:height, :width] = cv2.resize(image, (width, height), interpolation=way)
        return np.ascontiguousarray(square[..., ::-1].transpose(2, 0, 1)[None], np.float32)


def _grids(side: int) -> tuple[Floats, Floats]:
    """Column and row of every cell (cells, 2), and its stride (cells, 1), in the order of the output."""
    cells = [np.indices((side // stride,) * 2, np.float32)[::-1].reshape(2, -1).T for stride in _STRIDES]
    strides = [np.full((len(grid), 1), stride, np.float32) for grid, stride in zip(cells, _STRIDES, strict=True)]
    return np.concatenate(cells), np.concatenate(strides)
