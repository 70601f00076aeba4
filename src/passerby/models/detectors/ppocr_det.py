"""PP-OCRv6, its detector: where text is, as boxes around its lines (https://github.com/PaddlePaddle/PaddleOCR).

Differentiable binarization (arXiv 1911.08947): the network says of each pixel how surely it lies in the core of a line
of text; what hangs together becomes a rectangle, which is grown to the line. Input ``x`` float32 (N, 3, H, W) BGR in
[-1, 1], output (N, 1, H, W).
"""

from pathlib import Path

import cv2
import numpy as np

from passerby.models.detectors.base import detections
from passerby.models.detectors.scaling import ScaledDetector, scaled
from passerby.models.detectors.signature import expect_shape
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Detections, Floats, Pixels

_OUTPUT = "fetch_name_0"
_CORE = 0.3  # how sure a pixel of a core is, at least
_LEAST_SIDE = 3.0  # pixels of a core's shorter side
_GROWTH = 1.6  # by this times its area over its girth a core becomes its line
_JOINING = np.ones((2, 2), np.uint8)


class TextDetector(ScaledDetector):
    """Finds lines of text; one that tiles cut is found in parts.

    The box of a line that is not level holds all of it, and more.
    """

    THRESHOLD, KEEP_CUT = 0.5, True

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["x"], outputs=[_OUTPUT])

    def _look(self, image: Pixels, factor: float) -> Detections:
        picture = scaled(image, factor)
        pixels = np.ascontiguousarray(picture[..., ::-1].transpose(2, 0, 1)[None], np.float32) / 127.5 - 1
        (sureness,) = self._model.run({"x": pixels})
        height, width = picture.shape[:2]
        expect_shape(self._model, _OUTPUT, sureness.shape, (1, 1, height, width))
        boxes, scores = self._lines(sureness[0, 0])
        found = detections(boxes, scores, self.labels * len(boxes), width, height)
        return found.scaled(image.shape[1] / width, image.shape[0] / height)

    def _lines(self, sureness: Floats) -> tuple[Floats, Floats]:
        """Boxes (n, 4) and scores (n,) of the lines on a map (h, w) of how surely each pixel is text."""
        # A pixel more right and down, so that a core that is broken by a row of doubtful pixels stays one.
        cores = cv2.dilate((sureness > _CORE).astype(np.uint8), _JOINING)
        contours, _ = cv2.findContours(cores, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        boxes, scores = [np.zeros((0, 4), np.float32)], []
        for contour in contours:
            centre, sides, angle = cv2.minAreaRect(contour)
            if min(sides) < _LEAST_SIDE:
                continue
            score = _mean_within(sureness, cv2.boxPoints((centre, sides, angle)))
            if score >= self._threshold:
                growth = _GROWTH * sides[0] * sides[1] / sum(sides)  # half of it on either side
                grown = cv2.boxPoints((centre, (sides[0] + growth, sides[1] + growth), angle))
                boxes.append(np.concatenate([grown.min(axis=0), grown.max(axis=0)])[None])
                scores.append(score)
        return np.concatenate(boxes).astype(np.float32), np.array(scores, np.float32)


def _mean_within(values: Floats, corners: Floats) -> float:
    """The mean of ``values`` (h, w) within a polygon (4, 2)."""
    height, width = values.shape
    limit = (width - 1, height - 1)
    low = np.clip(np.floor(corners.min(axis=0)), 0, limit).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)), 0, limit).astype(int)
    part = values[low[1] : high[1] + 1, low[0] : high[0] + 1]
    inside = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(inside, [(corners - low).astype(np.int32)], (1,))
    return float(cv2.mean(np.ascontiguousarray(part), inside)[0])
