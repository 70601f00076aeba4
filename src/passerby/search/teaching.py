"""Own classes by example: which threshold the examples themselves tell."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from passerby.documents import Document
from passerby.records import Floats

# Chosen by looking at what matches; no benchmark scores them yet.
ALONE = 0.8  # the threshold of a single example, which tells nothing of how unlike others may be
LEAST = 0.6  # below, moments that have nothing in common with the examples match
SLACK = 0.02


@dataclass(frozen=True, slots=True)
class TaughtClass:
    """A class that has just been taught, and how well its examples tell it."""

    name: str
    threshold: float  # cosine from which a moment matches
    examples: int
    moments: int  # that match
    found_again: int  # examples that the others find
    of_moments: int  # in the library

    def document(self) -> Document:
        """All of it, as ``teach --json``."""
        return asdict(self)


def threshold_of(examples: Sequence[Floats]) -> float:
    """The cosine from which a moment counts: all examples but one would find the one, for each of them.

    >>> threshold_of([np.array([1, 0], np.float32)])
    0.8
    """
    if len(examples) < 2:
        return ALONE
    cosines = np.stack(examples) @ np.stack(examples).T
    np.fill_diagonal(cosines, -1)
    return max(LEAST, round(float(cosines.max(axis=1).min()) - SLACK, 3))


def found_again(examples: Sequence[Floats], threshold: float) -> int:
    """How many of the examples the others find at this threshold."""
    if len(examples) < 2:
        return 0
    cosines = np.stack(examples) @ np.stack(examples).T
    np.fill_diagonal(cosines, -1)
    return int((cosines.max(axis=1) >= threshold).sum())
