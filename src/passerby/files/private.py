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
