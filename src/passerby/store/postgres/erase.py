"""Forgetting a video so that no byte of it is left in the files of the database (law 4)."""

from passerby.store.postgres.database import PostgresDatabase
from passerby.store.sql import declined, video_rows
from passerby.store.sql.base import Eraser


class PostgresEraser(Eraser):
    """See Eraser."""

    def __init__(self, db: PostgresDatabase) -> None:
        self._db = db

    def forget(self, video_id: str) -> None:
        with self._db.alone("jobs", f"video {video_id}"):
            declined.decline(self._db, video_id)
            self._remove(video_id)

    def drop(self, video_id: str) -> None:
        with self._db.alone(f"video {video_id}"):
            self._remove(video_id)

    def _remove(self, video_id: str) -> None:
        self._db.rows("DELETE FROM videos WHERE number = ?", [video_rows.number_of(self._db, video_id)])
        self._db.set_state("erasing", 1)
