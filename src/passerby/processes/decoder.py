"""Decoding for those who wait for it, in a process of its own: one thing after the other, each within a time.

A file that crashes its decoder, fills the memory or hangs costs that answer only.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import cv2

from passerby.errors import UnreadableError, WorkerError
from passerby.processes.child import Child
from passerby.processes.limits import WATCH_SECONDS, Limits

T = TypeVar("T")


class Decoder:
    """Starts its process when there is something to do, and again when it has died."""

    def __init__(self, limits: Limits) -> None:
        """The time without progress is that of one answer. Nothing is tried again: who waits can ask again."""
        self._limits = limits
        self._child: Child[_Reply] | None = None
        self._lock = threading.Lock()

    def do(self, make: Callable[..., T], path: Path, *arguments: Any) -> T:
        """What ``make`` gives for a file. Raises UnreadableError for one that its decoder fails at, and as it does."""
        with self._lock:
            try:
                answer = self._ask((make, path, *arguments))
            except (WorkerError, MemoryError) as error:
                self._drop()
                raise UnreadableError(
                    f"{path}: expected it to be read within {self._limits.stall_seconds:g} s, found that its decoder "
                    "failed; play the file in another program"
                ) from error
        if isinstance(answer, Exception):
            raise answer
        made: T = answer[0]
        return made

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _ask(self, question: tuple[Any, ...]) -> "_Reply":
        if self._child is None:
            self._child = Child(_answer, (), self._limits, name="passerby decoder", leads=True)
            self._child.start()
        self._child.send(question)
        while True:
            for answer in self._child.messages():
                if isinstance(answer, MemoryError):  # the process is not what it was
                    raise answer
                return answer
            Child.wait([self._child], WATCH_SECONDS)

    def _drop(self) -> None:
        """End the process, whatever it does."""
        if self._child is not None:
            self._child.kill()
            self._child = None


_Reply = tuple[Any] | Exception


def _answer(connection: Connection) -> None:
    """The main function of the process: answers until nobody asks any more."""
    cv2.setNumThreads(1)
    with suppress(EOFError):
        while True:
            make, *arguments = connection.recv()
            try:
                answer: _Reply = (make(*arguments),)
            except Exception as error:  # goes to who asked, and is raised there
                answer = error
            connection.send(answer)
