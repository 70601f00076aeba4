"""What people say of a video, and the words that it changes."""

from collections.abc import Sequence

from passerby.records import Note
from passerby.store.notes import NoteStore
from passerby.store.sql import words
from passerby.store.sql.base import SqlTables
from passerby.store.sql.video_rows import number_of


class SqlNotes(NoteStore):
    """See NoteStore."""

    def __init__(self, tables: SqlTables) -> None:
        self._db, self._tables = tables.db, tables

    def keep(self, video_id: str, said: Sequence[Note]) -> None:
        video = number_of(self._db, video_id)
        with self._db.alone(f"video {video_id}"):
            for note in said:
                self._db.rows(
                    "DELETE FROM notes WHERE video = ? AND start_pts = ? AND end_pts = ? AND label = ?",
                    [video, note.span.start, note.span.end, note.label],
                )
                self._db.rows(
                    "INSERT INTO notes (video, start_pts, end_pts, label, rejected) VALUES (?, ?, ?, ?, ?)",
                    [video, note.span.start, note.span.end, note.label, int(note.rejected)],
                )
            words.refresh(self._tables, video)

    def remove(self, video_id: str, said: Note) -> bool:
        video = number_of(self._db, video_id)
        with self._db.alone(f"video {video_id}"):
            if said not in words.notes_of(self._db, video):
                return False
            self._db.rows(
                "DELETE FROM notes WHERE video = ? AND start_pts = ? AND end_pts = ? AND label = ?",
                [video, said.span.start, said.span.end, said.label],
            )
            words.refresh(self._tables, video)
        return True

    def of(self, video_id: str) -> list[Note]:
        return words.notes_of(self._db, number_of(self._db, video_id))
