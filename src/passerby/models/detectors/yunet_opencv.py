"""YuNet, as OpenCV's zoo of models publishes it: faces, found only in order to hide them.

Input ``input`` float32 (1, 3, H, W) BGR in [0, 255], H and W multiples of 32. Outputs for strides s of 8, 16 and 32,
each (1, cells, n): ``cls_s``, how sure it is that a cell is of a face, ``obj_s``, of a thing at all, ``bbox_s``, the
centre within the cell and the logarithms of width and height in strides; and ``kps_s``, points of the face, which are
not looked at. From https://github.com/opencv/opencv_zoo; Wu et al., YuNet: A Tiny Millisecond-level Face Detector,
Machine Intelligence Research 2023.
"""

from pathlib import Path

import numpy as np

from passerby.models.detectors.base import detections, keep_best
from passerby.models.detectors.cells import cells_of
from passerby.models.detectors.scaling import ScaledDetector, scaled
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Detections, Pixels

_STRIDES = (8, 16, 32)
_OUTPUTS = [f"{what}_{stride}" for what in ("cls", "obj", "bbox", "kps") for stride in _STRIDES]
_IOU = 0.3  # that of OpenCV's own decoder


class OpenCvYuNet(ScaledDetector):
    """Finds faces. At the same score it is wrong far more often than CenterFace: its entry makes up for that."""

    THRESHOLD, LONG_SIDE = 0.25, 640

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["input"], outputs=_OUTPUTS)

    def _look(self, image: Pixels, factor: float) -> Detections:
        height, width = image.shape[:2]
        picture = scaled(image, factor)
        pixels = np.ascontiguousarray(picture[..., ::-1].transpose(2, 0, 1)[None], np.float32)
        outputs = self._model.run({"input": pixels})
        face, thing, box = (np.concatenate([part[0] for part in outputs[at : at + 3]]) for at in (0, 3, 6))
        scores = np.sqrt(np.clip(face, 0, 1) * np.clip(thing, 0, 1))[:, 0]
        rows = np.flatnonzero(scores >= self._threshold)
        cells, strides = (part[rows] for part in cells_of(picture.shape[1], picture.shape[0], _STRIDES))
        centres, halves = (cells + box[rows, :2]) * strides, np.exp(box[rows, 2:]) * strides / 2
        corners = np.concatenate([centres - halves, centres + halves], axis=1)
        boxes = corners * np.array([width / picture.shape[1], height / picture.shape[0]] * 2, np.float32)
        kept = keep_best(boxes, scores[rows], _IOU)
        return detections(boxes[kept], self._told(scores[rows][kept]), self.labels * len(kept), width, height)
