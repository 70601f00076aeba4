"""A file that one process has for itself. The system lets go of it when that process dies; nothing is left behind."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from passerby.files import private


class LockedError(Exception):
    """Another process has it."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file for this process until the block ends. Raises LockedError, OSError."""
    path.parent.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
    with open(path, "ab", opener=private.opener) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError(str(path)) from error
        yield
