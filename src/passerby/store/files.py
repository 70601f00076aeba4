"""Files and folders of the library that belong to a video: originals that were uploaded, and copies.

Each is noted before it is a file, and is removed with its video (law 4), or because the work on it was not finished. So
nothing is ever left over, whatever is killed when.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

OwnedKind = Literal["upload", "original", "copy"]


@dataclass(frozen=True, slots=True)
class OwnedFile:
    """A file or folder of the library; where it lies, Blobs knows."""

    name: str
    kind: OwnedKind
    video: str  # the id of its video; "" while that is not known
    ready: bool  # whether it is whole
    created: float  # seconds since 1970, UTC
    size: int  # bytes in the end; 0 where that is not known
    caller: str  # who began an upload


class FileStore(Protocol):
    """The files that a library owns."""

    def claim(self, kind: OwnedKind, name: str, video: str = "", size: int = 0, caller: str = "") -> None:
        """Keep that ``name`` (a file or a folder, not there yet) is the library's. Raises StoreError.

        ``size`` is how many bytes long it will be in the end, if that is known; ``caller`` who began an upload.
        """

    def get(self, kind: OwnedKind, name: str) -> OwnedFile | None: ...

    def all(self, kind: OwnedKind, video: str = "") -> list[OwnedFile]:
        """All of a kind, newest first; those of one video, if it is named."""

    def finish(self, kind: OwnedKind, name: str, video: str) -> None:
        """Keep that it is whole, and whose it is."""

    def drop(self, kind: OwnedKind, name: str) -> None:
        """Remove a file or folder, and its row."""
