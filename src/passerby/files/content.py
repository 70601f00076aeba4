"""The name of a video's content, the SHA-256 of its file, and whether the file is still what was read."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import UnreadableError
from passerby.object_storage.address import Location, ObjectAddress

BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class FileState:
    """What changes when a file is written to or replaced, seen without reading it."""

    size_bytes: int
    modified_ns: int
    inode: int

    @staticmethod
    def of(path: Path) -> "FileState":
        """Raises UnreadableError when the file is gone or out of reach."""
        try:
            found = path.stat()
        except OSError as error:
            raise _unreadable(path, error) from error
        return FileState(found.st_size, found.st_mtime_ns, found.st_ino)


@dataclass(frozen=True, slots=True)
class Source:
    """A file and the video in it."""

    path: Path
    video_id: str
    state: FileState | None = None  # as it was before it was read for its id; None for a file that will not change
    fetched_from: ObjectAddress | None = None  # where the object is that the file is a copy of
    object_state: str = ""  # of that object, as it was when it was fetched

    @staticmethod
    def read(path: Path, on_progress: Callable[[int], None]) -> "Source":
        """Find out what the file holds. Raises UnreadableError when it cannot be read."""
        state = FileState.of(path)
        return Source(path, content_id(path, on_progress), state)

    @property
    def location(self) -> Location:
        """Where the video is for everybody else."""
        return self.path if self.fetched_from is None else self.fetched_from

    def check_unchanged(self) -> None:
        """Raises UnreadableError if the file is not what was read for its id any more.

        What was found in it might then be of another content.
        """
        if self.state is None:
            return
        now = FileState.of(self.path)
        if now != self.state:
            raise UnreadableError(
                f"{self.path}: expected a file that stays as it is while it is read, found one that changed (from "
                f"{self.state.size_bytes} to {now.size_bytes} bytes); add it again when it is complete"
            )


def content_id(path: Path, on_progress: Callable[[int], None]) -> str:
    """The SHA-256 of the file at ``path`` in hex; ``on_progress`` hears how many bytes are read.

    Raises UnreadableError when it cannot be read.
    """
    digest = hashlib.sha256()
    read = 0
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            # No further than to the end it had at first: what is written behind it may never end.
            while read < size and (block := file.read(min(BLOCK, size - read))):
                digest.update(block)
                read += len(block)
                on_progress(read)
    except OSError as error:
        raise _unreadable(path, error) from error
    return digest.hexdigest()


def _unreadable(path: Path, error: OSError) -> UnreadableError:
    return UnreadableError(f"{path}: expected a file that can be read, found: {error.strerror}")
