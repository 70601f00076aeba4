"""The name of a video's content: the SHA-256 of its file."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from passerby.errors import UnreadableError

BLOCK = 1 << 22


def content_id(path: Path, on_progress: Callable[[int], None]) -> str:
    """The SHA-256 of the file at ``path`` in hex; ``on_progress`` hears how many bytes are read.

    Raises UnreadableError when it cannot be read.
    """
    digest = hashlib.sha256()
    read = 0
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                read += len(block)
                on_progress(read)
    except OSError as error:
        raise UnreadableError(f"{path}: expected a file that can be read, found: {error.strerror}") from error
    return digest.hexdigest()
