"""What is known of a moment in words, as a vector, so that a search finds what means the like.

It is made of what is kept already, after all other stages: labels, tags, lines on screen, what is said, people's own
tags. So it has nothing of a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from passerby.records import Floats, MomentMeaning


class SentenceEncoder(Protocol):
    """Turns texts to vectors: ``models/minilm.py``."""

    def embed(self, texts: Sequence[str]) -> Floats: ...


@dataclass(frozen=True, slots=True)
class MeaningStage:
    """A vector of the words of each moment that has some. ``needs`` are the stages that give words."""

    name: ClassVar[str] = "meaning"
    version: ClassVar[int] = 1
    models: ClassVar[tuple[str, ...]] = ("minilm",)

    needs: tuple[str, ...] = ("shots",)


def meanings(words: Mapping[int, str], encoder: SentenceEncoder) -> list[MomentMeaning]:
    """The vectors of moments, by their index, of which there are words."""
    told = {moment: text for moment, text in sorted(words.items()) if text}
    vectors = encoder.embed(list(told.values()))
    return [MomentMeaning(moment, vector) for moment, vector in zip(told, vectors, strict=True)]
