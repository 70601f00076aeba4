"""What a moment shows outside its people, as words of a written vocabulary, by a model for images and texts.

Such a model compares pictures with any words, and has learned of people as the web tells of them. So the words are a
closed list that has none for people (law 2), and it is shown masked frames only (law 1).
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from passerby.models.zero_shot_classifier import THRESHOLD, ZeroShotClassifier, vocabulary_hash
from passerby.records import Record, Tag
from passerby.settings import Settings
from passerby.stages.base import Kit, MaskedMoment, models_of, models_set
from passerby.stages.describing import ImageEncoder


@dataclass(frozen=True, slots=True)
class ZeroShotStage:
    """Tags of each moment from a written vocabulary, where a model for images and texts is."""

    name: ClassVar[str] = "zero-shot"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    takes: ClassVar[Literal["moments"]] = "moments"
    is_by_shot: ClassVar[bool] = True
    makes: ClassVar[tuple[type[Record], ...]] = (Tag,)

    models: tuple[str, ...] = models_of("image-text")
    threshold: float = THRESHOLD  # how probable a tag must be
    vocabulary: str = field(default_factory=vocabulary_hash)  # the hash of the file of names

    @classmethod
    def from_settings(cls, settings: Settings) -> "ZeroShotStage":
        return cls(models_set("image-text", settings=settings))

    def open(self, kit: Kit) -> "ZeroShotSession":
        (name,) = self.models
        pair = kit.open(name)
        return ZeroShotSession(pair.images(), ZeroShotClassifier(pair.vectors_of, pair.scale, self.threshold))


class ZeroShotSession:
    """Takes moments, in order."""

    def __init__(self, encoder: ImageEncoder, classifier: ZeroShotClassifier) -> None:
        self._encoder, self._classifier = encoder, classifier
        self._tags: list[Tag] = []

    def push(self, moment: MaskedMoment) -> None:
        if moment.frames:
            tags = self._classifier.tags(moment.embedded_by(self._encoder))
            self._tags.extend(Tag(moment.number, label, score) for label, score in tags)

    def finish(self, end: int) -> list[Tag]:
        return self._tags
