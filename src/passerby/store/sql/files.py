"""Files and folders of the library, each a row before it is a file.

What rows went is in the table ``discarded``, by a trigger, until it is removed.
"""

import time
from collections.abc import Callable
from typing import get_args

from passerby.store.blobs.base import FOLDERS, Blobs
from passerby.store.files import FileStore, OwnedFile, OwnedKind
from passerby.store.health import Problem
from passerby.store.sql.base import SqlDatabase


class SqlFiles(FileStore):
    """See FileStore. ``blobs`` gives the files themselves, or raises StoreError if there is no place for any."""

    def __init__(self, db: SqlDatabase, blobs: Callable[[], Blobs]) -> None:
        self._db, self._blobs = db, blobs

    def claim(self, kind: OwnedKind, name: str, video: str = "", size: int = 0, caller: str = "") -> None:
        self._blobs()  # or there is no place for it
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
        sweep(self._db, self._blobs())

    def _find(self, where: str, *values: object) -> list[OwnedFile]:
        rows = self._db.rows(
            "SELECT files.path, kind, coalesce(videos.id, ''), ready, created, bytes, caller FROM files "
            f"LEFT JOIN videos ON videos.number = files.video WHERE {where} ORDER BY files.number DESC",
            values,
        )
        return [
            OwnedFile(path.partition("/")[2], kind, of, bool(ready), *rest) for path, kind, of, ready, *rest in rows
        ]


def sweep(db: SqlDatabase, blobs: Blobs) -> None:
    """Remove the files whose rows went."""
    for (path,) in db.rows("SELECT path FROM discarded"):
        blobs.remove(path)
        db.rows("DELETE FROM discarded WHERE path = ?", [path])


def loose(db: SqlDatabase, blobs: Blobs) -> list[Problem]:
    """What lies among the files and belongs to no row."""
    begun = [
        Problem(f"{blobs.location(name)}: was begun and is not whole", "it is given up", repairable=True)
        for name in _unfinished(db, blobs)
    ]
    return begun + [
        Problem(f"{blobs.location(name)}: belongs to no video", "it is removed", repairable=True)
        for name in _orphans(db, blobs)
    ]


def remove_loose(db: SqlDatabase, blobs: Blobs) -> None:
    """Remove what no row names, however it came there."""
    for name in (*_orphans(db, blobs), *_unfinished(db, blobs)):
        blobs.remove(name)


# Both look at the files first: the row of what somebody makes meanwhile is there before it.


def _unfinished(db: SqlDatabase, blobs: Blobs) -> list[str]:
    """The names of what was begun and is not whole, and belongs to no row, which could still be at work on it."""
    begun = blobs.unfinished()
    named = {str(path) for (path,) in db.rows("SELECT path FROM files")} if begun else set()
    return [name for name in begun if "/".join(name.split("/")[:2]) not in named]


def _orphans(db: SqlDatabase, blobs: Blobs) -> list[str]:
    """The names of what lies among such files and no row names, not even as something to be removed."""
    found = [f"{FOLDERS[kind]}/{entry}" for kind in get_args(OwnedKind) for entry in blobs.entries(kind)]
    named = {str(path) for (path,) in db.rows("SELECT path FROM files UNION ALL SELECT path FROM discarded")}
    return sorted(name for name in found if name not in named)
