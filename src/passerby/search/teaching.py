"""Own classes by example: which threshold the examples themselves tell."""

from collections.abc import Sequence

import numpy as np

from passerby.records import Floats

# Chosen by looking at what matches; no benchmark scores them yet.
ALONE = 0.8  # the threshold of a single example, which tells nothing of how unlike others may be
LEAST = 0.6  # below, moments that have nothing in common with the examples match
SLACK = 0.02


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
