"""Written names that a picture is held against, by a model for images and texts: zero-shot classification.

Radford et al., ICML 2021, arXiv 2103.00020, section 3.1: each name is put into sentences, whose vectors' mean stands
for it; the softmax of a picture's cosines with all names says how probable each is. The names are data
(``zero_shot.toml``), in facets: a picture shows a place, and things, and light, so that names compete within one facet
only. Beside them competes what a picture shows that has none of the names, which is never said. From what is probable,
``hedging.py`` takes the name that tells most, or nothing.
"""

import hashlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from passerby.models.hedging import Hedger, Hierarchy
from passerby.records import Floats

# How sure a name must be, as for other tags (hedging.py). Not measured with any weights yet: benchmarks/zero_shot.py.
THRESHOLD = 0.75
_FILE = "zero_shot.toml"


@dataclass(frozen=True, slots=True)
class Facet:
    """Names that compete with each other."""

    name: str
    prompts: tuple[str, ...]  # with {} where a name goes
    others: tuple[str, ...]  # what a picture shows that has none of the names
    groups: Mapping[str, tuple[str, ...]]  # names, by that of what is broader, which is one too

    @property
    def classes(self) -> tuple[str, ...]:
        """All names, and then the others."""
        named = (name for group, names in self.groups.items() for name in (group, *names))
        return (*named, *self.others)

    def texts(self) -> list[str]:
        """What the model is asked: each prompt for the first class, then for the next."""
        return [prompt.format(name) for name in self.classes for prompt in self.prompts]

    def hierarchy(self) -> Hierarchy:
        """Raises VocabularyError for a name that would describe people."""
        named: dict[str, list[int]] = {}
        first = 0
        for group, names in self.groups.items():
            named |= {name: [number] for number, name in enumerate(names, first + 1)}
            named[group] = list(range(first, first + 1 + len(names)))
            first += 1 + len(names)
        return Hierarchy.of(len(self.classes), named, f"{_FILE}, {self.name}")


class ZeroShotClassifier:
    """Tags from vectors of pictures. ``vectors_of`` turns texts to vectors (n, d), ``scale`` cosines to logits."""

    def __init__(
        self,
        vectors_of: Callable[[Sequence[str]], Floats],
        scale: float,
        threshold: float = THRESHOLD,
        facets: Sequence[Facet] | None = None,
    ) -> None:
        chosen = vocabulary() if facets is None else tuple(facets)
        hierarchies = _written() if facets is None else tuple(facet.hierarchy() for facet in chosen)
        self._scale = scale
        self._facets = [
            (Hedger(threshold, hierarchy), names)
            for hierarchy, names in zip(hierarchies, name_vectors(vectors_of, chosen), strict=True)
        ]

    def tags(self, pictures: Floats) -> list[tuple[str, float]]:
        """Names and how probable they are, for the vectors (n, d), of length 1, of pictures that show the same."""
        found: dict[str, float] = {}
        for hedger, names in self._facets:
            for label, score in hedger.tags(shares(pictures, names, self._scale)):
                found[label] = max(score, found.get(label, 0.0))
        return list(found.items())


def shares(pictures: Floats, names: Floats, scale: float) -> Floats:
    """How probable each of ``names`` (m, d) is: the mean (m,), over ``pictures`` (n, d), of the softmax."""
    logits = scale * (pictures.astype(np.float64) @ names.T.astype(np.float64))
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray((weights / weights.sum(axis=1, keepdims=True)).mean(axis=0), np.float32)


def name_vectors(vectors_of: Callable[[Sequence[str]], Floats], facets: Sequence[Facet]) -> list[Floats]:
    """For each facet, the vectors (classes, d) of its names."""
    vectors = vectors_of([text for facet in facets for text in facet.texts()])
    ends = np.cumsum([len(facet.classes) * len(facet.prompts) for facet in facets])
    parts = zip(facets, np.split(vectors, ends[:-1]), strict=True)
    return [_means(rows, len(facet.prompts)) for facet, rows in parts]


def _means(rows: Floats, prompts: int) -> Floats:
    """The direction of the mean of each ``prompts`` rows."""
    means = rows.reshape(-1, prompts, rows.shape[1]).mean(axis=1)
    return np.asarray(means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12), np.float32)


@cache
def _written() -> tuple[Hierarchy, ...]:
    """Those of the written names, which are checked once: there are thousands."""
    return tuple(facet.hierarchy() for facet in vocabulary())


@cache
def vocabulary() -> tuple[Facet, ...]:
    """The written names."""
    document = tomllib.loads(_read().decode())
    return tuple(
        Facet(
            name,
            tuple(table["prompts"]),
            tuple(table["others"]),
            {group: tuple(names) for group, names in table["groups"].items()},
        )
        for name, table in document.items()
    )


@cache
def vocabulary_hash() -> str:
    """The SHA-256 of the file of names: with other names a moment gets other tags."""
    return hashlib.sha256(_read()).hexdigest()


def _read() -> bytes:
    return resources.files("passerby.models").joinpath(_FILE).read_bytes()
