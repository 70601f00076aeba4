"""Forgetting a video so that no byte of it is left in the library's folder (law 4).

Deleting its rows is not enough, even with ``secure_delete``. Each of these was seen to leave bytes behind:

- FTS5 keeps the words of deleted rows in its index until its segments are merged: 'optimize' merges all.
- When SQLite balances a B-tree it moves rows between pages and does not clear where they were; ``secure_delete``
  overwrites a row only where it lies when it is deleted. VACUUM writes every page anew.
- The write-ahead log holds older versions of pages until a checkpoint truncates it.
- Thumbnails, the cache of vectors, uploaded originals and redacted copies are files of their own.

The rows go in one transaction, which also notes that bytes may be left. The rest follows it, can be repeated, and
is taken up again by the next process that opens the library if this one is killed. Another process that is reading
an older state keeps the log alive: then the video is gone for everybody who asks from now on, and the bytes of the
log go as soon as that process lets go and the library is opened again.
"""

import time
from contextlib import suppress

from passerby.errors import StoreError
from passerby.store.sql import declined, files, holds, video_rows
from passerby.store.sql.base import Eraser
from passerby.store.sqlite import nearest, packs
from passerby.store.sqlite.database import Database

RETRY_SECONDS = 0.02


class SqliteEraser(Eraser):
    """See Eraser."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def forget(self, video_id: str) -> None:
        forget(self._db, video_id)

    def drop(self, video_id: str) -> None:
        drop(self._db, video_id)

    def kept_elsewhere(self) -> list[str]:
        return []


def forget(db: Database, video_id: str) -> None:
    """See VideoStore.forget."""
    with db.transaction():
        declined.decline(db, video_id)
        _remove(db, video_id)
    finish(db)


def drop(db: Database, video_id: str) -> None:
    """See VideoStore.drop."""
    with db.transaction():
        _remove(db, video_id)
    finish(db)


def _remove(db: Database, video_id: str) -> None:
    holds.require_free(db, video_id)
    db.rows("DELETE FROM videos WHERE number = ?", [video_rows.number_of(db, video_id)])
    db.rows("INSERT INTO words (words) VALUES ('optimize')")
    db.rows("UPDATE state SET value = 1 WHERE name = 'erasing'")


def is_pending(db: Database) -> bool:
    """Whether bytes of a forgotten video may be left."""
    return bool(db.value("SELECT value FROM state WHERE name = 'erasing'"))


def take_up(db: Database) -> None:
    """Finish what was cut short, unless another process is in the way: then a later opening will."""
    with db.not_waiting(), suppress(StoreError):
        if is_pending(db):
            finish(db)
        packs.sweep(db)
        files.sweep(db, db.blobs)
        nearest.sweep(db)


def finish(db: Database) -> None:
    """Remove what is left of forgotten videos. Raises StoreError if another process is in the way."""
    packs.sweep(db)
    files.sweep(db, db.blobs)
    with db.transaction():  # no process is building a cache now, and none will build one with what was forgotten
        nearest.remove_caches(db)
    db.vacuum()
    if not _log_emptied(db):
        raise StoreError(
            f"{db.path}: the video is forgotten, but another process is still reading an older state, so bytes of it "
            "stay in library.db-wal; end that process, then run `passerby doctor`"
        )
    db.rows("UPDATE state SET value = 0 WHERE name = 'erasing'")


def _log_emptied(db: Database) -> bool:
    """Empty the log. SQLite itself waits for readers, but not for another process that is emptying it too."""
    until = time.monotonic() + db.value("PRAGMA busy_timeout") / 1000
    while db.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]:
        if time.monotonic() > until:
            return False
        time.sleep(RETRY_SECONDS)
    return True
