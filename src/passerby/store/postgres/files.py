"""Files and folders of the library, each a row before it is a file.

What rows went is in the table ``discarded``, by a trigger, until it is removed.
"""

import time

from passerby.store.blobs.base import FOLDERS
from passerby.store.files import FileStore, OwnedFile, OwnedKind
from passerby.store.postgres.blobs import kept_blobs
from passerby.store.postgres.database import PostgresDatabase


class PostgresFiles(FileStore):
    """See FileStore."""

    def __init__(self, db: PostgresDatabase) -> None:
        self._db = db

    def claim(self, kind: OwnedKind, name: str, video: str = "", size: int = 0, caller: str = "") -> None:
        kept_blobs(self._db)  # or there is no place for it
        self._db.rows(
            "INSERT INTO files (path, kind, video, ready, created, bytes, caller) "
            "VALUES (?, ?, (SELECT number FROM videos WHERE id = ?), 0, ?, ?, ?)",
            [f"{FOLDERS[kind]}/{name}", kind, video, time.time(), size, caller],
        )

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
        for (path,) in self._db.rows("SELECT path FROM discarded"):
            kept_blobs(self._db).remove(path)
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
