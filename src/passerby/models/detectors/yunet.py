"""YuNet: where faces may be, at a third of CenterFace's cost (Wu et al., YuNet: A Tiny Millisecond-level Face Detector,
Machine Intelligence Research 2023; https://github.com/ShiqiYu/libfacedetection).

It sees small faces in pictures that are as large as frames, and takes more for a face that is none.
"""

from pathlib import Path

import numpy as np

from passerby.models.detectors.base import detections, keep_best
from passerby.models.detectors.scaling import ScaledDetector, padded, scaled
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Detections, Floats, Pixels

_STRIDES = (8, 16, 32)
_OUTPUTS = [f"{what}{stride}" for stride in _STRIDES for what in ("score", "box")]
_IOU = 0.45  # as upstream; faces of a crowd overlap


class YuNet(ScaledDetector):
    """Finds faces."""

    # It needs little memory: a picture at twice the size of 1080p takes what CenterFace takes for 1080p.
    THRESHOLD, TILE = 0.5, 4096

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["images"], outputs=_OUTPUTS)

    def _look(self, image: Pixels, factor: float) -> Detections:
        height, width = image.shape[:2]
        picture = scaled(image, factor) if factor != 1 else padded(image)
        outputs = self._model.run({"images": picture[None]})
        found = [self._at(*each) for each in zip(_STRIDES, outputs[::2], outputs[1::2], strict=True)]
        boxes, scores = (np.concatenate(parts) for parts in zip(*found, strict=True))
        if factor != 1:
            boxes = boxes * np.array([width / picture.shape[1], height / picture.shape[0]] * 2, np.float32)
        kept = keep_best(boxes, scores, _IOU)
        return detections(boxes[kept], scores[kept], self.labels * len(kept), width, height)

    def _at(self, stride: int, heat: Floats, box: Floats) -> tuple[Floats, Floats]:
        """Boxes (n, 4) in the network's picture, and their scores (n,), at one stride."""
        rows, columns = np.nonzero(heat[0, 0] >= self._threshold)
        x, y, width, height = box[0, :, rows, columns].T
        centres = np.stack([x + columns, y + rows], axis=1)
        half = np.exp(np.stack([width, height], axis=1)) / 2
        corners = np.concatenate([centres - half, centres + half], axis=1) * stride
        return corners.astype(np.float32), heat[0, 0, rows, columns]
