"""A source of models without weights, which goes to workers too: it pickles, and they can import it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from passerby.models.fake import (
    FakeDescriber,
    FakeDetector,
    FakeImageTextPair,
    FakeSentenceEncoder,
    FakeShotJudge,
    FakeSpeechDetector,
    FakeTextReader,
    FakeTranscriber,
)
from passerby.models.roles import ModelRole, model_for
from passerby.records import Detections, Pixels
from passerby.settings import Settings

PERSON = (20, 200, 20)
CAR = (200, 20, 20)
FACE = (20, 20, 200)
SIGN = (200, 20, 200)
COLOURS = {
    "nanodet": {"person": PERSON, "car": CAR},
    "centerface": {"face": FACE},
    "yunet": {"face": FACE},
    "other": {"bus": CAR},
    "ppocr-det": {"text": SIGN},
}

FAKES: dict[str, Any] = {
    "transnetv2": FakeShotJudge,
    "mobilenetv2": FakeDescriber,
    "clip-vit-b-32": FakeImageTextPair,
    "silero": FakeSpeechDetector,
    "speech-base": FakeTranscriber,
    "ppocr-rec": FakeTextReader,
    "minilm": FakeSentenceEncoder,
}


@dataclass(frozen=True)
class ScriptedDetector:
    """Finds the same boxes in every picture, given in shares of its width and height, whatever the pixels."""

    boxes: tuple[tuple[str, tuple[float, float, float, float]], ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for label, _ in self.boxes)

    def detect(self, images: list[Pixels]) -> list[Detections]:
        return [self._boxes(image.shape[1], image.shape[0]) for image in images]

    def _boxes(self, width: int, height: int) -> Detections:
        size = np.array([width, height, width, height], np.float32)
        boxes = np.array([box for _, box in self.boxes], np.float32).reshape(-1, 4) * size
        return Detections(boxes, np.full(len(boxes), 0.9, np.float32), self.labels)


@dataclass(frozen=True)
class FakeModels:
    """Opens fakes by the names of the catalog. ``detectors`` stand in for those that find plain colours."""

    detectors: Mapping[str, ScriptedDetector] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)

    def open(self, name: str, **parameters: Any) -> Any:
        if name in self.detectors:
            return self.detectors[name]
        if name in COLOURS:
            return FakeDetector(COLOURS[name])
        return FAKES[name]()

    def name_for(self, role: ModelRole) -> str:
        return model_for(role, Settings())

    def settled(self) -> "FakeModels":
        return self

    def weights_hash(self, name: str) -> str:
        return self.weights.get(name, f"hash of {name}")
