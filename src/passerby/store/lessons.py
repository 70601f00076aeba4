"""Classes that people teach by examples: moments whose vector is near one of the examples' vectors match.

The vectors are of masked frames, those of examples too, so that no class can be of a person. A match is kept when it is
made, at teaching or when a video gets its vectors: it stays if an example goes with its video (law 4).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from passerby.documents import Document
from passerby.records import Floats


@dataclass(frozen=True, slots=True)
class Example:
    """What belongs to a class."""

    vector: Floats  # (d,), length 1
    video: str | None  # id of the video that it is from, if any


@dataclass(frozen=True, slots=True)
class Lesson:
    """A class, and what came of it."""

    name: str
    threshold: float  # cosine from which a moment matches
    examples: int
    moments: int  # that match

    def document(self) -> Document:
        """One row of ``teach --json``."""
        return asdict(self)


class LessonStore(Protocol):
    """The classes of a library that were taught."""

    def teach(self, name: str, threshold: float, examples: Sequence[Example]) -> Lesson:
        """Keep a class by its examples, in the place of one of that name, and find the moments that look so."""

    def unteach(self, name: str) -> None:
        """Forget a class. Raises UsageError if there is none of that name."""

    def all(self) -> list[Lesson]:
        """All classes that were taught, by name."""
