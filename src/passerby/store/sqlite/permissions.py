"""What lies in a library's folder, and that it is for its owner alone, whatever the umask says.

Folders and files are made so; what an older Passerby made is mended when the library is opened. Where that cannot be,
on a disk that keeps no permissions or by somebody who does not own them, it is told by ``passerby doctor``.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from passerby.store.blobs.base import FOLDERS
from passerby.store.sqlite import locks, nearest

DATABASE = "library.db"
_OTHERS = 0o077
_FILES = (DATABASE, *(f"{DATABASE}-{part}" for part in ("wal", "shm", "journal")), locks.CLAIMS_FILE, locks.JOBS_FILE)
_FOLDERS = (nearest.FOLDER, *FOLDERS.values())


def mend(folder: Path) -> None:
    """Take from others what they may do with a library in ``folder``, as far as that can be.

    The folder itself stays as it is if there is more in it than a library: others may need that.
    """
    if not (_is_open(folder) or _is_open(folder / DATABASE)):
        return
    if _holds_nothing_else(folder):
        _close(folder)
    if _is_open(folder / DATABASE):
        for path in _parts(folder):
            _close(path)


def open_parts(folder: Path) -> list[Path]:
    """The folder, if others may enter it, and what of a library in it they could see or change then."""
    if not _is_open(folder):
        return []
    within = [path for path in _parts(folder) if path.parent == folder and _is_open(path)]
    return within if not _holds_nothing_else(folder) else [folder, *within]


def _parts(folder: Path) -> Iterator[Path]:
    """All of a library, the folder itself left out; the database last, by whose permissions it is told what is done."""
    for name in _FOLDERS:
        for root, folders, files in os.walk(folder / name):
            yield Path(root)
            yield from (Path(root, each) for each in (*folders, *files))
    yield from (folder / name for name in reversed(_FILES))


def _holds_nothing_else(folder: Path) -> bool:
    try:
        return {path.name for path in folder.iterdir()} <= {*_FILES, *_FOLDERS}
    except OSError:
        return False


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & _OTHERS)
    except OSError:
        return False


def _close(path: Path) -> None:
    if _is_open(path) and not (path.is_symlink() and path.is_file()):
        with suppress(OSError):
            path.chmod(path.stat().st_mode & ~_OTHERS & 0o777)
