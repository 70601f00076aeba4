"""What is known of a moment in words, as a vector, so that a search finds what means the like.

It is made of what is kept already, after all other stages: labels, tags, lines on screen, what is said, people's own
tags. So it has nothing of a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from passerby.records import Floats, MomentMeaning, Record
from passerby.stages.base import Kit, MomentWords, models_of


class SentenceEncoder(Protocol):
    """Turns texts to vectors: ``models/minilm.py``."""

    def embed(self, texts: Sequence[str]) -> Floats: ...


@dataclass(frozen=True, slots=True)
class MeaningStage:
    """A vector of the words of each moment that has some. ``needs`` are the stages that give words."""

    name: ClassVar[str] = "meaning"
    version: ClassVar[int] = 1
    takes: ClassVar[Literal["words"]] = "words"
    makes: ClassVar[tuple[type[Record], ...]] = (MomentMeaning,)

    needs: tuple[str, ...] = ("shots",)
    models: tuple[str, ...] = models_of("sentences", in_key=False)

    def open(self, kit: Kit) -> "MeaningSession":
        (name,) = self.models
        return MeaningSession(kit.open(name))


class MeaningSession:
    """Takes the words of moments, in order."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        self._words: list[MomentWords] = []

    def push(self, words: MomentWords) -> None:
        self._words.append(words)

    def finish(self, end: int) -> list[MomentMeaning]:
        vectors = self._encoder.embed([words.text for words in self._words])
        return [MomentMeaning(words.moment, vector) for words, vector in zip(self._words, vectors, strict=True)]
