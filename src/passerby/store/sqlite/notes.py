"""What people say of a video, and the words that it changes."""

from collections.abc import Sequence

from passerby.records import Note
from passerby.store.notes import NoteStore
from passerby.store.sqlite import words
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.video_rows import number_of


class SqliteNotes(NoteStore):
    """See NoteStore."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def keep(self, video_id: str, said: Sequence[Note]) -> None:
        video = number_of(self._db, video_id)
        with self._db.transaction():
            for note in said:
                self._db.rows(
                    "DELETE FROM notes WHERE video = ? AND start_pts = ? AND end_pts = ? AND label = ?",
                    [video, note.span.start, note.span.end, note.label],
                )
                self._db.insert(
                    "INSERT INTO notes (video, start_pts, end_pts, label, rejected) VALUES (?, ?, ?, ?, ?)",
                    [video, note.span.start, note.span.end, note.label, int(note.rejected)],
                )
            words.refresh(self._db, video)

    def of(self, video_id: str) -> list[Note]:
        return words.notes_of(self._db, number_of(self._db, video_id))
