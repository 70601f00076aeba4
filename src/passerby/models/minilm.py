"""all-MiniLM-L6-v2: sentences as vectors, those that mean the like near each other.

Reimers and Gurevych, Sentence-BERT (EMNLP 2019). Inputs int64 (N, T): ids of word pieces, which of them count, zeros;
output float32 (N, T, 384), of which the mean over the pieces that count is taken.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from passerby.errors import WeightsError
from passerby.models.entry import Entry
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Floats

LENGTH = 384
_INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
_MOST_PIECES = 256
_BATCH = 32


class MiniLm:
    """Turns texts to vectors."""

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions) -> None:
        """Raises WeightsError for another signature, or a tokenizer that cannot be read."""
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=_INPUTS, outputs=list(self._model.outputs)[:1])
        tokenizer = path.with_name(entry.companions[0].name)
        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # the package raises no narrower one
            raise WeightsError(f"{tokenizer}: expected a tokenizer of Hugging Face's format, found: {error}") from error
        self._tokenizer.enable_truncation(_MOST_PIECES)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> Floats:
        """The vectors (n, 384), of length 1, of ``n`` texts; what is beyond 256 pieces of a text does not count."""
        batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        return np.concatenate([np.zeros((0, LENGTH), np.float32), *map(self._embed, batches)])

    def _embed(self, texts: Sequence[str]) -> Floats:
        pieces = self._tokenizer.encode_batch(list(texts))
        ids = np.array([each.ids for each in pieces], np.int64)
        counts = np.array([each.attention_mask for each in pieces], np.int64)
        (states,) = self._model.run(dict(zip(_INPUTS, (ids, counts, np.zeros_like(ids)), strict=True)))
        sums = (states * counts[..., None]).sum(axis=1)
        lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
        return np.asarray(sums / lengths, np.float32)
