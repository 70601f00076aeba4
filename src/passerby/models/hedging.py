"""Classes as tags: the most that a model is sure of, or nothing.

After Deng et al., "Hedging Your Bets: Optimizing Accuracy-Specificity Trade-offs in Large Scale Visual
Recognition", CVPR 2012: of all names, leaf or broader, that are probable enough, take the one that tells most.
How probable a broader name is, is the sum over the classes below it; how much it tells is the information gain
log2(classes / classes below it). Enough means so far above chance: the 377 classes of *animal* get 0.38 of a guess
that knows nothing. What is too vague to be a tag ("artifact") is no name at all, so where only that is sure nothing
is said.

ImageNet's classes for people and what they wear have no name, and what the model thinks of them counts for nothing:
they are not below any broader name. ``imagenet.json`` is made by ``scripts/build_imagenet.py``, which says more.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from passerby.models.vocabulary import check_labels
from passerby.records import Floats

# The least with nine tags of ten right on photographs, and no tag on those that show nothing with a name:
# benchmarks/results/tags.md.
THRESHOLD = 0.75
_CLASSES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """The names of classes and of what is broader, and which classes are below each."""

    labels: tuple[str, ...]
    below: NDArray[np.float64]  # (names, classes): 1 at the classes below a name

    @classmethod
    def of(cls, classes: int, named: Mapping[str, Sequence[int]], where: str) -> "Hierarchy":
        """Of ``classes`` classes, with the numbers of those below each name. Raises VocabularyError."""
        check_labels(named, where)
        below = np.zeros((len(named), classes))
        for row, numbers in enumerate(named.values()):
            below[row, numbers] = 1
        below.setflags(write=False)
        return cls(tuple(named), below)


class Hedger:
    """Turns the probabilities of classes, those of ImageNet unless a ``hierarchy`` is given, into tags.

    ``threshold``: how sure a name must be, from 0 (chance) to 1. Below one half a picture can get several tags, of
    which no two share a class.
    """

    def __init__(self, threshold: float = THRESHOLD, hierarchy: Hierarchy | None = None) -> None:
        self._threshold = threshold
        names = hierarchy or _imagenet()
        self.labels, self._below = names.labels, names.below
        self._chance = self._below.mean(axis=1)

    def tags(self, probabilities: Floats) -> list[tuple[str, float]]:
        """Names and how probable they are, the most telling first, for probabilities (classes,).

        Of names that tell as much, the more probable. Raises ValueError for another shape.
        """
        classes = self._below.shape[1]
        if probabilities.shape != (classes,):
            raise ValueError(f"probabilities: expected ({classes},), found {probabilities.shape}")
        sums = self._below @ probabilities.astype(np.float64)
        open_rows = (sums - self._chance) / (1 - self._chance) >= self._threshold
        gains = -np.log2(self._chance)
        tags = []
        for row in np.lexsort((-sums, -gains)).tolist():
            if open_rows[row]:
                tags.append((self.labels[row], min(float(sums[row]), 1.0)))
                open_rows &= ~(self._below @ self._below[row].astype(np.float64) > 0)
        return tags

    def broader(self, name: str) -> list[str]:
        """The names of all that is broader than ``name``."""
        inside = self._below[self.labels.index(name)]
        rows = np.flatnonzero((self._below * inside).sum(axis=1) == inside.sum())
        return [self.labels[row] for row in rows.tolist() if self.labels[row] != name]


@cache
def _imagenet() -> Hierarchy:
    document = json.loads(resources.files("passerby.models").joinpath("imagenet.json").read_text("utf-8"))
    named = {label: [number] for number, label in enumerate(document["classes"]) if label is not None}
    return Hierarchy.of(_CLASSES, named | document["broader"], "the ImageNet classes")
