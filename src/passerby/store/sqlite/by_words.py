"""Finding moments by words (FTS5, BM25): all that match, or the newest where there are too many to rank."""

import json
from collections.abc import Sequence

from passerby.store import search
from passerby.store.search import Narrow, Ranked
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.narrowing import holding, is_by_words, narrowed, to_the_letter, where, with_label
from passerby.store.words.phrases import exact_among, is_exact, match
from passerby.store.words.rows import COLUMNS, TIERS, WEIGHTS

_WEIGHTS = ", ".join(map(str, WEIGHTS))


def by_words(db: Database, words: Sequence[str], every: bool, narrow: Narrow, limit: int) -> Ranked:
    """See SearchIndex.by_words."""
    query, most = narrowed(match(words, every), narrow), search.RANKED
    chosen = with_words(db, words, every, narrow, most + 1)
    complete = len(chosen) <= most
    if not complete:
        tiers = _tiers(words, every)
        chosen = [moment for tier, exact in tiers for moment in _newest(db, tier, exact, narrow, most)]
    if not chosen:
        return Ranked([], complete)
    # Where all that match are chosen, there is nothing to choose them by again.
    told_by_words = complete and is_by_words(narrow) and not exact_among(words)
    among = "" if told_by_words else "AND +rowid IN (SELECT value FROM json_each(?))"
    rows = db.rows(
        f"SELECT rowid, -bm25(words, {_WEIGHTS}) AS score FROM words "
        f"WHERE words MATCH ? AND rowid BETWEEN ? AND ? {among} ORDER BY score DESC, rowid LIMIT ?",
        [query, min(chosen), max(chosen), *([json.dumps(chosen)] if among else []), limit],
    )
    return Ranked(rows, complete)


def with_words(db: Database, words: Sequence[str], every: bool, narrow: Narrow, limit: int | None) -> list[int]:
    """The ``limit`` newest moments with every one, or any, of ``words``; where there are fewer, or with None, all."""
    exact = exact_among(words)
    if every or not exact:
        return _newest(db, match(words, every), exact, narrow, limit)
    groups = [
        ([word for word in words if not is_exact(word)], []),
        *(([word], [word]) for word in words if is_exact(word)),
    ]
    found = {
        moment
        for some, alone in groups
        if match(some, False)
        for moment in _newest(db, match(some, False), exact_among(alone), narrow, limit)
    }
    return sorted(found, reverse=True)[:limit]


def _tiers(words: Sequence[str], every: bool) -> list[tuple[str, list[str]]]:
    """FTS5 expressions that together match what ``words`` match: a rare word, or where a word seldom is, has its own.

    With each, what must be there to the letter.

    So the few that were seen are not lost among the many that are only in videos of that name.
    """
    if not match(words, every):
        return [("", [])]  # it is only narrowed
    groups = [words] if every else [[word] for word in words if match([word], every)]
    return [(_among(columns, group), exact_among(group)) for group in groups for columns in TIERS]


def _among(columns: Sequence[str], words: Sequence[str]) -> str:
    """All of ``words``, any of them in these columns."""
    there = f"{{{' '.join(columns)}}} : ({match(words, every=False)})"
    return there if len(words) == 1 else f"({match(words, every=True)}) AND {there}"


def _newest(db: Database, expression: str, exact: list[str], narrow: Narrow, limit: int | None) -> list[int]:
    """The moments that match an FTS5 expression and hold some phrases to the letter; the ``limit`` newest of them."""
    query = narrowed(expression, narrow)
    if not query:
        return []
    labelled, labels = with_label(narrow.label)
    place, values = where("rowid", narrow)
    held, phrases = holding([*to_the_letter(narrow), *([(", ".join(COLUMNS), exact)] if exact else [])])
    return db.ids(
        f"SELECT rowid AS id FROM words WHERE words MATCH ? {labelled} {place} {held} ORDER BY rowid DESC LIMIT ?",
        [query, *labels, *values, *phrases, _number(limit)],
    )


def _number(limit: int | None) -> int:
    return -1 if limit is None else limit  # SQLite's word for no limit
