"""Locks on files beside the database: the system lets go of them when their holder dies."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from passerby.errors import StoreError
from passerby.files import private
from passerby.store.locks import Locks

CLAIMS_FILE, JOBS_FILE = "claims", "executor"
POLL_SECONDS = 0.2


class FolderLocks(Locks):
    """The locks of the library in a folder. See Locks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def video(self, video_id: str, on_wait: Callable[[], None]) -> Iterator[None]:
        place = int(video_id[:14], 16)  # of the one byte that is locked, of an empty file
        with _opened(self._folder / CLAIMS_FILE) as file:
            while not _try_lock(file.fileno(), 1, place):
                on_wait()
                time.sleep(POLL_SECONDS)
            yield

    @contextmanager
    def jobs(self) -> Iterator[bool]:
        with _opened(self._folder / JOBS_FILE) as file:
            yield _try_lock(file.fileno())


def _opened(path: Path) -> BinaryIO:
    try:
        path.parent.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
        return open(path, "ab", opener=private.opener)
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened ({error.strerror}); check the disk and the permissions") from error


def _try_lock(descriptor: int, length: int = 0, start: int = 0) -> bool:
    """Lock so many bytes from ``start`` on, all with 0, unless another process holds one of them."""
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
    except (BlockingIOError, PermissionError):  # POSIX allows either for "held by another"
        return False
    return True
