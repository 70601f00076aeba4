"""What lies in a library's folder is for its owner alone, whatever the umask says.

Folders and files are made so; what an older Passerby made is mended when the library is opened. Where that cannot be,
on a disk that keeps no permissions or by somebody who does not own them, it is told by ``passerby doctor``.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_OTHERS = 0o077
DATABASE = "library.db"
_FILES = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal", "claims", "executor")
_FOLDERS = ("thumbnails", "cache", "uploads", "originals", "copies")


def opener(path: str, flags: int) -> int:
    """For ``open``: what is made is its owner's alone."""
    return os.open(path, flags | os.O_CLOEXEC, _FILE_MODE)


def make_file(path: Path) -> None:
    """Make an empty file, if there is none and there can be."""
    with suppress(OSError), open(path, "xb", opener=opener):
        pass


def write_text(path: Path, text: str) -> None:
    """Write a file; one that is there and that others may read is closed to them first. Raises OSError."""
    with open(path, "w", encoding="utf-8", opener=opener) as file:
        with suppress(OSError):  # on a disk that keeps no permissions
            os.fchmod(file.fileno(), _FILE_MODE)
        file.write(text)


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
