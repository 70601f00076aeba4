"""The words of moments as rows, as searches look for them (folding.py), and where each word is (postings.py)."""

from collections.abc import Iterable, Sequence
from functools import cached_property

from passerby.store.folding import folded, original_spelling
from passerby.store.postgres import postings
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.sql.base import WordTable
from passerby.store.words.rows import COLUMNS, IndexedWords, as_written
from passerby.store.words.tokenizer import Tokenizer

_COLUMNS = ", ".join((*COLUMNS, "shown"))


class PostgresWords(WordTable):
    """See WordTable."""

    def __init__(self, db: PostgresDatabase) -> None:
        self._db = db

    def stored(self, video: int) -> dict[int, IndexedWords]:
        rows = self._db.rows(f"SELECT moment, {_COLUMNS} FROM words WHERE video = ?", [video])
        return {moment: as_written(columns) for moment, *columns in rows}

    def replace(self, video: int, gone: Iterable[int], new: Sequence[tuple[int, IndexedWords]]) -> None:
        self._db.rows("DELETE FROM words WHERE video = ? AND moment = ANY(?)", [video, list(gone)])
        self._db.run_many(
            f"INSERT INTO words (video, moment, {_COLUMNS}) VALUES (?, ?, {', '.join('?' * (len(COLUMNS) + 1))})",
            [(video, moment, *map(folded, words), original_spelling(words)) for moment, words in new],
        )
        if new or gone:
            self.index(video)
        else:  # all moments of the video may have gone, and their rows with them
            self._db.rows(
                "DELETE FROM postings WHERE video = ? AND NOT EXISTS (SELECT FROM words WHERE video = ?)",
                [video, video],
            )

    def index(self, video: int) -> None:
        """Make the postings of a video what its rows say; within a transaction."""
        postings.refresh(self._db, self._tokenizer, video, self.stored(video))

    def is_indexed(self, video: int) -> bool:
        """Whether they are."""
        return postings.is_stored(self._db, self._tokenizer, video, self.stored(video))

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer()
