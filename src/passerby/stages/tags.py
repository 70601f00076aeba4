"""What a moment shows outside its people, as words: broad where the model is not sure of more."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from passerby.models.hedging import THRESHOLD, Hedger
from passerby.records import Record, Tag
from passerby.stages.base import Kit, MaskedMoment, models_of
from passerby.stages.describing import Describer


@dataclass(frozen=True, slots=True)
class TagsStage:
    """Tags of each moment, from the mean of what the model says of its masked frames."""

    name: ClassVar[str] = "tags"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    takes: ClassVar[Literal["moments"]] = "moments"
    is_by_shot: ClassVar[bool] = True
    makes: ClassVar[tuple[type[Record], ...]] = (Tag,)

    models: tuple[str, ...] = models_of("tags", in_key=False)
    threshold: float = THRESHOLD  # how probable a tag must be

    def open(self, kit: Kit) -> "TagsSession":
        (describer,) = self.models
        return TagsSession(kit.open(describer), Hedger(self.threshold))


class TagsSession:
    """Takes moments, in order."""

    def __init__(self, describer: Describer, hedger: Hedger) -> None:
        self._describer, self._hedger = describer, hedger
        self._tags: list[Tag] = []

    def push(self, moment: MaskedMoment) -> None:
        if not moment.frames:
            return
        mean = moment.described_by(self._describer).probabilities.mean(axis=0, dtype=np.float64)
        tags = self._hedger.tags(mean.astype(np.float32))
        self._tags.extend(Tag(moment.number, label, score) for label, score in tags)

    def finish(self, end: int) -> list[Tag]:
        return self._tags
