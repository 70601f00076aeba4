"""Lines of the transcript that people have put right, and the words that it changes."""

from passerby.store.corrections import Correction, CorrectionStore
from passerby.store.sql import words
from passerby.store.sql.base import SqlTables
from passerby.store.sql.video_rows import number_of
from passerby.times import Span


class SqlCorrections(CorrectionStore):
    """See CorrectionStore."""

    def __init__(self, tables: SqlTables) -> None:
        self._db, self._tables = tables.db, tables

    def put(self, video_id: str, correction: Correction) -> None:
        video, span = number_of(self._db, video_id), correction.span
        with self._db.alone(f"video {video_id}"):
            self._remove(video, span)
            self._db.rows(
                'INSERT INTO corrections (video, start_pts, end_pts, text, "user", changed) VALUES (?, ?, ?, ?, ?, ?)',
                [video, span.start, span.end, correction.text, correction.user, correction.changed],
            )
            words.refresh(self._tables, video)

    def remove(self, video_id: str, span: Span) -> bool:
        video = number_of(self._db, video_id)
        with self._db.alone(f"video {video_id}"):
            if span not in [correction.span for correction in words.corrections_of(self._db, video)]:
                return False
            self._remove(video, span)
            words.refresh(self._tables, video)
        return True

    def of(self, video_id: str) -> list[Correction]:
        return words.corrections_of(self._db, number_of(self._db, video_id))

    def _remove(self, video: int, span: Span) -> None:
        self._db.rows(
            "DELETE FROM corrections WHERE video = ? AND start_pts = ? AND end_pts = ?", [video, span.start, span.end]
        )
