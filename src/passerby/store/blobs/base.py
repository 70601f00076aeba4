"""What can be done with the files of a library, wherever they lie: in a folder, or in object storage.

A file has a name, ``FOLDER/ENTRY`` or ``FOLDER/ENTRY/FILE``. What has a name is whole. Which entries there are to be,
the database knows: each is a row before it is a file (store/files.py), so that nothing is ever left over.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, Protocol

from passerby.files.spool import Spool
from passerby.object_storage.bucket import StoredObject
from passerby.store.files import OwnedKind

BlobKind = OwnedKind | Literal["thumbnails"]
FOLDERS: dict[BlobKind, str] = {
    "thumbnails": "thumbnails",
    "upload": "uploads",
    "original": "originals",
    "copy": "copies",
}
OWNER = "library.json"  # says whose the files are, where that is not told by the folder that they are in


def blob_name(kind: BlobKind, *parts: str) -> str:
    """The name of an entry, or of a file in it."""
    return "/".join((FOLDERS[kind], *parts))


class ReceivedBytes(Protocol):
    """The bytes of an upload, which come piece by piece, to any of several servers."""

    moves_at_once: bool  # whether ``become`` takes no time

    def begin(self, told: str) -> None:
        """Make place for them, and keep what is ``told`` of them."""

    def told(self) -> str:
        """What was told. Raises FileNotFoundError for an upload that is gone, or is being begun."""

    def size(self) -> int:
        """How many bytes are there. Raises FileNotFoundError."""

    def changed(self) -> float:
        """When the last came, seconds since 1970, UTC. Raises FileNotFoundError."""

    def appending(self, offset: int, *, keeps_parts: bool) -> "AbstractContextManager[PieceWriter]":
        """Take in what comes behind the first ``offset`` bytes.

        If the block raises, what has come stays if ``keeps_parts``; after a UsageError, and without it, nothing does.
        Raises BusyUploadError while another request does the same, OffsetError for another offset than the end,
        FileNotFoundError.
        """

    def become(self, name: str, size: int, written: int) -> None:
        """Be the original of this name, all ``size`` bytes of it; ``written`` is when it was written to, 0: not told.

        May be called again after it was cut short. Raises StoreError where bytes are missing.
        """


class PieceWriter(Protocol):
    """Where the bytes of one request go. Every method raises OSError or StoreError."""

    def write(self, piece: bytes) -> None: ...

    def flush(self) -> None:
        """Return when they cannot be lost any more."""


class Blobs(Protocol):
    """The bytes of the files that a library owns; that it owns them, FileStore knows.

    Every method raises StoreError when the place cannot be read or written.
    """

    address: str  # of all of them: a folder, or s3://BUCKET/PREFIX

    def adopt(self, owner: str) -> None:
        """Keep that they are this library's. Raises UsageError for a place that is another's."""

    def require_writable(self, owner: str) -> None:
        """See, before any work, that files can be written, and that they are this library's. Raises as ``adopt``."""

    def location(self, name: str) -> str:
        """Where a file is, as a library keeps the path of a video: an absolute path, or the address of an object."""

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        """What is in a file. Raises FileNotFoundError if there is none."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all, also in the place of one."""

    def making(self, kind: BlobKind, entry: str) -> AbstractContextManager[Path]:
        """A folder on this machine whose files become those of a new entry, after a block that raises nothing."""

    def local(self, name: str, spool: Spool) -> AbstractContextManager[Path]:
        """A file as one on this machine: itself, or a copy that is gone after the block. Raises UnreadableError."""

    def served(self, name: str) -> Path | StoredObject | None:
        """A file to be sent by ranges; None if there is none."""

    def link(self, name: str, seconds: int, file_name: str, kind: str) -> str:
        """An address under which anybody has a file for so long, as a download; "" where there are none."""

    def remove(self, name: str) -> None:
        """Remove a file, or an entry with all in it, older versions as well; nothing there is no error."""

    def entries(self, kind: BlobKind) -> dict[str, int]:
        """All entries of a kind, by their names, with how many bytes each has."""

    def names(self, entry: str) -> dict[str, int]:
        """The files of an entry, by their names, with how many bytes each has; none if it is not there."""

    def unfinished(self) -> list[str]:
        """Files that were begun and are not whole, by their names; none where such are never seen."""

    def free_bytes(self) -> int | None:
        """How much more there is room for; None where that has no end."""

    def received(self, upload: str) -> ReceivedBytes:
        """The bytes of an upload."""
