"""Where the bytes of a library's own files lie: uploads, originals that were uploaded, and copies."""

from pathlib import Path
from typing import Protocol

from passerby.store.files import OwnedKind

FOLDERS: dict[OwnedKind, str] = {"upload": "uploads", "original": "originals", "copy": "copies"}


class Blobs(Protocol):
    """The bytes of the files that a library owns; that it owns them, FileStore knows."""

    def path(self, kind: OwnedKind, name: str) -> Path:
        """Where a file or folder of the library is on this machine, or will be; absolute."""

    def free_bytes(self) -> int:
        """How much more there is room for."""
