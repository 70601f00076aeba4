"""A small picture of a stream as it is kept, hidden: once a second, for the pages."""

import os
from pathlib import Path

from passerby.media.read.scale import Scaler
from passerby.pictures import jpeg
from passerby.streams.live_hiding import HiddenLiveFrame

EVERY = 1.0  # seconds
LONG_SIDE = 640
QUALITY = 75
PART = ".part"


class PreviewWriter:
    """Writes the file of one source, whole at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: tuple[int, float] | None = None  # run, and seconds of it

    def push(self, hidden: HiddenLiveFrame) -> bool:
        """The next frame; whether the file shows it now. Raises OSError where it cannot be written."""
        seconds = hidden.time_base.seconds(hidden.pts)
        if self._last is not None and self._last[0] == hidden.run and 0 <= seconds - self._last[1] < EVERY:
            return False
        self._last = hidden.run, seconds
        width, height = hidden.orientation.size(hidden.picture.width, hidden.picture.height)
        factor = min(1.0, LONG_SIDE / max(width, height))
        size = max(round(width * factor), 1), max(round(height * factor), 1)
        part = self._path.with_name(self._path.name + PART)
        part.write_bytes(jpeg(Scaler(hidden.orientation).rgb(hidden.picture, *size), QUALITY))
        os.replace(part, self._path)
        return True
