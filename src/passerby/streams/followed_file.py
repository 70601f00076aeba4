"""A file that somebody writes on: read from its beginning, and waited for at its end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from passerby.errors import UnreadableError
from passerby.media.read.live import LiveInput, open_bytes

_POLL_SECONDS = 0.2


class FollowedFile:
    """Each file that comes to lie at a path is read once."""

    goes_on = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place: tuple[int, int] | None = None  # inode and bytes of what was read last

    @contextmanager
    def open(self, ended: threading.Event) -> Iterator[LiveInput]:
        """The file that is there, once there is something in it that was not read. Raises as ``open_bytes``."""
        try:
            while self._has_been_read() and not ended.wait(_POLL_SECONDS):
                pass
            with self._path.open("rb", buffering=0) as file:
                tail = _Tail(self._path, file, ended)
                with open_bytes(tail) as live:
                    yield live
                self._place = tail.place
        except OSError as error:
            raise UnreadableError(f"{self._path}: the file cannot be read ({error.strerror})") from error

    def close(self) -> None:
        """What is open closes with what was read of it."""

    def _has_been_read(self) -> bool:
        if self._place is None:
            return False
        state = self._path.stat()
        return state.st_ino == self._place[0] and state.st_size >= self._place[1]


class _Tail:
    def __init__(self, path: Path, file: FileIO, ended: threading.Event) -> None:
        self._path, self._file, self._ended = path, file, ended
        self._inode = path.stat().st_ino

    @property
    def place(self) -> tuple[int, int]:
        return self._inode, self._file.tell()

    def read(self, size: int, /) -> bytes:
        while not self._ended.is_set():
            if found := self._file.read(size):
                return found
            if self._is_replaced():
                break
            self._ended.wait(_POLL_SECONDS)
        return b""

    def _is_replaced(self) -> bool:
        try:
            state = self._path.stat()
        except FileNotFoundError:
            return True
        return state.st_ino != self._inode or state.st_size < self._file.tell()
