"""Frames that detectors look at, and detectors that find in them what they are told to."""

from collections.abc import Sequence

import numpy as np

from passerby.models.detectors.base import detections
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.view import View

WIDTH, HEIGHT = 1920, 1080

Row = tuple[str, float, tuple[float, float, float, float]]


class Scripted:
    """Finds the same rows in every picture, boxes in shares of it, and notes the sizes of pictures."""

    def __init__(self, *rows: Row) -> None:
        self._rows = rows
        self.sizes: list[tuple[int, ...]] = []

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for label, _, _ in self._rows)

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self.sizes += [image.shape[:2] for image in images]
        return [self._boxes(image.shape[1], image.shape[0]) for image in images]

    def _boxes(self, width: int, height: int) -> Detections:
        boxes = np.array([box for _, _, box in self._rows], np.float32).reshape(-1, 4)
        scores = np.array([score for _, score, _ in self._rows], np.float32)
        return detections(boxes * np.array([width, height] * 2, np.float32), scores, self.labels, width, height)


def view_of(*faces: tuple[int, int, int, int]) -> View:
    """A frame in which faces are white, at its own size in the luma."""
    frame = np.full((HEIGHT, WIDTH), 140, np.uint8)
    for x1, y1, x2, y2 in faces:
        frame[y1:y2, x1:x2] = 255

    def draw(width: int, height: int) -> Pixels:
        rows = np.arange(height) * HEIGHT // height
        columns = np.arange(width) * WIDTH // width
        return np.ascontiguousarray(np.repeat(frame[rows][:, columns][..., None], 3, axis=2))

    return View(draw, frame, WIDTH, HEIGHT)


def row_of(*box: float) -> Floats:
    return np.array([box], np.float32)


def in_frame(*box: float) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = box
    return x1 / WIDTH, y1 / HEIGHT, x2 / WIDTH, y2 / HEIGHT


def thing(label: str, score: float = 0.8, box: tuple[float, ...] = (50, 50, 300, 200)) -> Detections:
    return Detections(row_of(*box), np.array([score], np.float32), (label,))
