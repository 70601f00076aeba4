"""What a moment shows outside its people, as words: broad where the model is not sure of more."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from passerby.models.hedging import THRESHOLD, Hedger
from passerby.records import Tag
from passerby.stages.describing import DESCRIBER, Look, MaskedMoment


@dataclass(frozen=True, slots=True)
class TagsStage:
    """Tags of each moment, from the mean of what the model says of its masked frames."""

    name: ClassVar[str] = "tags"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    models: ClassVar[tuple[str, ...]] = (DESCRIBER,)

    threshold: float = THRESHOLD  # how probable a tag must be

    def open(self) -> "TagsSession":
        return TagsSession(Hedger(self.threshold))


class TagsSession:
    """Takes moments, in order."""

    def __init__(self, hedger: Hedger) -> None:
        self._hedger = hedger
        self._tags: list[Tag] = []

    def push(self, moment: MaskedMoment, look: Look) -> None:
        mean = look.probabilities.mean(axis=0, dtype=np.float64).astype(np.float32)
        self._tags.extend(Tag(moment.number, label, score) for label, score in self._hedger.tags(mean))

    def finish(self) -> list[Tag]:
        return self._tags
