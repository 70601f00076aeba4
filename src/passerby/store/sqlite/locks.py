"""Locks on files beside the database: the system lets go of them when their holder dies.

A holder that was stopped could go on after hours, when others have long waited. Who waits for a video ends it after a
while: what is dead writes nothing, and the work that it did is begun again by whoever wanted it.
"""

import fcntl
import struct
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import psutil

from passerby.errors import StoreError
from passerby.files import private
from passerby.store.locks import Locks

CLAIMS_FILE, JOBS_FILE = "claims", "executor"
POLL_SECONDS = 0.2
LEASE_SECONDS = 60.0  # that a holder may be stopped for while another waits
# What fcntl(2) takes and gives: the type of lock and the process that holds it, among others.
_LOCK = ("qqihh", 3, 2) if sys.platform == "darwin" else ("hhqqi", 0, 4)


class FolderLocks(Locks):
    """The locks of the library in a folder. See Locks."""

    shares_jobs = False

    def __init__(self, folder: Path, lease_seconds: float = LEASE_SECONDS) -> None:
        self._folder = folder
        self._lease_seconds = lease_seconds

    @contextmanager
    def video(self, video_id: str, on_wait: Callable[[], None]) -> Iterator[None]:
        place = int(video_id[:14], 16)  # of the one byte that is locked, of an empty file
        with _opened(self._folder / CLAIMS_FILE) as file:
            patience = _Patience(self._lease_seconds)
            while not _try_lock(file.fileno(), 1, place):
                on_wait()
                time.sleep(POLL_SECONDS)
                patience.lose(_holder(file.fileno(), place))
            yield

    @contextmanager
    def jobs(self) -> Iterator[bool]:
        with _opened(self._folder / JOBS_FILE) as file:
            yield _try_lock(file.fileno())


class _Patience:
    """Ends a process that has been stopped for as long as it may."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._stopped: psutil.Process | None = None
        self._since = 0.0

    def lose(self, holder: int) -> None:
        """See how the process is that holds the lock."""
        with suppress(psutil.Error):  # it is gone, or somebody else's
            process = psutil.Process(holder) if holder > 0 else None
            if process is None or process.status() != psutil.STATUS_STOPPED:
                self._stopped = None
            elif process != self._stopped:
                self._stopped, self._since = process, time.monotonic()
            elif time.monotonic() - self._since > self._seconds:
                process.kill()


def _holder(descriptor: int, place: int) -> int:
    """The process that holds the lock of this byte; 0 where none does, or it cannot be seen from here."""
    layout, type_at, process_at = _LOCK
    start, length = place, 1
    asked = [fcntl.F_WRLCK, 0, start, length, 0] if type_at == 0 else [start, length, 0, fcntl.F_WRLCK, 0]
    found = struct.unpack(layout, fcntl.fcntl(descriptor, fcntl.F_GETLK, struct.pack(layout, *asked)))
    return 0 if found[type_at] == fcntl.F_UNLCK else int(found[process_at])


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
