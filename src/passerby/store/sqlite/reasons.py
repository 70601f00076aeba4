"""Why moments answer to words: what in them matches."""

import json
from collections.abc import Collection, Iterable, Sequence

from passerby.store.search import Reason
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.narrowing import holding
from passerby.store.sqlite.words import MARKED_COLUMNS
from passerby.store.words.highlights import asked_to_the_letter, explained
from passerby.store.words.phrases import match
from passerby.store.words.rows import COLUMNS, as_written


def reasons(db: Database, moments: Iterable[int], words: Sequence[str]) -> dict[int, list[Reason]]:
    """The labels of these moments that any of ``words`` matches, best first within each kind."""
    query, exact = match(words, every=False), asked_to_the_letter(words)
    if not query:
        return {}

    def score(moment: int, column: str, label: str) -> float | None:
        return _score(db, moment, column, label)

    rows = db.rows(
        f"SELECT rowid, {MARKED_COLUMNS}, {', '.join(COLUMNS)}, shown FROM words "
        "WHERE words MATCH ? AND rowid IN (SELECT value FROM json_each(?))",
        [query, json.dumps(list(moments))],
    )
    return {
        moment: explained(moment, row[: len(COLUMNS)], as_written([*row[len(COLUMNS) :], kept]), exact, score)
        for moment, *row, kept in rows
    }


def having_reasons(db: Database, column: str, words: Sequence[str]) -> Collection[int]:
    """The moments that any of ``words`` in a column is a reason for."""
    exact = asked_to_the_letter(words)
    if exact:
        return {moment for word in exact for moment in _matching(db, column, [word], exact=True)}
    return _matching(db, column, words, exact=False) if match(words, every=False) else []


def _matching(db: Database, column: str, words: Sequence[str], *, exact: bool) -> list[int]:
    held, phrases = holding([(column, [*words])] if exact else [])
    rows = f"SELECT rowid AS id FROM words WHERE words MATCH ? {held}"
    return db.ids(rows, [f"{{{column}}} : ({match(words, every=False)})", *phrases])


def _score(db: Database, moment: int, column: str, label: str) -> float | None:
    table = {"objects": "sightings", "tags": "tags"}.get(column)
    if table is None:
        return None
    score = db.value(f"SELECT max(score) FROM {table} WHERE moment = ? AND label = ?", [moment, label])
    return None if score is None else float(score)
