"""The trash as a column of the rows of videos. The words of what is in it are in no index."""

import time

from passerby.errors import ForgottenError
from passerby.records import StoredVideo
from passerby.store.sql import holds, video_rows, words
from passerby.store.sql.base import SqlDatabase, SqlTables
from passerby.store.trash import TrashStore


class SqlTrash(TrashStore):
    """See TrashStore."""

    def __init__(self, tables: SqlTables) -> None:
        self._tables, self._db = tables, tables.db

    def put(self, video_id: str, user: str) -> None:
        with self._db.alone(f"video {video_id}"):
            if video_rows.find(self._db, video_id) is None:
                raise ForgottenError(f"video {video_id[:12]} is not in the library (any more)")
            holds.require_free(self._db, video_id)
            self._db.rows("UPDATE videos SET trashed = ?, trashed_by = ? WHERE id = ?", [time.time(), user, video_id])
            words.refresh_index(self._tables, video_rows.number_of(self._db, video_id))

    def take_out(self, video_id: str) -> None:
        with self._db.alone(f"video {video_id}"):
            found = video_rows.find(self._db, video_id, trashed=True)
            if found is None or found.trashed is None:
                raise ForgottenError(f"video {video_id[:12]} is not in the trash (any more)")
            video_rows.put_back(self._db, video_id)
            words.refresh_index(self._tables, video_rows.number_of(self._db, video_id))

    def all(self) -> list[StoredVideo]:
        return video_rows.in_trash(self._db)


def numbers_in_trash(db: SqlDatabase) -> list[int]:
    """The numbers of the videos in the trash."""
    return [number for (number,) in db.rows("SELECT number FROM videos WHERE trashed IS NOT NULL ORDER BY number")]
