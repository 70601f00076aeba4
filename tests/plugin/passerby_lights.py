"""Lights in the dark, for Passerby: a detector of objects, a format of export, and a stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np

from passerby.export.known import Known
from passerby.models.detectors.base import BaseDetector, detections
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections, Pixels, Record, Tag
from passerby.stages.base import Kit, MaskedMoment
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


@dataclass(frozen=True, slots=True)
class NightfallStage:
    """Tags moments that are dark, whoever is in them."""

    name: ClassVar[str] = "nightfall"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    models: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[Literal["moments"]] = "moments"
    makes: ClassVar[tuple[type[Record], ...]] = (Tag,)
    labels: ClassVar[tuple[str, ...]] = ("night scene",)

    darkest: float = 0.25  # of full brightness: what is less is night

    def open(self, kit: Kit) -> "NightfallSession":
        return NightfallSession(self)


class NightfallSession:
    """Takes moments, in order."""

    def __init__(self, stage: NightfallStage) -> None:
        self._stage = stage
        self._tags: list[Tag] = []

    def push(self, moment: MaskedMoment) -> None:
        brightness = float(moment.picture.pixels.mean()) / 255
        if brightness < self._stage.darkest:
            self._tags.append(Tag(moment.number, "night scene", 1 - brightness / self._stage.darkest))

    def finish(self, end: int) -> list[Tag]:
        return self._tags
