"""TransNetV2: is there a cut after this frame? (Soucek and Lokoc, 2020, arXiv 2008.04838)."""

from pathlib import Path

import numpy as np

from passerby.errors import ModelError
from passerby.models.catalog import Entry
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Floats, Pixels

# A window: frames, height, width, RGB.
WINDOW = (100, 27, 48, 3)


class TransNet:
    """Judges windows of 100 small frames. The 25 at either end lack neighbours: use the 50 in the middle."""

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions) -> None:
        self._model = OnnxModel(path, options)
        self._model.expect(inputs=["frames"], outputs=["cut", "transition"])

    def predict(self, windows: Pixels) -> Floats:
        """For windows (n, 100, 27, 48, 3), the chance (n, 100) that a shot ends with the frame.

        Raises ModelError for another shape.
        """
        if windows.shape[1:] != WINDOW:
            raise ModelError(f"TransNetV2: expected windows (n, {', '.join(map(str, WINDOW))}), found {windows.shape}")
        # One at a time: a window takes some 400 MB while it is judged, and together they are no faster.
        judged = [self._model.run({"frames": windows[row : row + 1]})[0] for row in range(len(windows))]
        return np.concatenate([np.zeros((0, WINDOW[0]), np.float32), *judged])
