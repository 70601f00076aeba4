"""Detectors that take a square of one size, which their file tells."""

from abc import abstractmethod
from collections.abc import Sequence

from passerby.models.detectors.base import BaseDetector
from passerby.records import Detections, Pixels


class SquareDetector(BaseDetector):
    """Looks at pictures one by one, each made to fit the square that the model takes."""

    _side: int  # pixels of that square

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        """For each RGB picture (h, w, 3), its boxes in that picture's pixels, clipped, by falling score."""
        return [self._detect(image) for image in images]

    @abstractmethod
    def _detect(self, image: Pixels) -> Detections:
        """What is found in one picture, in its pixels."""
