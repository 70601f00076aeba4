"""The words of moments in a table of FTS5, as searches look for them (folding.py)."""

from collections.abc import Iterable, Sequence

from passerby.store.folding import folded, original_spelling
from passerby.store.sql.base import WordTable
from passerby.store.sqlite.database import Database
from passerby.store.words.highlights import AFTER, BEFORE
from passerby.store.words.rows import COLUMNS, IndexedWords, as_written

MARKED_COLUMNS = ", ".join(f"highlight(words, {n}, '{BEFORE}', '{AFTER}')" for n in range(len(COLUMNS)))


class FtsWords(WordTable):
    """See WordTable."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def stored(self, video: int) -> dict[int, IndexedWords]:
        of_video = "rowid IN (SELECT id FROM moments WHERE video = ?)"
        rows = self._db.rows(f"SELECT rowid, {', '.join(COLUMNS)}, shown FROM words WHERE {of_video}", [video])
        return {moment: as_written(columns) for moment, *columns in rows}

    def replace(self, video: int, gone: Iterable[int], new: Sequence[tuple[int, IndexedWords]]) -> None:
        self._db.run_many("DELETE FROM words WHERE rowid = ?", [(moment,) for moment in gone])
        self._db.run_many(
            f"INSERT INTO words (rowid, {', '.join(COLUMNS)}, shown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(moment, *map(folded, words), original_spelling(words)) for moment, words in new],
        )
