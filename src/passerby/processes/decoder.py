"""Decoding for those who wait for it, in a process of its own: one thing after the other, each within a time.

A file that crashes its decoder, fills the memory or hangs costs that answer only.
"""

import resource
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import cv2

from passerby.errors import UnreadableError
from passerby.processes.parent import end_with_the_supervisor

T = TypeVar("T")

MEMORY = 3 << 30  # bytes, of the process


class Decoder:
    """Starts its process when there is something to do, and again when it has died."""

    def __init__(self, seconds: float) -> None:
        """``seconds`` are for one answer."""
        self._seconds = seconds
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def do(self, make: Callable[..., T], path: Path, *arguments: Any) -> T:
        """What ``make`` gives for a file. Raises UnreadableError for one that its decoder fails at, and as it does."""
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, get_context("spawn"), _limit)
            try:
                return self._pool.submit(make, path, *arguments).result(self._seconds)
            except (FutureTimeoutError, BrokenProcessPool, MemoryError) as error:
                self._drop()
                raise UnreadableError(
                    f"{path}: expected it to be read within {self._seconds:g} s, found that its decoder failed; "
                    "play the file in another program"
                ) from error

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        """End the process, whatever it does."""
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _limit() -> None:
    threading.Thread(target=end_with_the_supervisor, name="orphan watch", daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    cv2.setNumThreads(1)
