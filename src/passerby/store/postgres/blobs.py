"""Where the files of a library in PostgreSQL lie: in a folder that all its servers see, if one is named."""

import shutil
from pathlib import Path

from passerby.errors import StoreError
from passerby.store.blobs import FOLDERS, Blobs
from passerby.store.files import OwnedKind
from passerby.store.postgres.database import PostgresDatabase


class PostgresBlobs(Blobs):
    """The files of a library. See Blobs."""

    def __init__(self, db: PostgresDatabase) -> None:
        self._db = db

    def path(self, kind: OwnedKind, name: str) -> Path:
        return self._folder() / FOLDERS[kind] / name

    def free_bytes(self) -> int:
        folder = self._folder()
        return shutil.disk_usage(folder if folder.exists() else folder.parent).free

    def _folder(self) -> Path:
        place = self._db.state("blobs")
        if not place:
            raise StoreError(
                f"{self._db.name}: this library was made without a place for uploads and copies; make one with "
                "--blobs FOLDER, a folder that all its servers see, and copy this one to it"
            )
        return Path(place)
