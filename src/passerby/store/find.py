"""Finding moments by words (FTS5, BM25), label and video, and saying what was found in them."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal

from passerby.store.database import Database
from passerby.store.words import COLUMNS
from passerby.times import Span

# How much a word counts where it is found, in the order of COLUMNS: what a detector saw before what a classifier
# guessed, and a video's name, which all of its moments share, least.
_WEIGHTS = "10.0, 6.0, 8.0, 8.0, 6.0, 4.0, 1.0"
# What there are too many of to rank all: reading how long one hit is, for BM25, takes a microsecond.
RANKED = 10_000
_TIERS = ("objects", "tags text speech cues people", "name")  # columns, those that count most first
ALIKE = 0.65  # how alike a word and a term must be for the one to be a slip of the other (difflib's ratio)
ALIKE_AS_WRITTEN = 0.85  # the same for a slip in a long ending
SAME_START, STEMS = 5, 10  # letters that its word begins with like it, and how many such words are compared
AROUND = 6  # words told on either side of a match in what is written or said
_BEFORE, _AFTER = "\x02", "\x03"  # mark a match; labels hold no control characters
_KINDS: dict[str, "ReasonKind"] = {
    "objects": "object",
    "tags": "tag",
    "text": "text",
    "speech": "said",
    "cues": "cue",
    "people": "person",
    "name": "name",
}

ReasonKind = Literal["object", "tag", "text", "said", "cue", "person", "name"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a moment is. ``id`` stands for it in this library and is never used again."""

    id: int
    video: str  # id of the video
    number: int  # index of the moment in the video
    span: Span


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a moment answers to words: the label that matched."""

    kind: ReasonKind
    label: str
    score: float | None  # None where the kind has no scores


@dataclass(frozen=True, slots=True)
class Ranked:
    """Ids of moments with their scores, best first."""

    moments: list[tuple[int, float]]
    complete: bool  # whether every moment that answers was compared


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a moment must have besides what is searched for."""

    label: str | None = None  # of an object or a tag, exactly
    videos: Sequence[str] | None = None  # ids
    text: Sequence[str] = ()  # words and phrases that are all on screen
    said: Sequence[str] = ()  # words and phrases that are all said
    seconds: tuple[float, float] | None = None  # some of it lies between these
    recorded: tuple[int | None, int | None] = (None, None)  # its video, from this Unix time on, before this one

    @property
    def words(self) -> list[str]:
        """As FTS5 expressions, all of which must match."""
        in_columns = [
            f"{{{column}}} : ({expression})"
            for column, words in (("text", self.text), ("speech", self.said))
            if (expression := _match(words, every=True))
        ]
        # The words of a label are in the row of every moment that has it: FTS5 leaves out others sooner.
        return [*filter(None, [_match([self.label or ""], every=True)]), *in_columns]


def by_words(db: Database, words: Sequence[str], every: bool, narrow: Narrow, limit: int) -> Ranked:
    """See Store.find_words."""
    query, most = _all(_match(words, every), narrow), max(RANKED, limit)
    chosen = _newest(db, _match(words, every), narrow, most + 1)
    complete = len(chosen) <= most
    if not complete:
        chosen = [moment for expression in _tiers(words, every) for moment in _newest(db, expression, narrow, most)]
    if not chosen:
        return Ranked([], complete)
    # Where all that match are chosen, there is nothing to choose them by again.
    among = "" if complete and _is_by_words(narrow) else "AND +rowid IN (SELECT value FROM json_each(?))"
    rows = db.rows(
        f"SELECT rowid, -bm25(words, {_WEIGHTS}) AS score FROM words "
        f"WHERE words MATCH ? AND rowid BETWEEN ? AND ? {among} ORDER BY score DESC, rowid LIMIT ?",
        [query, min(chosen), max(chosen), *([json.dumps(chosen)] if among else []), limit],
    )
    return Ranked(rows, complete)


def _is_by_words(narrow: Narrow) -> bool:
    """Whether an FTS5 expression says all of it."""
    return replace(narrow, text=(), said=()) == Narrow()


def _tiers(words: Sequence[str], every: bool) -> list[str]:
    """FTS5 expressions that together match what ``words`` match: a rare word, or where a word seldom is, has its own.

    So the few that were seen are not lost among the many that are only in videos of that name.
    """
    if not _match(words, every):
        return [""]  # it is only narrowed
    groups = [words] if every else [[word] for word in words if _match([word], every)]
    return [_among(columns, group) for group in groups for columns in _TIERS]


def _among(columns: str, words: Sequence[str]) -> str:
    """All of ``words``, any of them in these columns."""
    there = f"{{{columns}}} : ({_match(words, every=False)})"
    return there if len(words) == 1 else f"({_match(words, every=True)}) AND {there}"


def _all(expression: str, narrow: Narrow) -> str:
    return " AND ".join(f"({part})" for part in [*filter(None, [expression]), *narrow.words])


