"""The hidden streams that players have asked for of late."""

import threading
import time

from passerby.streams.live_folder import segment_folder
from passerby.streams.restream import Restream

IDLE_SECONDS = 30.0  # without a player, after which nothing of a stream is held any more


class Restreams:
    """One for each source that somebody watches. For any number of threads."""

    def __init__(self, library: str) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Restream, float]] = {}  # with when they were last asked for

    def of(self, source: str) -> Restream:
        with self._lock:
            held = self._held.get(source)
            restream = held[0] if held else Restream(segment_folder(self._library, source))
            self._held[source] = restream, time.monotonic()
            return restream

    def drop(self, source: str) -> None:
        with self._lock:
            held = self._held.pop(source, None)
        if held is not None:
            held[0].close()

    def rest(self) -> None:
        """Let go of those that nobody watches any more."""
        since = time.monotonic() - IDLE_SECONDS
        with self._lock:
            idle = [source for source, (_, asked) in self._held.items() if asked < since]
        for source in idle:
            self.drop(source)

    def close(self) -> None:
        for source in tuple(self._held):
            self.drop(source)
