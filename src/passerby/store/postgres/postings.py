"""Where each term is: one row for a term and a video, with all its places there as numbers.

A place is one number of 64 bits: the id of the moment, the column and the position in it. So a phrase is found by
intersecting sorted arrays, one of them shifted by 1; its terms never stand in two columns, since no column is as long
as there are positions.

The term "", which no text has, is in every moment: its position is how many tokens the moment has.
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from passerby.store.folding import folded
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.words.rows import COLUMNS, IndexedWords
from passerby.store.words.tokenizer import Tokenizer

IdArray = NDArray[np.int64]
TermPlaces = NDArray[np.int64]  # sorted

EVERY_MOMENT = ""  # the term that counts tokens
_POSITION_BITS, _COLUMN_BITS = 21, 3
_MOMENT_SHIFT = _POSITION_BITS + _COLUMN_BITS
_PLACE_BYTES = 8
_LAST_POSITION = (1 << _POSITION_BITS) - 1
# All rows together, as three strings of bytes: a row each would take the driver ten times as long.
_FOUND = (
    "string_agg(places, ''::bytea), string_agg(int8send(video), ''::bytea), "
    "string_agg(int4send(octet_length(places)), ''::bytea)"
)
_LAST_SIGN = "\U0010ffff"


class Posting(NamedTuple):
    """A row of the table, but for its video."""

    term: str
    moments: int  # how many have it
    tokens: int  # how often they have it
    columns: int  # where, one bit each
    places: bytes


class Frequency(NamedTuple):
    """How much there is of a term."""

    moments: int
    tokens: int


class PlacesFound(NamedTuple):
    """The places of a term, sorted, and the videos that they are in."""

    places: TermPlaces
    moments: IdArray  # of each place, and
    videos: IdArray  # the number of its video, in another order


def moments_of(places: TermPlaces) -> IdArray:
    """The moments with these places, each once, in order."""
    moments = places >> _MOMENT_SHIFT
    return moments[np.flatnonzero(np.diff(moments, prepend=-1))]


def each_moment_of(places: TermPlaces) -> IdArray:
    """The moment of each place."""
    return places >> _MOMENT_SHIFT


def columns_of(places: TermPlaces) -> NDArray[np.intp]:
    """The index in COLUMNS of each place."""
    return (places >> _POSITION_BITS) & ((1 << _COLUMN_BITS) - 1)


def lengths_of(places: TermPlaces) -> IdArray:
    """Of places of EVERY_MOMENT: how many tokens each moment has."""
    return places & ((1 << _MOMENT_SHIFT) - 1)


# Writing


def refresh(db: PostgresDatabase, tokenizer: Tokenizer, video: int, words: Mapping[int, IndexedWords]) -> None:
    """Make the postings of a video anew from the words of its moments, as they are written."""
    old: dict[str, bytes] = dict(db.rows("SELECT term, places FROM postings WHERE video = ?", [video]))
    new = rows(tokenizer, words)
    if gone := [*old.keys() - {posting.term for posting in new}]:
        db.rows("DELETE FROM postings WHERE video = ? AND term = ANY(?)", [video, gone])
    db.run_many(
        "INSERT INTO postings (video, term, moments, tokens, columns, places) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (term, video) DO UPDATE SET moments = excluded.moments, tokens = excluded.tokens, "
        "columns = excluded.columns, places = excluded.places",
        [(video, *posting) for posting in new if old.get(posting.term) != posting.places],
    )


def rows(tokenizer: Tokenizer, words: Mapping[int, IndexedWords]) -> list[Posting]:
    """The postings of a video with these words."""
    if not words:
        return []
    ids = np.array(sorted(words), np.int64)
    tokens = tokenizer.tokens([tuple(map(folded, words[moment])) for moment in ids.tolist()])
    row = np.array([token[1] for token in tokens], np.int64)
    column = np.array([token[2] for token in tokens], np.int64)
    position = np.minimum(np.array([token[3] for token in tokens], np.int64), _LAST_POSITION - 1)
    lengths = np.bincount(row, minlength=len(ids))
    every = Posting(EVERY_MOMENT, len(ids), len(tokens), 0, _packed(ids << _MOMENT_SHIFT | lengths))
    if not tokens:
        return [every]
    packed = _packed(ids[row] << _MOMENT_SHIFT | column << _POSITION_BITS | position)
    starts = [0, *(n for n in range(1, len(tokens)) if tokens[n][0] != tokens[n - 1][0])]
    is_new = np.diff(row, prepend=-1) != 0
    is_new[starts] = True
    ends = [*starts[1:], len(tokens)]
    moments = np.add.reduceat(is_new, starts, dtype=np.int64).tolist()
    columns = np.bitwise_or.reduceat(1 << column, starts).tolist()
    return [
        every,
        *(
            Posting(tokens[start][0], count, end - start, bits, packed[_PLACE_BYTES * start : _PLACE_BYTES * end])
            for start, end, count, bits in zip(starts, ends, moments, columns, strict=True)
        ),
    ]


def is_stored(db: PostgresDatabase, tokenizer: Tokenizer, video: int, words: Mapping[int, IndexedWords]) -> bool:
    """Whether a video has the postings of these words, and no others."""
    there = db.rows("SELECT term, moments, tokens, columns, places FROM postings WHERE video = ?", [video])
    return {*starmap(Posting, there)} == {*rows(tokenizer, words)}


def _packed(places: TermPlaces) -> bytes:
    return places.astype("<i8").tobytes()


# Reading


def frequencies(db: PostgresDatabase, terms: Collection[str]) -> dict[str, Frequency]:
    """How much there is of each of these terms, that are somewhere, in the whole library."""
    rows = db.rows(
        "SELECT term, sum(moments), sum(tokens) FROM postings WHERE term = ANY(?) GROUP BY term", [list(terms)]
    )
    return {term: Frequency(int(moments), int(tokens)) for term, moments, tokens in rows}


def places(
    db: PostgresDatabase, terms: Collection[str], condition: str, values: Sequence[object]
) -> dict[str, PlacesFound]:
    """The places of these terms in the videos that a condition of SQL leaves (" AND video IN ...", or "")."""
    rows = db.rows(
        f"SELECT term, {_FOUND} FROM postings WHERE term = ANY(?) {condition} GROUP BY term", [list(terms), *values]
    )
    return {term: _unpacked_rows(*found) for term, *found in rows}


def places_of_longer(db: PostgresDatabase, start: str, condition: str, values: Sequence[object]) -> PlacesFound:
    """The places of all terms that begin with ``start``, as ``places`` gives them."""
    sql = f"SELECT {_FOUND} FROM postings WHERE term >= ? AND term < ? {condition}"
    found = db.row(sql, [start, start + _LAST_SIGN, *values])
    return _unpacked_rows(*(packed or b"" for packed in found or (b"", b"", b"")))


def terms(db: PostgresDatabase, start: str) -> list[str]:
    """All terms that begin with ``start``, one hop in the index for each: there are far fewer than postings."""
    rows = db.rows(
        "WITH RECURSIVE found(term) AS ("
        "(SELECT term FROM postings WHERE term >= ? ORDER BY term LIMIT 1) UNION ALL "
        "SELECT (SELECT term FROM postings WHERE term > found.term AND term < ? ORDER BY term LIMIT 1) FROM found "
        "WHERE found.term IS NOT NULL) SELECT term FROM found WHERE term < ?",
        [start, start + _LAST_SIGN, start + _LAST_SIGN],
    )
    return [term for (term,) in rows]


def first_moments(db: PostgresDatabase, term: str, limit: int, without: Sequence[int] = ()) -> list[int]:
    """The ``limit`` first moments with a term, or fewer; none of the videos with the numbers ``without``."""
    rows = db.rows(
        "SELECT places FROM postings WHERE term = ? AND video <> ALL(?::bigint[]) ORDER BY video LIMIT ?",
        [term, list(without), limit],
    )
    found = np.sort(np.concatenate([np.zeros(0, np.int64), *(_unpacked(packed) for (packed,) in rows)]))
    moments: list[int] = moments_of(found)[:limit].tolist()
    return moments


def side_by_side(found: Sequence[TermPlaces]) -> TermPlaces:
    """Where each term of a phrase, given by its places, follows the one before: the places of the first."""
    starts = found[0]
    for offset, following in enumerate(found[1:], 1):
        starts = np.intersect1d(starts, following - offset, assume_unique=True)
    return starts


def bits_of(columns: Collection[str]) -> int:
    """Columns as a posting has them."""
    return sum(1 << COLUMNS.index(column) for column in columns)


def in_columns(found: TermPlaces, columns: Collection[str]) -> TermPlaces:
    """Those of the places that are in one of these columns."""
    chosen = np.isin(np.arange(1 << _COLUMN_BITS), [COLUMNS.index(column) for column in columns])
    return found[chosen[columns_of(found)]]


def _unpacked_rows(places: bytes, videos: bytes, sizes: bytes) -> PlacesFound:
    """What all rows have together, of one column after the other."""
    found = _unpacked(places)
    of_rows = np.frombuffer(videos, ">i8").astype(np.int64)
    return PlacesFound(
        np.sort(found), each_moment_of(found), of_rows.repeat(np.frombuffer(sizes, ">i4") // _PLACE_BYTES)
    )


def _unpacked(packed: bytes) -> TermPlaces:
    return np.frombuffer(packed, "<i8").astype(np.int64, copy=False)
