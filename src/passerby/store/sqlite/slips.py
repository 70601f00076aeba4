"""Words of the library that a word may be a slip of."""

import re
import sys

from passerby.store import folding
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.narrowing import match
from passerby.store.sqlite.words import AFTER, BEFORE, MARKED_COLUMNS

SHORTEST_SLIP = 5  # letters: of shorter words too many others are one letter away
STEMS, SAMPLES = 20, 20  # that are compared with a slip at most, and places of each
_MARKED = re.compile(f"{BEFORE}([^{AFTER}]*){AFTER}")


def near_word(db: Database, word: str) -> str | None:
    """See SearchIndex.near_word."""
    written = folding.folded(word).casefold()
    if len(written) < SHORTEST_SLIP or not written.isalpha():
        return None
    db.rows("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, row)")
    # A slip seldom hits the first letter; so few terms have to be compared. They are stems, shorter than their words.
    first = written[0]
    rows = db.rows(
        "SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ? "
        "ORDER BY cnt DESC",
        [first, first + chr(sys.maxunicode), SHORTEST_SLIP - 2, len(written) + 1],
    )
    stems = [term for (term,) in rows if _begins_nearly_so(written, term)][:STEMS]
    near = (known for stem in stems for known in _as_written(db, stem) if _is_slip(written, known))
    return next(near, None)


def _begins_nearly_so(word: str, stem: str) -> bool:
    return any(_is_near(word[:length], stem) for length in range(len(stem) - 1, len(stem) + 2))


def _is_slip(word: str, known: str) -> bool:
    """Whether a word is written as another, or as one of which that is the plural, but for one letter."""
    right = folding.folded(known).casefold()
    return any(_is_near(word, form) for form in (right, right.removesuffix("s"), right.removesuffix("es")))


def _is_near(one: str, other: str) -> bool:
    """Whether a letter too many, too few or wrong, or two that have changed places, are all that differs.

    >>> [_is_near("botle", other) for other in ("bottle", "bolte", "battle", "botle")]
    [True, True, False, True]
    """
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped


def _as_written(db: Database, term: str) -> list[str]:
    """The words of some moments that the index knows as ``term``, which is their stem."""
    rows = db.rows(
        f"SELECT {MARKED_COLUMNS} FROM words WHERE words MATCH ? LIMIT ?", [match([term], every=True), SAMPLES]
    )
    return list(dict.fromkeys(word for row in rows for column in row for word in _MARKED.findall(column)))
