"""What a process that works for another one sends through a pipe, which may break at any moment."""

import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from passerby.progress import Progress

End = TypeVar("End")


class Inbox(Generic[End]):
    """Any number of `Progress`, and one message of the type ``last``, after which nothing comes."""

    def __init__(
        self, connection: Connection, last: type[End], on_progress: Callable[[Progress], None] = lambda progress: None
    ) -> None:
        self.connection = connection
        self.heard = time.monotonic()  # when something came, or this was made
        self.latest: Progress | None = None
        self.end: End | None = None
        self._last = last
        self._on_progress = on_progress

    def take_in(self) -> bool:
        """Take what has come; False when no more will."""
        try:
            while self.connection.poll():
                message = self.connection.recv()
                self.heard = time.monotonic()
                if isinstance(message, self._last):
                    self.end = message
                    return False
                self.latest = message
                self._on_progress(message)
        except (EOFError, OSError):  # OSError: it died in the middle of a message
            return False
        return True

    def close(self) -> None:
        self.connection.close()
