"""Words of the library that a word may be a slip of."""

import re
from collections.abc import Sequence
from itertools import islice

from passerby.store.postgres import postings
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.narrowing import rows_of_words
from passerby.store.search import Narrow
from passerby.store.words.highlights import AFTER, BEFORE
from passerby.store.words.phrases import match
from passerby.store.words.spelling import SAMPLES, STEMS, is_slip, lengths, near_stems, slip_form
from passerby.store.words.tokenizer import Tokenizer

_MARKED = re.compile(f"{BEFORE}([^{AFTER}]*){AFTER}")


def near_word(db: PostgresDatabase, tokenizer: Tokenizer, word: str, narrow: Narrow) -> str | None:
    """See SearchIndex.near_word."""
    written = slip_form(word)
    if not written:
        return None
    shortest, longest = lengths(written)
    # A slip seldom hits the first letter; so few terms have to be compared.
    terms = [term for term in postings.terms(db, written[0]) if shortest <= len(term) <= longest]
    counts = postings.frequencies(db, list(near_stems(written, terms)))
    stems = islice(sorted(counts, key=lambda term: (-counts[term].tokens, term)), STEMS)
    near = (
        known for stem in stems for known in _as_written(db, tokenizer, stem, narrow.without) if is_slip(written, known)
    )
    return next(near, None)


def _as_written(db: PostgresDatabase, tokenizer: Tokenizer, term: str, without: Sequence[int]) -> list[str]:
    """The words of some moments that the index knows as ``term``, which is their stem."""
    moments = postings.first_moments(db, term, SAMPLES, without)
    rows = sorted(rows_of_words(db, moments))
    marked = tokenizer.marked([row[1:-1] for row in rows], match([term], every=True))
    words = (word for columns in marked.values() for column in columns for word in _MARKED.findall(column))
    return list(dict.fromkeys(words))
