"""The chapters of videos, as rows."""

from passerby.store.chapters import Chapter, ChapterStore
from passerby.store.sql.base import SqlDatabase
from passerby.store.sql.video_rows import number_of


class SqlChapters(ChapterStore):
    """See ChapterStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def put(self, video_id: str, chapter: Chapter) -> None:
        video = number_of(self._db, video_id)
        with self._db.alone(f"video {video_id}"):
            self._remove(video, chapter.start)
            self._db.rows(
                'INSERT INTO chapters (video, start_pts, name, "user") VALUES (?, ?, ?, ?)',
                [video, chapter.start, chapter.name, chapter.user],
            )

    def remove(self, video_id: str, start: int) -> bool:
        video = number_of(self._db, video_id)
        with self._db.alone(f"video {video_id}"):
            known = self._db.row("SELECT name FROM chapters WHERE video = ? AND start_pts = ?", [video, start])
            self._remove(video, start)
        return known is not None

    def of(self, video_id: str) -> list[Chapter]:
        rows = self._db.rows(
            'SELECT start_pts, name, "user" FROM chapters WHERE video = ? ORDER BY start_pts',
            [number_of(self._db, video_id)],
        )
        return [Chapter(*row) for row in rows]

    def _remove(self, video: int, start: int) -> None:
        self._db.rows("DELETE FROM chapters WHERE video = ? AND start_pts = ?", [video, start])
