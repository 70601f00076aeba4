"""The folders beside the database, one a kind of file."""

import shutil
from pathlib import Path

from passerby.store.blobs import FOLDERS, Blobs
from passerby.store.files import OwnedKind


class FolderBlobs(Blobs):
    """The files of the library in a folder. See Blobs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, kind: OwnedKind, name: str) -> Path:
        return self._folder.absolute() / FOLDERS[kind] / name

    def free_bytes(self) -> int:
        return shutil.disk_usage(self._folder).free
