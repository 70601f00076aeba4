"""Whether a picture is frozen: a camera that hangs sends the last one for ever, and a real one is never still.

What a sensor shows is noisy, and every encoding of it differs; a picture that is sent again differs by what its encoder
does to it at most.
"""

import numpy as np
from numpy.typing import NDArray

from passerby.media.read.planes import Picture

STALLED_SECONDS = 10.0
_LOOK_SECONDS = 0.5
_ROWS, _BYTES = 8, 7  # of the first plane, one in so many
_MEAN, _MOST = 0.25, 8  # levels of a difference that an encoder makes


class Stillness:
    """Looks at some pictures of a source."""

    def __init__(self) -> None:
        self.is_stalled = False
        self._first: NDArray[np.int16] | None = None  # as it was when it was first so
        self._since = self._looked = 0.0

    def look(self, picture: Picture, seconds: float) -> bool:
        """Whether that has changed; ``seconds`` of a clock that rises."""
        if self._first is not None and seconds - self._looked < _LOOK_SECONDS:
            return False
        self._looked = seconds
        samples = _samples(picture)
        if self._first is None or not _same(self._first, samples):
            self._first, self._since = samples, seconds
        was, self.is_stalled = self.is_stalled, seconds - self._since >= STALLED_SECONDS
        return was != self.is_stalled


def _samples(picture: Picture) -> NDArray[np.int16]:
    plane = picture.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)
    return np.asarray(rows[::_ROWS, ::_BYTES], np.int16)


def _same(first: NDArray[np.int16], now: NDArray[np.int16]) -> bool:
    if first.shape != now.shape:
        return False
    difference = np.abs(first - now)
    return float(difference.mean()) <= _MEAN and int(difference.max()) <= _MOST
