"""Silero VAD: whether somebody speaks, chunk by chunk, at 16 kHz. It cannot tell who.

https://github.com/snakers4/silero-vad; how it is fed is from its ``src/silero_vad/utils_vad.py``, OnnxWrapper.
"""

from pathlib import Path

import numpy as np

from passerby.errors import ModelError
from passerby.models.entry import Entry
from passerby.models.runtime import OnnxModel, RuntimeOptions
from passerby.records import Floats

RATE = 16_000
CHUNK = 512  # samples that are judged at once: 32 ms
_BEFORE = 64  # samples of the chunk before that are given along
_STATE = (2, 1, 128)


class Silero:
    """Hears one sound from its start to its end; ``reset`` begins another."""

    def __init__(self, path: Path, entry: Entry, options: RuntimeOptions) -> None:
        # A chunk is too little work for two threads.
        self._model = OnnxModel(path, RuntimeOptions("cpu", 1))
        self._model.expect(inputs=["input", "state", "sr"], outputs=["output", "stateN"])
        self.reset()

    def reset(self) -> None:
        """What was heard before has nothing to do with what comes."""
        self._state = np.zeros(_STATE, np.float32)
        self._before = np.zeros(_BEFORE, np.float32)

    def hear(self, chunk: Floats) -> float:
        """How likely it is, 0 to 1, that there is speech in the next 512 samples (at 16 kHz, full scale at 1)."""
        if chunk.shape != (CHUNK,) or chunk.dtype != np.float32:
            raise ModelError(f"silero: expected samples float32 ({CHUNK},), found {chunk.dtype} {chunk.shape}")
        sound = np.concatenate([self._before, chunk])[None]
        rate = np.array(RATE, np.int64)
        chance, self._state = self._model.run({"input": sound, "state": self._state, "sr": rate})
        self._before = chunk[-_BEFORE:]
        return float(chance[0, 0])
