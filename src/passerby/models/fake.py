"""Models without weights, for tests: they find and describe plain colours, the same way each time."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from passerby.models.detectors.base import detections
from passerby.models.whisper import HeardWord, Passage, Transcription
from passerby.records import Detections, Floats, Pixels

Colour = tuple[int, int, int]

_CLASSES, _DIMENSIONS, _MEANINGS = 1000, 256, 384
_LEVELS = 4  # of each channel, in a described colour
_CUT = 24.0  # mean change of a channel that makes a cut
_LOUD = 0.05  # root mean square of what is taken for speech
_RATE = 16_000


@dataclass(frozen=True, slots=True)
class FakeDetector:
    """Finds areas of one colour, each a box with the label of its colour and the score that it is given."""

    colours: Mapping[str, Colour]
    score: float = 0.9
    tolerance: int = 24  # how far a channel may be off, as after compression
    least_area: int = 4  # pixels

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.colours)

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        return [self._detect(image) for image in images]

    def _detect(self, image: Pixels) -> Detections:
        boxes, labels = [], []
        for label, colour in self.colours.items():
            near = (np.abs(image.astype(np.int16) - colour) <= self.tolerance).all(axis=2)
            _, _, areas, _ = cv2.connectedComponentsWithStats(near.astype(np.uint8))
            for x, y, width, height, area in areas[1:].tolist():  # the first is the background
                if area >= self.least_area:
                    boxes.append((x, y, x + width, y + height))
                    labels.append(label)
        found = np.array(boxes, np.float32).reshape(-1, 4)
        scores = np.full(len(found), self.score, np.float32)
        return detections(found, scores, labels, image.shape[1], image.shape[0])


@dataclass(frozen=True, slots=True)
class FakeDescriber:
    """Describes a picture by its colours: class i is the share of the i-th of 64 of them."""

    def describe(self, images: Sequence[Pixels]) -> tuple[Floats, Floats]:
        chances = np.zeros((len(images), _CLASSES), np.float32)
        for row, image in enumerate(images):
            levels = image.astype(np.intp) * _LEVELS // 256
            codes = (levels * (_LEVELS**2, _LEVELS, 1)).sum(axis=2).reshape(-1)
            chances[row, : _LEVELS**3] = np.bincount(codes, minlength=_LEVELS**3) / codes.size
        vectors = chances[:, :_DIMENSIONS]
        return chances, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@dataclass(frozen=True, slots=True)
class FakeImageEncoder:
    """Tells pictures apart by their colours, as FakeDescriber does."""

    def embed(self, images: Sequence[Pixels]) -> Floats:
        return FakeDescriber().describe(images)[1]


@dataclass(frozen=True, slots=True)
class FakeImageTextPair:
    """Texts are as colourful as pictures, each in its own way: some of them fit some picture."""

    scale: float = 100.0

    def images(self) -> FakeImageEncoder:
        return FakeImageEncoder()

    def vectors_of(self, texts: Sequence[str]) -> Floats:
        """Each text is one colour, by its hash."""
        vectors = np.zeros((len(texts), _DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            vectors[row, hashlib.sha256(text.encode()).digest()[0] % _LEVELS**3] = 1
        return vectors


@dataclass(frozen=True, slots=True)
class FakeTextReader:
    """Reads a hash of the pixels: any that reaches it changes what it says."""

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return [(hashlib.sha256(crop.tobytes()).hexdigest()[:16], 0.9) for crop in crops]


@dataclass(frozen=True, slots=True)
class FakeSentenceEncoder:
    """Means by a text the words that are in it."""

    def embed(self, texts: Sequence[str]) -> Floats:
        vectors = np.full((len(texts), _MEANINGS), 1e-6, np.float32)
        for row, text in enumerate(texts):
            for word in text.casefold().replace(",", " ").replace(".", " ").split():
                vectors[row, int.from_bytes(hashlib.sha256(word.encode()).digest()[:2], "big") % _MEANINGS] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


@dataclass(frozen=True, slots=True)
class FakeShotJudge:
    """Sees a cut wherever a frame differs much from the one after it."""

    def predict(self, frames: Pixels) -> Floats:
        change = np.abs(np.diff(frames.astype(np.int16), axis=0)).mean(axis=(1, 2, 3))
        cuts = np.zeros(len(frames), np.float32)
        cuts[:-1] = change > _CUT
        return cuts


@dataclass(frozen=True, slots=True)
class FakeSpeechDetector:
    """Takes all that is loud for speech."""

    def hear(self, chunk: Floats) -> float:
        return float(np.sqrt(np.square(chunk).mean()) >= _LOUD)

    def reset(self) -> None:
        """It remembers nothing."""


@dataclass(frozen=True, slots=True)
class FakeTranscriber:
    """Hears a word in each second that is loud: these, over and over."""

    words: tuple[str, ...] = ("one", "two", "three")
    language: str = "en"

    def transcribe(self, samples: Floats, usual: str = "") -> Transcription:
        heard: list[HeardWord] = []
        for second, start in enumerate(range(0, len(samples), _RATE)):
            loud = np.flatnonzero(np.abs(samples[start : start + _RATE]) >= _LOUD)
            if len(loud):
                first, last = second + loud[0] / _RATE, second + (loud[-1] + 1) / _RATE
                heard.append(HeardWord(self.words[len(heard) % len(self.words)], float(first), float(last)))
        if not heard:
            return Transcription(self.language, ())
        text = " ".join(word.text for word in heard)
        return Transcription(self.language, (Passage(text, heard[0].start, heard[-1].end, tuple(heard)),))
