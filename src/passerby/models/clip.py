"""Pairs of encoders that turn images and texts to vectors of one space: CLIP, SigLIP and what is exported as they are.

Radford et al., ICML 2021, arXiv 2103.00020; Zhai et al., ICCV 2023, arXiv 2303.15343. Two ONNX files and a
tokenizer.json of Hugging Face's format. Image encoder: input ``pixel_values`` float32 (1, 3, side, side), RGB; text
encoder: ``input_ids``, and ``attention_mask`` where the graph has it, int64 (1, T). The vectors are outputs (1, d),
called as the catalog says; which token of a text they come from is in the graph.

A picture is squeezed into the square as a whole: the middle that CLIP is trained on drops nearly half of a wide frame.
Each picture and each text goes through alone: in weights of eight bits, what is rounded would depend on its neighbours.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from passerby.errors import ModelError, WeightsError
from passerby.models.entry import Entry, Pair
from passerby.models.kept_vectors import kept_vectors
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.models.squeezing import squeezed
from passerby.records import Floats, Pixels

_IDS, _COUNTS = "input_ids", "attention_mask"


class ImageTextPair:
    """Opens the one encoder or the other: indexing needs that of images, a search that of texts."""

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions) -> None:
        """Raises WeightsError where the catalog does not say how images and texts are prepared."""
        if entry.pair is None:
            raise WeightsError(f"{entry.name}: expected a pair of encoders in the catalog, found none")
        self._path, self._pair, self._options = path, entry.pair, options
        self._text, self._tokenizer = (path.with_name(Path(file.name).name) for file in entry.companions)

    @property
    def scale(self) -> float:
        """What a cosine is multiplied by to give a logit."""
        return self._pair.scale

    def images(self) -> "ClipImageEncoder":
        """The same for all who ask. Raises WeightsError for a file with another signature."""
        return self._images

    @cached_property
    def _images(self) -> "ClipImageEncoder":
        return ClipImageEncoder(self._path, self._pair, self._options)

    def texts(self) -> "ClipTextEncoder":
        """Raises WeightsError for a file with another signature, or a tokenizer that cannot be read."""
        return ClipTextEncoder(self._text, self._tokenizer, self._pair, self._options)

    def vectors_of(self, texts: Sequence[str]) -> Floats:
        """The vectors (n, d) of texts that are asked for again and again: made once, and kept beside the weights.

        Raises as ``texts`` does.
        """
        return kept_vectors(texts, (self._text, self._tokenizer), lambda: self.texts().embed(texts))


class ClipImageEncoder:
    """Turns whole pictures to vectors. The caller sees to it that no people are in them (law 1)."""

    def __init__(self, path: Path, pair: Pair, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["pixel_values"], outputs=list(self._model.outputs))
        self._side = pair.side
        self._mean, self._deviation = (np.array(row, np.float32) for row in (pair.mean, pair.deviation))
        self._output = _place(self._model, pair.image_output)

    def embed(self, images: Sequence[Pixels]) -> Floats:
        """The vectors (n, d), of length 1, of ``n`` RGB pictures (h, w, 3)."""
        inputs = ({"pixel_values": self._prepared(image)} for image in images)
        return np.stack([_vector(self._model, self._output, each) for each in inputs])

    def _prepared(self, image: Pixels) -> Floats:
        scaled = (squeezed(image, self._side).astype(np.float32) / 255 - self._mean) / self._deviation
        return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], np.float32)


class ClipTextEncoder:
    """Turns texts to vectors."""

    def __init__(self, path: Path, tokenizer: Path, pair: Pair, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        inputs = [_IDS, _COUNTS] if _COUNTS in self._model.inputs else [_IDS]
        self._model.expect(inputs=inputs, outputs=list(self._model.outputs))
        self._output = _place(self._model, pair.text_output)
        try:
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # the package raises no narrower one
            raise WeightsError(f"{tokenizer}: expected a tokenizer of Hugging Face's format, found: {error}") from error
        self._tokenizer.enable_truncation(pair.tokens)
        self._tokenizer.no_padding()
        if pair.padding is not None:
            self._tokenizer.enable_padding(length=pair.tokens, pad_id=pair.padding)

    def embed(self, texts: Sequence[str]) -> Floats:
        """The vectors (n, d), of length 1, of ``n`` texts; what is beyond the most tokens of a text does not count."""
        return np.stack([_vector(self._model, self._output, self._prepared(text)) for text in texts])

    def _prepared(self, text: str) -> dict[str, NDArray[np.int64]]:
        tokens = self._tokenizer.encode(text.lower())  # SigLIP knows small letters only, and its tokenizer makes none
        found = {_IDS: tokens.ids, _COUNTS: tokens.attention_mask}
        return {name: np.array([found[name]], np.int64) for name in self._model.inputs}


def _place(model: OnnxModel, output: str) -> int:
    """Which of the model's outputs the vectors are. Raises WeightsError if it has none of that name."""
    if output not in model.outputs:
        raise WeightsError(f"{model.path}: expected an output {output!r}, found {list(model.outputs)}")
    return list(model.outputs).index(output)


def _vector(model: OnnxModel, output: int, inputs: Mapping[str, NDArray[Any]]) -> Floats:
    """The vector (d,) of what is given, of length 1. Raises ModelError for what is none."""
    found = np.asarray(model.run(inputs)[output], np.float32)
    length = float(np.linalg.norm(found))
    if found.ndim != 2 or len(found) != 1 or not 0 < length < np.inf:
        raise ModelError(
            f"{model.path.name}: expected a vector (1, d) of numbers, found {found.shape}, length {length}"
        )
    vector: Floats = found[0] / np.float32(length)
    return vector
