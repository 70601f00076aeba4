"""Vectors of texts that a model is asked for each time it is opened: made once, and kept in a file beside its weights.

A file is found by a hash of the weights and the texts, so that no vector of other weights is taken for one of these.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from passerby.records import Floats

_PREFIX = "texts-"


def kept_vectors(texts: Sequence[str], weights: Sequence[Path], make: Callable[[], Floats]) -> Floats:
    """The vectors (n, d) of ``texts``, from the file that was kept, or as ``make`` gives them, which then are kept.

    Where the folder cannot be written they are made each time: that costs time, and nothing else.
    """
    folder = weights[0].parent
    kept = folder / f"{_PREFIX}{_key(texts, weights)}.npy"
    if kept.exists():
        with kept.open("rb") as file:
            found: Floats = np.load(file)
        return found
    made = make()
    if os.access(folder, os.W_OK):
        _keep(made, kept)
    return made


def _key(texts: Sequence[str], weights: Sequence[Path]) -> str:
    digest = hashlib.sha256(json.dumps(list(texts)).encode())
    for path in weights:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]


def _keep(vectors: Floats, target: Path) -> None:
    """Write the file in one step, then remove those of other texts and other weights."""
    part = target.with_name(f"{target.name}.{os.getpid()}")
    with part.open("wb") as file:
        np.save(file, vectors)
    part.replace(target)
    for other in target.parent.glob(f"{_PREFIX}*.npy"):
        if other != target:
            other.unlink(missing_ok=True)
