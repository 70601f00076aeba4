"""Files and folders that are for their owner alone, whatever the umask says."""

import os
from contextlib import suppress
from pathlib import Path

FOLDER_MODE = 0o700
_FILE_MODE = 0o600


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
