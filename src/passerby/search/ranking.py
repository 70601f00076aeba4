"""Moments in the order in which they answer to a search, and what explains them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from passerby.search.notices import Notice
from passerby.store.search import Reason

# Ids of moments with their scores, best first.
Scored = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The moments that answer, best first."""

    moments: Scored
    is_complete: bool = True  # whether every moment that answers was compared
    notices: tuple[Notice, ...] = ()  # what else the user should know of it
    words: tuple[str, ...] = ()  # that were looked for in the end, and explain a hit
    by_meaning: frozenset[int] = frozenset()  # moments that were found by what they mean
    likeness_reasons: Mapping[int, Reason] = field(default_factory=dict)  # why moments were found by how they look


def relative(moments: Scored) -> Scored:
    """BM25 scores say nothing by themselves: make the best 1."""
    return [(moment, score / moments[0][1]) for moment, score in moments]
