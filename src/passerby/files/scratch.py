"""Folders for what must not outlive a process, for their user alone.

Those of processes that were killed are removed when the next one is made beside them.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

LOCK = "lock"
PREFIX = "passerby-"
_UNLOCKED = ".passerby-"  # until it is locked: by this name nobody removes it


class Scratch:
    """A folder that is there until it is closed. Raises OSError where none can be made."""

    def __init__(self, parent: Path | None = None) -> None:
        """``parent`` is the system's folder for temporary files, if none is given."""
        folder = Path(tempfile.gettempdir() if parent is None else parent)
        sweep(folder)
        made = Path(tempfile.mkdtemp(prefix=_UNLOCKED, dir=folder))
        self._lock = os.open(made / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.path = made.rename(made.with_name(made.name.removeprefix(".")))

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def sweep(folder: Path) -> None:
    """Remove what killed processes of this user have left in a folder."""
    for lock in folder.glob(f"{PREFIX}*/{LOCK}"):
        with suppress(OSError), lock.open("rb") as file:  # BlockingIOError: its process is alive
            if lock.parent.lstat().st_uid == os.getuid():
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent)
