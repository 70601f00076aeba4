"""One order of moments from several: reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009)."""

from collections.abc import Sequence

K = 60  # as in the paper: how little the first places count for more than those that follow


def fused(*rankings: Sequence[int]) -> list[tuple[int, float]]:
    """The moments of all ``rankings`` (ids, best first) with their scores, best first; the best that can be is 1.

    Of two that are as good, that of the earlier ranking.

    >>> [moment for moment, _ in fused([1, 2, 3], [3, 4])]
    [3, 1, 2, 4]
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, moment in enumerate(ranking, 1):
            scores[moment] = scores.get(moment, 0.0) + (K + 1) / (K + place) / len(rankings)
    return sorted(scores.items(), key=lambda found: -found[1])
