"""Words of the library that a word may be a slip of."""

import re
import sys
from itertools import islice

from passerby.store.search import Narrow
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.narrowing import where
from passerby.store.sqlite.words import MARKED_COLUMNS
from passerby.store.words.highlights import AFTER, BEFORE
from passerby.store.words.phrases import match
from passerby.store.words.spelling import SAMPLES, STEMS, is_slip, lengths, near_stems, slip_form

_MARKED = re.compile(f"{BEFORE}([^{AFTER}]*){AFTER}")


def near_word(db: Database, word: str, narrow: Narrow) -> str | None:
    """See SearchIndex.near_word."""
    written = slip_form(word)
    if not written:
        return None
    db.rows("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, row)")
    # A slip seldom hits the first letter; so few terms have to be compared.
    first = written[0]
    rows = db.rows(
        "SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? "
        "ORDER BY cnt DESC",
        [first, first + chr(sys.maxunicode), *lengths(written)],
    )
    stems = islice(near_stems(written, (term for (term,) in rows)), STEMS)
    near = (known for stem in stems for known in _as_written(db, stem, narrow) if is_slip(written, known))
    return next(near, None)


def _as_written(db: Database, term: str, narrow: Narrow) -> list[str]:
    """The words of some moments that the index knows as ``term``, which is their stem."""
    condition, values = where("rowid", narrow)
    rows = db.rows(
        f"SELECT {MARKED_COLUMNS} FROM words WHERE words MATCH ? {condition} LIMIT ?",
        [match([term], every=True), *values, SAMPLES],
    )
    return list(dict.fromkeys(word for row in rows for column in row for word in _MARKED.findall(column)))
