"""NanoDet-Plus, as its project publishes it (https://github.com/RangiLyu/nanodet, release v1.0.0-alpha-1).

Input ``data`` float32 (1, 3, side, side), BGR less ImageNet's mean, by its deviation; the picture in the upper left
corner, black around it. Output ``output`` (1, cells, classes + 32): for each cell of the grids with strides 8, 16, 32
and 64 its scores, then how likely the left, upper, right and lower side of the box is 0, 1 ... 7 strides away, before
the softmax (Li et al., Generalized Focal Loss, NeurIPS 2020, arXiv 2006.04388).

The whole square is for the picture: in the middle of it, or with a smaller copy beside it as NanoDet-g has, it finds no
more on the labelled pictures of ``benchmarks/objects.py``.
"""

from pathlib import Path

import numpy as np

from passerby.models.detectors.cells import cells_of
from passerby.models.detectors.signature import expect_shape, square_side
from passerby.models.detectors.square import SquareDetector
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.models.squeezing import cornered
from passerby.records import Detections, Floats, Pixels

_STRIDES = (8, 16, 32, 64)
_BINS = 8
_BLACK = 0
_MEAN = np.array([103.53, 116.28, 123.675], np.float32)
_DEVIATION = np.array([57.375, 57.12, 58.395], np.float32)
_IOU = 0.5


class NanoDetPlus(SquareDetector):
    """A detector that is pulled. Its scores mean about what those of NanoDet-g mean, so the same thresholds fit."""

    THRESHOLD = 0.35

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["data"], outputs=["output"])
        self._side = square_side(self._model, "data")
        self._cells, self._strides = cells_of(self._side, self._side, _STRIDES)
        self._classes = len(self._entry.classes)
        self._shape = (1, len(self._cells), self._classes + 4 * _BINS)
        expect_shape(self._model, "output", self._model.outputs["output"], self._shape)

    def _detect(self, image: Pixels) -> Detections:
        height, width = image.shape[:2]
        square, factor = cornered(image, self._side, _BLACK)
        (found,) = self._model.run({"data": _normal(square)})
        expect_shape(self._model, "output", found.shape, self._shape)
        scores: Floats = found[0][:, : self._classes]
        sure = np.flatnonzero((scores >= self._threshold).any(axis=1))  # a few of thousands are worth a softmax
        boxes = self._boxes(found[0][sure, self._classes :], sure) / np.float32(factor)
        return self._best(boxes, scores[sure], _IOU, width, height)

    def _boxes(self, logits: Floats, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Floats:
        """Boxes (n, 4) in the square, of cells by number (n,) and how far their sides are, as logits (n, 32)."""
        sides = logits.reshape(-1, 4, _BINS)
        chances = np.exp(sides - sides.max(axis=2, keepdims=True))
        mean = (chances @ np.arange(_BINS, dtype=np.float32)) / chances.sum(axis=2)
        distances, centres = mean * self._strides[rows], self._cells[rows] * self._strides[rows]
        return np.concatenate([centres - distances[:, :2], centres + distances[:, 2:]], axis=1)


def _normal(square: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    normal = (square[..., ::-1].astype(np.float32) - _MEAN) / _DEVIATION
    return np.ascontiguousarray(normal.transpose(2, 0, 1)[None])
