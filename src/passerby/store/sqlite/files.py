"""Files and folders of the library, each a row before it is a file.

What rows went is in the table ``discarded``, by a trigger, until it is removed.
"""

import time
from typing import get_args

from passerby.store.blobs.base import FOLDERS
from passerby.store.files import FileStore, OwnedFile, OwnedKind
from passerby.store.sqlite.database import Database


class SqliteFiles(FileStore):
    """See FileStore."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def claim(self, kind: OwnedKind, name: str, video: str = "", size: int = 0, caller: str = "") -> None:
        path = f"{FOLDERS[kind]}/{name}"
        self._db.rows(
            "INSERT INTO files (path, kind, video, ready, created, bytes, caller) "
            "VALUES (?, ?, (SELECT number FROM videos WHERE id = ?), 0, ?, ?, ?)",
            [path, kind, video, time.time(), size, caller],
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
        sweep(self._db)

    def _find(self, where: str, *values: object) -> list[OwnedFile]:
        rows = self._db.rows(
            "SELECT files.path, kind, coalesce(videos.id, ''), ready, created, bytes, caller FROM files "
            f"LEFT JOIN videos ON videos.number = files.video WHERE {where} ORDER BY files.number DESC",
            values,
        )
        return [
            OwnedFile(path.partition("/")[2], kind, of, bool(ready), *rest) for path, kind, of, ready, *rest in rows
        ]


def unfinished(db: Database) -> list[str]:
    """The names of what was begun and is not whole, and belongs to no row, which could still be at work on it."""
    begun = db.blobs.unfinished()
    named = {str(path) for (path,) in db.rows("SELECT path FROM files")} if begun else set()
    return [name for name in begun if "/".join(name.split("/")[:2]) not in named]


def orphans(db: Database) -> list[str]:
    """The names of what lies among such files and no row names, not even as something to be removed."""
    named = {str(path) for (path,) in db.rows("SELECT path FROM files UNION ALL SELECT path FROM discarded")}
    found = [f"{FOLDERS[kind]}/{entry}" for kind in get_args(OwnedKind) for entry in db.blobs.entries(kind)]
    return sorted(name for name in found if name not in named)


def remove_orphans(db: Database) -> None:
    """Remove what no row names, however it came there. To be called within a transaction."""
    for name in (*orphans(db), *unfinished(db)):
        db.blobs.remove(name)


def sweep(db: Database) -> None:
    """Remove the files whose rows went."""
    for (path,) in db.rows("SELECT path FROM discarded"):
        db.blobs.remove(path)
        db.rows("DELETE FROM discarded WHERE path = ?", [path])
