"""What people say of a video: labels that fit, and labels that do not. Kept apart from what models say."""

from collections.abc import Sequence

from passerby.records import Note
from passerby.store import words
from passerby.store.database import Database


def keep(db: Database, video: int, said: Sequence[Note]) -> None:
    """Keep notes on a video, by its number, all or none, each in the place of one on the same label and stretch."""
    with db.transaction():
        for note in said:
            db.rows(
                "DELETE FROM notes WHERE video = ? AND start_pts = ? AND end_pts = ? AND label = ?",
                [video, note.span.start, note.span.end, note.label],
            )
            db.insert(
                "INSERT INTO notes (video, start_pts, end_pts, label, rejected) VALUES (?, ?, ?, ?, ?)",
                [video, note.span.start, note.span.end, note.label, int(note.rejected)],
            )
        words.refresh(db, video)