def _newest(db: Database, expression: str, narrow: Narrow, most: int | None) -> list[int]:
    """The moments that match an FTS5 expression, or the ``most`` newest of them."""
    query = _all(expression, narrow)
    if not query:
        return []
    with_label, labels = _with_label(narrow.label)
    there, values = _there("rowid", narrow)
    return db.ids(
        f"SELECT rowid AS id FROM words WHERE words MATCH ? {with_label} {there} ORDER BY rowid DESC LIMIT ?",
        [query, *labels, *values, _number(most)],
    )


def by_label(db: Database, label: str, narrow: Narrow, limit: int) -> list[tuple[int, float]]:
    """See Store.find_label."""
    condition, values = _there("moment", narrow)
    if said := " AND ".join(f"({part})" for part in replace(narrow, label=None).words):
        condition += " AND +moment IN (SELECT rowid FROM words WHERE words MATCH ?)"
        values = [*values, said]
    # The best of each table hold the best of both.
    best = [
        f"SELECT * FROM (SELECT moment, max(score) AS best FROM {table} WHERE label = ? {kept} {condition} "
        "GROUP BY moment ORDER BY best DESC, moment LIMIT ?)"
        for table, kept in (("sightings", ""), ("tags", _KEPT))
    ]
    return db.rows(
        f"SELECT moment, max(best) AS score FROM ({' UNION ALL '.join(best)}) "
        "GROUP BY moment ORDER BY score DESC, moment LIMIT ?",
        [*[label, *values, limit] * 2, limit],
    )


def having(db: Database, words: Sequence[str], every: bool, narrow: Narrow) -> set[int]:
    """See Store.moments_with."""
    if words or narrow.text or narrow.said:
        return set(_newest(db, _match(words, every), narrow, None))
    condition, values = _there("moment", narrow)
    moments = "SELECT id AS moment FROM moments" if narrow.label is None else _LABELLED
    labels = [] if narrow.label is None else [narrow.label] * 2
    return set(db.ids(f"SELECT moment AS id FROM ({moments}) WHERE true {condition}", [*labels, *values]))


def is_known(db: Database, word: str) -> bool:
    """See Store.is_known."""
    query = _match([word], every=True)
    return bool(query) and db.value("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", [query]) is not None


def near_word(db: Database, word: str) -> str | None:
    """See Store.near_word."""
    db.rows("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, row)")
    written = word.casefold()
    if not written:
        return None
    first, least, most = written[:1], max(len(written) - 3, 1), len(written) + 2
    # A slip seldom hits the first letter; so few terms have to be compared.
    rows = db.rows(
        "SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?",
        [first, first + chr(sys.maxunicode), least, most],
    )
    found = get_close_matches(written, [term for (term,) in rows], 1, ALIKE)
    return _as_written(db, found[0]) if found else _near_ending(db, written, least)


def _near_ending(db: Database, written: str, least: int) -> str | None:
    """A word whose ending the slip is in: its stem is shorter than ``least``, so it is compared as it is written."""
    begins = written[:SAME_START]
    stems = db.rows(
        "SELECT term FROM temp.vocabulary WHERE term >= ? AND term < ? AND length(term) < ? LIMIT ?",
        [begins, begins + chr(sys.maxunicode), least, STEMS],
    )
    words = {word.casefold(): word for word in (_as_written(db, stem) for (stem,) in stems)}
    found = get_close_matches(written, words, 1, ALIKE_AS_WRITTEN)
    return words[found[0]] if found else None


def _as_written(db: Database, term: str) -> str:
    """A word that the index knows as ``term``, which is its stem."""
    marked = ", ".join(f"highlight(words, {n}, '{_BEFORE}', '{_AFTER}')" for n in range(len(COLUMNS)))
    columns = db.row(f"SELECT {marked} FROM words WHERE words MATCH ? LIMIT 1", [_match([term], every=True)])
    text = next((column for column in columns or () if _BEFORE in column), "")
    return text.partition(_BEFORE)[2].partition(_AFTER)[0] or term


# Tags that nobody has rejected; sightings are made without those.
_KEPT = " AND NOT EXISTS (SELECT 1 FROM rejections WHERE moment = tags.moment AND label = tags.label)"
_LABELLED = f"SELECT moment FROM sightings WHERE label = ? UNION ALL SELECT moment FROM tags WHERE label = ? {_KEPT}"


def _number(limit: int | None) -> int:
    return -1 if limit is None else limit  # SQLite's word for no limit


def _match(words: Sequence[str], every: bool) -> str:
    """An FTS5 expression. In quotes nothing is syntax but the quote itself, which is doubled; it makes a phrase."""
    known = [word for word in words if any(sign.isalnum() for sign in word)]  # an empty phrase matches nothing
    return (" AND " if every else " OR ").join('"' + word.replace('"', '""').replace("\0", " ") + '"' for word in known)


