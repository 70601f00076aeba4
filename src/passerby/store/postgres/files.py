"""Files and folders of the library, each a row before it is a file.

What rows went is in the table ``discarded``, by a trigger, until it is removed.
"""

import shutil
import time
from contextlib import suppress
from pathlib import Path

from passerby.errors import StoreError
from passerby.files import private
from passerby.store.blobs import FOLDERS, Blobs
from passerby.store.files import FileStore, OwnedFile, OwnedKind
from passerby.store.postgres.database import PostgresDatabase


class PostgresFiles(FileStore):
    """See FileStore."""

    def __init__(self, db: PostgresDatabase, blobs: Blobs) -> None:
        self._db, self._blobs = db, blobs

    def claim(self, kind: OwnedKind, name: str, video: str = "", size: int = 0, caller: str = "") -> Path:
        whole = self._blobs.path(kind, name)
        self._db.rows(
            "INSERT INTO files (path, kind, video, ready, created, bytes, caller) "
            "VALUES (?, ?, (SELECT number FROM videos WHERE id = ?), 0, ?, ?, ?)",
            [f"{FOLDERS[kind]}/{name}", kind, video, time.time(), size, caller],
        )
        try:
            whole.parent.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{whole.parent}: expected a folder that can be made ({error}); check the disk") from error
        return whole

    def get(self, kind: OwnedKind, name: str) -> OwnedFile | None:
        found = self._find("files.path = ?", f"{FOLDERS[kind]}/{name}")
        return found[0] if found else None

    def all(self, kind: OwnedKind, video: str = "") -> list[OwnedFile]:
        return self._find("kind = ? AND (? = '' OR videos.id = ?)", kind, video, video)

    def finish(self, kind: OwnedKind, name: str, video: str) -> None:
        self._db.rows(
            "UPDATE files SET ready = 1, video = (SELECT number FROM videos WHERE id = ?) WHERE path = ?",
            [video, f"{FOLDERS[kind]}/{name}"],
        )

    def drop(self, kind: OwnedKind, name: str) -> None:
        self._db.rows("DELETE FROM files WHERE path = ?", [f"{FOLDERS[kind]}/{name}"])
        self.sweep()

    def sweep(self) -> None:
        """Remove the files whose rows went."""
        kinds = {folder: kind for kind, folder in FOLDERS.items()}
        for (path,) in self._db.rows("SELECT path FROM discarded"):
            folder, _, name = str(path).partition("/")
            _remove(self._blobs.path(kinds[folder], name))
            self._db.rows("DELETE FROM discarded WHERE path = ?", [path])

    def _find(self, where: str, *values: object) -> list[OwnedFile]:
        rows = self._db.rows(
            "SELECT files.path, kind, coalesce(videos.id, ''), ready, created, bytes, caller FROM files "
            f"LEFT JOIN videos ON videos.number = files.video WHERE {where} ORDER BY files.number DESC",
            values,
        )
        return [
            OwnedFile(path.partition("/")[2], kind, of, bool(ready), *rest) for path, kind, of, ready, *rest in rows
        ]


def _remove(path: Path) -> None:
    """Remove a file or a folder, if it is there. Raises StoreError."""
    try:
        while path.is_dir() and not path.is_symlink():
            with suppress(FileNotFoundError):  # another thread or process is sweeping it too
                shutil.rmtree(path)
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: cannot be removed ({error}); remove it by hand") from error
