"""TransNetV2: is there a cut after this frame? (Soucek and Lokoc, 2020, arXiv 2008.04838)."""

from pathlib import Path

import numpy as np

from passerby.errors import ModelError
from passerby.models.entry import Entry
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Floats, Pixels

FRAME = (27, 48, 3)  # height, width, RGB


class TransNet:
    """Judges small frames by their neighbours, of which those at either end lack some."""

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["frames"], outputs=["cut", "transition"])

    def predict(self, frames: Pixels) -> Floats:
        """For frames (n, 27, 48, 3) that follow each other, the chance (n,) that a shot ends with each.

        It was trained on 100 frames at once. Raises ModelError for another shape.
        """
        if frames.shape[1:] != FRAME:
            raise ModelError(f"TransNetV2: expected frames (n, {', '.join(map(str, FRAME))}), found {frames.shape}")
        if not len(frames):
            return np.zeros(0, np.float32)
        chances: Floats = self._model.run({"frames": frames})[0]
        return chances
