"""CenterFace: where faces are, so that they can be hidden (https://github.com/Star-Clouds/CenterFace)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from passerby.models.catalog import Entry
from passerby.models.detectors.base import detections, keep_best
from passerby.models.detectors.scaling import look_closely, scaled
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Detections, Pixels

_CELL = 4  # pixels to a cell of the outputs
_IOU = 0.3


class CenterFace:
    """Finds faces in a picture scaled to ``long_side`` pixels: more finds smaller ones, and takes longer.

    0 stands for the picture's own long side. Pictures go through the network one by one: four at once took 1.2 times
    as long, and four times the memory. A picture of more than 1280 pixels goes through in tiles.
    """

    def __init__(
        self, path: Path, entry: Entry, options: RuntimeOptions, *, threshold: float = 0.25, long_side: int = 640
    ) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["images"], outputs=["heat", "scale", "offset"])
        self._entry = entry
        self._threshold = threshold
        self._long_side = long_side

    @property
    def labels(self) -> tuple[str, ...]:
        return self._entry.labels

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        """For each RGB picture (h, w, 3), its faces in that picture's pixels, clipped, by falling score."""
        return [look_closely(self._look, image, self._long_side) for image in images]

    def _look(self, image: Pixels, factor: float) -> Detections:
        height, width = image.shape[:2]
        picture = scaled(image, factor)
        heat, scale, offset = self._model.run({"images": picture[None]})
        rows, columns = np.nonzero(heat[0, 0] >= self._threshold)
        sides = np.exp(scale[0, ::-1, rows, columns]) * _CELL
        centres = (np.stack([columns, rows], axis=1) + offset[0, ::-1, rows, columns] + 0.5) * _CELL
        corners = np.concatenate([centres - sides / 2, centres + sides / 2], axis=1).astype(np.float32)
        boxes = corners * np.array([width / picture.shape[1], height / picture.shape[0]] * 2, np.float32)
        scores = heat[0, 0, rows, columns]
        kept = keep_best(boxes, scores, _IOU)
        return detections(boxes[kept], scores[kept], self.labels * len(kept), width, height)
