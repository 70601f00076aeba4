"""One order of moments from several: reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from collections.abc import Sequence

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


def fused_by_blocks(*rankings: Sequence[int], block: int) -> list[tuple[int, float]]:
    """As ``fused``, but of the first ``block`` of each, then of the next, and so on: longer ones only add to the end.

    >>> [moment for moment, _ in fused_by_blocks([1, 2, 3, 4], [4, 5], block=2)]
    [1, 4, 2, 5, 3]
    """
    found: dict[int, float] = {}
    least = 1.0
    for start in range(0, max(map(len, rankings), default=0), block):
        for moment, score in fused(*(ranking[start : start + block] for ranking in rankings), first=start + 1):
            if moment not in found:
                found[moment] = least = min(score, least)
    return list(found.items())
