"""PP-OCR, its readers: what a line of text says (https://github.com/PaddlePaddle/PaddleOCR).

Input ``x`` float32 (N, 3, 48, W) BGR in [-1, 1]; output (N, steps, characters), the chances of each character at each
step from left to right, the first of them standing for none (connectionist temporal classification, Graves et al.,
ICML 2006). The characters are told in the file itself.
"""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

import cv2
import numpy as np

from passerby.errors import WeightsError
from passerby.models.detectors.signature import expect_shape
from passerby.models.entry import Entry
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Floats, Pixels

_HEIGHT = 48
_LEAST_WIDTH, _MOST_WIDTH = 320, 3200  # pixels; a narrower line has grey behind it
_BATCH = 8
_UPRIGHT = 1.5  # a crop so many times as high as wide is a line that runs up or down
# A space that is this likely between two characters is one, though none may be likelier still: the reader is too shy of
# narrow ones. Chosen on drawn lines; what is read is scored by benchmarks/text.py.
_SPACE = 0.05


class PpocrReader:
    """Reads lines of text, one a crop. The caller sees to it that no licence plate is in them: those are never read."""

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions) -> None:
        """Raises WeightsError for a file with another signature, or that does not tell its characters."""
        self._model = OnnxModel(path, options)
        (output, *others) = self._model.outputs
        if others:
            raise WeightsError(f"{path}: expected one output, found {[*self._model.outputs]}")
        self._model.expect(inputs=["x"], outputs=[output])
        if "character" not in self._model.metadata:
            raise WeightsError(f"{path}: expected metadata with the name 'character', found {[*self._model.metadata]}")
        # In the place of the first, for none, stands the empty string.
        self._characters = ("", *self._model.metadata["character"].split("\n"), " ")
        expect_shape(self._model, output, self._model.outputs[output], (None, None, len(self._characters)))

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """For each RGB crop (h, w, 3), what it says and how sure that is; ``("", 0.0)`` where it says nothing."""
        lines = [_line(crop) for crop in crops]
        by_width = sorted(range(len(lines)), key=lambda row: lines[row].shape[1])
        read: dict[int, tuple[str, float]] = {}
        for start in range(0, len(lines), _BATCH):
            rows = by_width[start : start + _BATCH]
            (chances,) = self._model.run({"x": _batch([lines[row] for row in rows])})
            read.update(zip(rows, map(self._decoded, chances), strict=True))
        return [read[row] for row in range(len(lines))]

    def _decoded(self, chances: Floats) -> tuple[str, float]:
        """The surest character of each step, those that go on from the step before and those for none left out."""
        best = chances.argmax(axis=1)
        said = np.flatnonzero((best != 0) & (np.diff(best, prepend=0) != 0))
        if not len(said):
            return "", 0.0
        spaced = np.maximum.reduceat(chances[:, -1], said) >= _SPACE  # from each character up to the next
        text = "".join(
            self._characters[number] + (" " if space else "")
            for number, space in zip(best[said].tolist(), spaced.tolist(), strict=True)
        )
        return " ".join(text.split()), float(chances[said, best[said]].mean())


def _line(crop: Pixels) -> Pixels:
    """The crop as a level line 48 pixels high."""
    if crop.shape[0] >= _UPRIGHT * crop.shape[1]:
        crop = np.rot90(crop)
    height, width = crop.shape[:2]
    wide = min(max(ceil(_HEIGHT * width / height), 1), _MOST_WIDTH)
    line: Pixels = cv2.resize(crop, (wide, _HEIGHT), interpolation=cv2.INTER_LINEAR)
    return line


def _batch(lines: Sequence[Pixels]) -> Floats:
    width = max(_LEAST_WIDTH, *(line.shape[1] for line in lines))
    batch = np.zeros((len(lines), 3, _HEIGHT, width), np.float32)
    for row, line in zip(batch, lines, strict=True):
        row[:, :, : line.shape[1]] = line[..., ::-1].transpose(2, 0, 1) / np.float32(127.5) - 1
    return batch