# The + keeps SQLite from asking FTS5 once for each moment of the list.
def _there(column: str, narrow: Narrow) -> tuple[str, list[object]]:
    """A condition on ``column``, a moment's id: the video that it is in, and when."""
    condition, values = "", list[object]()
    if narrow.videos is not None:
        chosen = "SELECT number FROM videos WHERE id IN (SELECT value FROM json_each(?))"
        condition += f" AND +{column} IN (SELECT id FROM moments WHERE video IN ({chosen}))"
        values.append(json.dumps(list(narrow.videos)))
    if narrow.seconds is not None:
        tick = "1.0 * videos.tick_numerator / videos.tick_denominator"
        condition += (
            f" AND +{column} IN (SELECT moments.id FROM moments JOIN videos ON videos.number = moments.video "
            f"WHERE end_pts * {tick} > ? AND start_pts * {tick} < ?)"
        )
        values += narrow.seconds
    for bound, operator in zip(narrow.recorded, (">=", "<"), strict=True):
        if bound is not None:
            dated = f"SELECT number FROM videos WHERE recorded {operator} ?"
            condition += f" AND +{column} IN (SELECT id FROM moments WHERE video IN ({dated}))"
            values.append(bound)
    return condition, values


def _with_label(label: str | None) -> tuple[str, list[object]]:
    """A condition on a row of words."""
    if label is None:
        return "", []
    has = "EXISTS (SELECT 1 FROM {} WHERE moment = words.rowid AND label = ? {})"
    return f" AND ({has.format('sightings', '')} OR {has.format('tags', _KEPT)})", [label, label]


def places(db: Database, moments: Iterable[int]) -> dict[int, Place]:
    """Where the moments with these ids are; one that is gone is left out."""
    rows = db.rows(
        "SELECT moments.id, videos.id, moments.number, start_pts, end_pts FROM moments "
        "JOIN videos ON videos.number = moments.video WHERE moments.id IN (SELECT value FROM json_each(?))",
        [json.dumps(list(moments))],
    )
    return {moment: Place(moment, video, number, Span(start, end)) for moment, video, number, start, end in rows}


def place_at(db: Database, video_id: str, pts: int) -> Place | None:
    """The moment of the video at this time."""
    moment = db.value(
        "SELECT moments.id FROM moments JOIN videos ON videos.number = moments.video "
        "WHERE videos.id = ? AND start_pts <= ? AND end_pts > ? ORDER BY moments.number",
        [video_id, pts, pts],
    )
    return None if moment is None else places(db, [moment]).get(moment)


def with_more_than_objects(db: Database, moments: Iterable[int]) -> set[int]:
    """See Store.with_more_than_objects."""
    told = "tags || text || speech != ''"
    among = "SELECT value FROM json_each(?)"
    return set(db.ids(f"SELECT rowid AS id FROM words WHERE rowid IN ({among}) AND {told}", [json.dumps([*moments])]))


def reasons(db: Database, moments: Iterable[int], words: Sequence[str]) -> dict[int, list[Reason]]:
    """The labels of these moments that any of ``words`` matches, best first within each kind."""
    query = _match(words, every=False)
    ids = json.dumps(list(moments))
    marked = ", ".join(f"highlight(words, {n}, '{_BEFORE}', '{_AFTER}')" for n in range(len(COLUMNS)))
    found: dict[int, list[Reason]] = {}
    if not query:
        return found
    for moment, *columns in db.rows(
        f"SELECT rowid, {marked} FROM words WHERE words MATCH ? AND rowid IN (SELECT value FROM json_each(?))",
        [query, ids],
    ):
        found[moment] = [
            reason
            for column, text in zip(COLUMNS, columns, strict=True)
            for reason in _explained(db, moment, column, text)
        ]
    return found


def _explained(db: Database, moment: int, column: str, text: str) -> list[Reason]:
    lines = [line for line in text.split("\n") if _BEFORE in line or _AFTER in line]
    labels = [_around(line) if column in ("text", "speech") else _plain(line) for line in lines]
    if column == "people":
        return [Reason("person", "person", None)] if labels else []
    reasons = [Reason(_KINDS[column], label, _score(db, moment, column, label)) for label in labels]
    return sorted(reasons, key=lambda reason: -(reason.score or 0.0))


def _plain(line: str) -> str:
    return line.replace(_BEFORE, "").replace(_AFTER, "")


def _around(line: str) -> str:
    """The words around the first match in a line.

    >>> _around("one two three four five six seven eight \\x02nine\\x03 ten eleven twelve")
    '… three four five six seven eight nine ten eleven twelve'
    """
    words = line.split()
    first = next(place for place, word in enumerate(words) if _BEFORE in word)
    start, end = max(first - AROUND, 0), first + AROUND + 1
    return "… " * (start > 0) + _plain(" ".join(words[start:end])) + " …" * (end < len(words))


def _score(db: Database, moment: int, column: str, label: str) -> float | None:
    table = {"objects": "sightings", "tags": "tags"}.get(column)
    if table is None:
        return None
    score = db.value(f"SELECT max(score) FROM {table} WHERE moment = ? AND label = ?", [moment, label])
    return None if score is None else float(score)
