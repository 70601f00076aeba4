"""Lights in the dark, for Passerby: a detector of objects, and a format of export."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from passerby.export.known import Known
from passerby.models.detectors.base import BaseDetector, detections
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections, Pixels
from passerby.times import format_timecode

# As an entry of Passerby's own catalog. It has no file: what it knows is in the code below.
LIGHTS = {
    "task": "objects",
    "adapter": "passerby_lights:Lights",
    "classes": ["light"],
    "licence": "Apache-2.0",
    "upstream": "https://example.org/passerby-lights",
    "training_data": "none: it is a rule",
    "limits": "takes all that is white for a light",
}


class Lights(BaseDetector):
    """Finds areas that are nearly white."""

    THRESHOLD = 0.5

    def _open(self, path: Path, options: RuntimeOptions) -> None:
        """There is no file to open."""

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        return [self._detect(image) for image in images]

    def _detect(self, image: Pixels) -> Detections:
        _, _, areas, _ = cv2.connectedComponentsWithStats((image.min(axis=2) > 230).astype(np.uint8))
        boxes = np.array([(x, y, x + wide, y + high) for x, y, wide, high, area in areas[1:] if area > 100], np.float32)
        boxes, scores = boxes.reshape(-1, 4), np.full(len(boxes), 0.9, np.float32)
        return detections(boxes, scores, self.labels * len(boxes), image.shape[1], image.shape[0])


def shot_list(known: Known) -> bytes:
    """A line of text for each shot: when it begins, and what is in it."""
    base = known.video.time_base
    rows = zip(known.shots, known.words(), strict=True)
    return "".join(
        f"{format_timecode(base.seconds(shot.span.start))} {', '.join(words)}\n" for shot, words in rows
    ).encode()
