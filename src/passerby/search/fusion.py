"""One order of moments from several: reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from collections.abc import Sequence
from itertools import zip_longest

K = 60  # as in the paper: how little the first places count for more than those that follow


def fused(*rankings: Sequence[int], first: int = 1) -> list[tuple[int, float]]:
    """The moments of all ``rankings`` (ids, best first) with their scores, best first; the best that can be is 1.

    Of two that are as good, that of the earlier ranking. ``first`` is the place of the first ones of each.

    >>> [moment for moment, _ in fused([1, 2, 3], [3, 4])]
    [3, 1, 2, 4]
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, moment in enumerate(ranking, first):
            scores[moment] = scores.get(moment, 0.0) + (K + 1) / (K + place) / len(rankings)
    return sorted(scores.items(), key=lambda found: -found[1])


def fused_by_blocks(*rankings: Sequence[Sequence[int]], block: int) -> list[tuple[int, float]]:
    """As ``fused``, but of the first blocks of all rankings, then of the next: longer rankings only add to the end.

    A block is of so many places; it may have fewer moments.

    >>> [moment for moment, _ in fused_by_blocks([[1, 2], [3, 4]], [[4, 5]], block=2)]
    [1, 4, 2, 5, 3]
    """
    found: dict[int, float] = {}
    least = 1.0
    for number, blocks in enumerate(zip_longest(*rankings, fillvalue=())):
        for moment, score in fused(*blocks, first=number * block + 1):
            if moment not in found:
                found[moment] = least = min(score, least)
    return list(found.items())
