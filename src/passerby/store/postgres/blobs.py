"""Where the files of a library in PostgreSQL lie: in a folder that all its servers see, if one is named."""

import os
import shutil
from pathlib import Path

from passerby.errors import StoreError
from passerby.store.blobs import FOLDERS, Blobs
from passerby.store.files import OwnedKind

PLACE = "PASSERBY_BLOBS"


class PostgresBlobs(Blobs):
    """The files of the library at an address, which ``name`` shows. See Blobs."""

    def __init__(self, name: str) -> None:
        self._name = name

    def path(self, kind: OwnedKind, name: str) -> Path:
        return self._folder() / FOLDERS[kind] / name

    def free_bytes(self) -> int:
        folder = self._folder()
        return shutil.disk_usage(folder if folder.exists() else folder.parent).free

    def _folder(self) -> Path:
        place = os.environ.get(PLACE, "")
        if not place:
            raise StoreError(
                f"{self._name}: a database keeps no files; name a folder for uploads and copies that all "
                f"servers of the library see: {PLACE}=/FOLDER"
            )
        return Path(place).absolute()
