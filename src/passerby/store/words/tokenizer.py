"""Words as the index knows them, cut and stemmed by FTS5 itself, in a database that is in memory only.

A store that has another index asks here, so that it finds what a library of SQLite would find.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Self

from passerby.store import folding
from passerby.store.words.highlights import AFTER, BEFORE
from passerby.store.words.rows import COLUMNS

# porter: "bicycles" finds "bicycle"; remove_diacritics 2: "cafe" finds "café", however it is encoded. Vowels that are
# signs of a word, in the scripts of India and beyond, do not end it.
_TOKENIZER = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
_MARKED = ", ".join(f"highlight(words, {n}, '{BEFORE}', '{AFTER}')" for n in range(len(COLUMNS)))
_COLUMN = "CASE col " + " ".join(f"WHEN '{column}' THEN {n}" for n, column in enumerate(COLUMNS)) + " END"
_INSERT = f"INSERT INTO words VALUES ({', '.join('?' * len(COLUMNS))})"


# One word of a row: the term, the index of the row among those that were given, the index of the column in COLUMNS, and
# the position in it, from 0.
TokenPlace = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class TermPhrase:
    """What is looked for: terms side by side, of which the last one may go on."""

    terms: tuple[str, ...]
    goes_on: bool


class Tokenizer:
    """FTS5's, and what it marks. Not to be shared between threads."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        self._connection.execute(
            f'CREATE VIRTUAL TABLE words USING fts5({", ".join(COLUMNS)}, tokenize = "{_TOKENIZER}")'
        )
        self._connection.execute("CREATE VIRTUAL TABLE tokens USING fts5vocab(words, instance)")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def tokens(self, rows: Sequence[Sequence[str]]) -> list[TokenPlace]:
        """The tokens of rows, each with its COLUMNS as folding.py writes them; ordered."""
        return self._of(rows, f"SELECT term, doc - 1, {_COLUMN}, offset FROM tokens ORDER BY 1, 2, 3, 4")

    def phrase(self, word: str) -> TermPhrase | None:
        """A word or phrase as it is looked for; None where nothing is."""
        written, goes_on = folding.search_form(word)
        if not written:
            return None
        row = [written, *[""] * (len(COLUMNS) - 1)]
        found = self._of([row], "SELECT term FROM tokens ORDER BY offset")
        return TermPhrase(tuple(term for (term,) in found), goes_on)

    def marked(self, rows: Sequence[Sequence[str]], query: str) -> dict[int, Sequence[str]]:
        """The columns of the rows that an FTS5 expression matches, by their index, with its matches marked."""
        sql = f"SELECT rowid, {_MARKED} FROM words WHERE words MATCH ? ORDER BY rowid"
        return {row - 1: columns for row, *columns in self._of(rows, sql, [query])}

    def _of(self, rows: Iterable[Sequence[str]], sql: str, values: Sequence[str] = ()) -> list[Any]:
        """What ``sql`` gives of a table with these rows alone, numbered from 1."""
        with closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN")
            try:
                cursor.executemany(_INSERT, rows)
                return cursor.execute(sql, values).fetchall()
            finally:
                cursor.execute("ROLLBACK")
