"""Where the files of a library in PostgreSQL lie: in a folder that all its servers see, if one is named."""

import shutil
from pathlib import Path

from passerby.errors import StoreError
from passerby.store.blobs import FOLDERS, Blobs
from passerby.store.files import OwnedKind


class PostgresBlobs(Blobs):
    """The files of the library that is called ``name``, at ``place``; empty: it has none. See Blobs."""

    def __init__(self, name: str, place: str) -> None:
        self._name, self._place = name, place

    def path(self, kind: OwnedKind, name: str) -> Path:
        return self._folder() / FOLDERS[kind] / name

    def free_bytes(self) -> int:
        folder = self._folder()
        return shutil.disk_usage(folder if folder.exists() else folder.parent).free

    def _folder(self) -> Path:
        if not self._place:
            raise StoreError(
                f"{self._name}: this library was made without a place for uploads and copies; make one with "
                "--blobs FOLDER, a folder that all its servers see, and copy this one to it"
            )
        return Path(self._place)
