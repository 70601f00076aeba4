"""The bytes of an upload in a folder: one file that becomes longer, and moves when it is whole."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from passerby.errors import BusyUploadError, OffsetError, UsageError
from passerby.files import private
from passerby.store.blobs.base import ReceivedBytes

DATA, INFO = "data", "info.json"


class AppendedFile(ReceivedBytes):
    """See ReceivedBytes."""

    moves_at_once = True

    def __init__(self, folder: Path, originals: Path) -> None:
        """``folder`` is the upload's own."""
        self._folder = folder
        self._originals = originals

    def begin(self, told: str) -> None:
        self._folder.parent.mkdir(private.FOLDER_MODE, exist_ok=True)
        self._folder.mkdir(private.FOLDER_MODE)
        private.make_file(self._folder / DATA)
        with open(self._folder / INFO, "w", encoding="utf-8", opener=private.opener) as file:
            file.write(told)

    def told(self) -> str:
        return (self._folder / INFO).read_text("utf-8")

    def size(self) -> int:
        return (self._folder / DATA).stat().st_size

    def changed(self) -> float:
        return (self._folder / DATA).stat().st_mtime

    @contextmanager
    def appending(self, offset: int, *, keeps_parts: bool) -> Iterator["_FileWriter"]:
        with (self._folder / DATA).open("r+b", buffering=0) as file:
            try:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BusyUploadError("bytes of this upload are being received; try again in a moment") from error
            at = file.seek(0, os.SEEK_END)
            if at != offset:
                raise OffsetError(f"expected bytes from {at} on, found some from {offset} on")
            with _undone_if_refused(file, offset, keeps_parts=keeps_parts):
                yield _FileWriter(file)

    def become(self, name: str, size: int, written: int) -> None:
        original = self._originals / self._folder.name / name
        original.parent.parent.mkdir(private.FOLDER_MODE, exist_ok=True)
        original.parent.mkdir(private.FOLDER_MODE, exist_ok=True)
        if not original.exists():
            os.replace(self._folder / DATA, original)
        # When it came here says nothing of when it was recorded: where that is not told it has no date.
        os.utime(original, (time.time(), written))


class _FileWriter:
    """See PieceWriter."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    def write(self, piece: bytes) -> None:
        left = memoryview(piece)
        while left:
            left = left[self._file.write(left) :]

    def flush(self) -> None:
        os.fsync(self._file.fileno())


@contextmanager
def _undone_if_refused(file: FileIO, offset: int, *, keeps_parts: bool) -> Iterator[None]:
    """Cut a file back to ``offset`` if the block raises: for what is refused, else only without ``keeps_parts``."""
    is_whole = False
    try:
        yield
        is_whole = True
    except UsageError:
        keeps_parts = False
        raise
    finally:
        if not is_whole and not keeps_parts:
            file.truncate(offset)
