"""Moments that words fit, by a model for images and texts, and which of them count.

The nearest moments to a text are those of the library that it fits best, however badly. Cosines do not tell how well:
which is much differs from model to model, text to text and picture to picture. So the text competes for each of these
moments with other things that any picture may show, as in zero-shot classification (Radford et al., 2021, section 3.1):
a moment counts if the text has its share of the softmax. That depends on nothing else that is in the library.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from passerby.models.catalog import entries
from passerby.records import Floats
from passerby.store.library import Store
from passerby.store.search import IMAGE_TEXT, RANKED, Narrow

if TYPE_CHECKING:
    from passerby.models.load import CatalogModels

# As captions of CLIP's training are, section 3.1.4 of the paper.
CAPTION = "a photo of {}"
# What a picture shows that has nothing of what is asked for; no people, since no picture has any.
OTHERS = ("something", "a room", "a street", "a landscape", "a building", "an animal", "a vehicle", "food")
# The share of a text from which a moment counts. Below a half, so that a text that says the same as one of the others
# finds what both fit. No benchmark scores it yet.
LEAST = 0.3


@dataclass(frozen=True, slots=True)
class TextEncoder:
    """The half of a pair that turns texts to vectors (n, d) of length 1."""

    images: str  # the hash of the weights of the other half: only its vectors compare
    scale: float  # what a cosine is multiplied by to give a logit
    embed: Callable[[Sequence[str]], Floats]  # opens the model when it is called first


def text_encoders(models: CatalogModels) -> list[TextEncoder]:
    """What turns texts to vectors that pictures compare with: of each such model that is on this machine."""
    return [
        TextEncoder(models.weights_hash(entry.name), entry.pair.scale, partial(_embed_texts, models, entry.name))
        for entry in entries()
        if entry.pair is not None and not models.commands_for(entry.name)
    ]


def _embed_texts(models: CatalogModels, name: str, texts: Sequence[str]) -> Floats:
    vectors: Floats = models.open(name).texts().embed(texts)
    return vectors


def by_image_text(store: Store, text: str, encoder: TextEncoder, limit: int, narrow: Narrow) -> list[tuple[int, float]]:
    """The moments, of those that ``narrow`` leaves, nearest to ``text`` first, with its share: from LEAST on it fits.

    They are of the nearest RANKED: to know a share is to read a vector.
    """
    among = store.search.encoded_by(encoder.images)
    texts = encoder.embed([CAPTION.format(what) for what in (text, *OTHERS)])
    near = [
        moment
        for moment, _ in store.search.nearest(texts[0], min(limit, RANKED), among, table=IMAGE_TEXT, narrow=narrow)
    ]
    shares = _shares(store.search.vectors_of(near, table=IMAGE_TEXT), texts, encoder.scale)
    return [(moment, shares.get(moment, 0.0)) for moment in near]


def _shares(vectors: dict[int, Floats], texts: Floats, scale: float) -> dict[int, float]:
    """The share of the first of ``texts`` (n, d) in each moment."""
    if not vectors:
        return {}
    logits = scale * np.stack(list(vectors.values())) @ texts.T
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return dict(zip(vectors, (weights[:, 0] / weights.sum(axis=1)).tolist(), strict=True))
