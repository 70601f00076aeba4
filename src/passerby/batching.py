"""Writing together what several threads hand in at the same time: one commit, and one wait for the disk, for all."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Waiting(Generic[Item]):
    item: Item
    error: BaseException | None = None
    written: bool = False


class Batching(Generic[Item]):
    """Hands items to ``write``, which writes all of a batch or raises; while it does, those that come wait together."""

    def __init__(self, write: Callable[[Sequence[Item]], None]) -> None:
        self._write = write
        self._queue: list[_Waiting[Item]] = []
        self._queue_lock, self._writing = threading.Lock(), threading.Lock()

    def put(self, item: Item) -> None:
        """Return when ``item`` is written. Raises what ``write`` raised for it; another's fault is not its own."""
        waiting = _Waiting(item)
        with self._queue_lock:
            self._queue.append(waiting)
        with self._writing:  # whoever had it before may have written this item too
            if not (waiting.written or waiting.error):
                with self._queue_lock:
                    batch, self._queue = self._queue, []
                self._write_all(batch)
        if waiting.error is not None:
            raise waiting.error

    def _write_all(self, batch: Sequence[_Waiting[Item]]) -> None:
        try:
            self._write([waiting.item for waiting in batch])
        # Whatever it is, an interrupt too: who waits would take the item for written.
        except BaseException as error:
            if len(batch) > 1 and isinstance(error, Exception):
                for waiting in batch:
                    self._write_all([waiting])
                return
            for waiting in batch:
                waiting.error = error
        else:
            for waiting in batch:
                waiting.written = True
