"""Finding moments by words (FTS5, BM25), label and video, and saying what was found in them."""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from passerby.store import folding
from passerby.store.database import Database
from passerby.store.words import COLUMNS, as_written
from passerby.times import Span

# How much a word counts where it is found, in the order of COLUMNS: what a detector saw before what a classifier
# guessed, and a video's name, which all of its moments share, least.
_WEIGHTS = "10.0, 6.0, 8.0, 8.0, 6.0, 4.0, 1.0"
# What there are too many of to rank all: reading how long one hit is, for BM25, takes a microsecond.
RANKED = 10_000
_TIERS = ("objects", "tags text speech cues people", "name")  # columns, those that count most first
SHORTEST_SLIP = 5  # letters: of shorter words too many others are one letter away
STEMS, SAMPLES = 20, 20  # that are compared with a slip at most, and places of each
AROUND = 6  # words told on either side of a match in what is written or said
_BEFORE, _AFTER = "\x02", "\x03"  # mark a match; labels hold no control characters
_MARKED = re.compile(f"{_BEFORE}([^{_AFTER}]*){_AFTER}")
_WHOLE = ("text", "speech")  # columns in which what belongs together can go over lines
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
    def to_the_letter(self) -> list[tuple[str, list[str]]]:
        """Columns, and the phrases that they must hold to the letter."""
        return [
            (column, exact)
            for column, words in (("text", self.text), ("speech", self.said))
            if (exact := _exact(words))
        ]

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
    chosen = _with_words(db, words, every, narrow, most + 1)
    complete = len(chosen) <= most
    if not complete:
        tiers = _tiers(words, every)
        chosen = [moment for tier, exact in tiers for moment in _newest(db, tier, exact, narrow, most)]
    if not chosen:
        return Ranked([], complete)
    # Where all that match are chosen, there is nothing to choose them by again.
    told_by_words = complete and _is_by_words(narrow) and not _exact(words)
    among = "" if told_by_words else "AND +rowid IN (SELECT value FROM json_each(?))"
    rows = db.rows(
        f"SELECT rowid, -bm25(words, {_WEIGHTS}) AS score FROM words "
        f"WHERE words MATCH ? AND rowid BETWEEN ? AND ? {among} ORDER BY score DESC, rowid LIMIT ?",
        [query, min(chosen), max(chosen), *([json.dumps(chosen)] if among else []), limit],
    )
    return Ranked(rows, complete)


def _is_by_words(narrow: Narrow) -> bool:
    """Whether an FTS5 expression says all of it."""
    return replace(narrow, text=(), said=()) == Narrow() and not narrow.to_the_letter


def _with_words(db: Database, words: Sequence[str], every: bool, narrow: Narrow, most: int | None) -> list[int]:
    """The ``most`` newest moments with every one, or any, of ``words``; where there are fewer, or with None, all."""
    exact = _exact(words)
    if every or not exact:
        return _newest(db, _match(words, every), exact, narrow, most)
    groups = [
        ([word for word in words if not _is_exact(word)], []),
        *(([word], [word]) for word in words if _is_exact(word)),
    ]
    found = {
        moment
        for some, alone in groups
        if _match(some, False)
        for moment in _newest(db, _match(some, False), _exact(alone), narrow, most)
    }
    return sorted(found, reverse=True)[:most]


def _tiers(words: Sequence[str], every: bool) -> list[tuple[str, list[str]]]:
    """FTS5 expressions that together match what ``words`` match: a rare word, or where a word seldom is, has its own.

    With each, what must be there to the letter.

    So the few that were seen are not lost among the many that are only in videos of that name.
    """
    if not _match(words, every):
        return [("", [])]  # it is only narrowed
    groups = [words] if every else [[word] for word in words if _match([word], every)]
    return [(_among(columns, group), _exact(group)) for group in groups for columns in _TIERS]


def _among(columns: str, words: Sequence[str]) -> str:
    """All of ``words``, any of them in these columns."""
    there = f"{{{columns}}} : ({_match(words, every=False)})"
    return there if len(words) == 1 else f"({_match(words, every=True)}) AND {there}"


def _all(expression: str, narrow: Narrow) -> str:
    return " AND ".join(f"({part})" for part in [*filter(None, [expression]), *narrow.words])


def _newest(db: Database, expression: str, exact: list[str], narrow: Narrow, most: int | None) -> list[int]:
    """The moments that match an FTS5 expression and hold some phrases to the letter, or the ``most`` newest of them."""
    query = _all(expression, narrow)
    if not query:
        return []
    with_label, labels = _with_label(narrow.label)
    there, values = _there("rowid", narrow)
    to_the_letter, phrases = _held([*narrow.to_the_letter, *([(", ".join(COLUMNS), exact)] if exact else [])])
    return db.ids(
        f"SELECT rowid AS id FROM words WHERE words MATCH ? {with_label} {there} {to_the_letter} "
        "ORDER BY rowid DESC LIMIT ?",
        [query, *labels, *values, *phrases, _number(most)],
    )


def _held(wanted: Sequence[tuple[str, list[str]]]) -> tuple[str, list[object]]:
    """A condition on a row of words: that columns hold phrases to the letter."""
    return "".join(f" AND holds(?, {columns})" for columns, _ in wanted), [json.dumps(phrases) for _, phrases in wanted]


def by_label(db: Database, label: str, narrow: Narrow, limit: int) -> list[tuple[int, float]]:
    """See Store.find_label."""
    condition, values = _there("moment", narrow)
    if said := " AND ".join(f"({part})" for part in replace(narrow, label=None).words):
        to_the_letter, phrases = _held(narrow.to_the_letter)
        condition += f" AND +moment IN (SELECT rowid FROM words WHERE words MATCH ? {to_the_letter})"
        values = [*values, said, *phrases]
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
        return set(_with_words(db, words, every, narrow, None))
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
    marked = ", ".join(f"highlight(words, {n}, '{_BEFORE}', '{_AFTER}')" for n in range(len(COLUMNS)))
    rows = db.rows(f"SELECT {marked} FROM words WHERE words MATCH ? LIMIT ?", [_match([term], every=True), SAMPLES])
    return list(dict.fromkeys(word for row in rows for column in row for word in _MARKED.findall(column)))


# Tags that nobody has rejected; sightings are made without those.
_KEPT = " AND NOT EXISTS (SELECT 1 FROM rejections WHERE moment = tags.moment AND label = tags.label)"
_LABELLED = f"SELECT moment FROM sightings WHERE label = ? UNION ALL SELECT moment FROM tags WHERE label = ? {_KEPT}"


def _number(limit: int | None) -> int:
    return -1 if limit is None else limit  # SQLite's word for no limit


def _match(words: Sequence[str], every: bool) -> str:
    """An FTS5 expression: of each word, or phrase in quotes, a phrase. In quotes nothing is syntax to FTS5."""
    looked_for = [folding.asked(word) for word in words]  # has no quotes; an empty phrase would match nothing
    phrases = [f'"{written}"' + " *" * goes_on for written, goes_on in looked_for if written]
    return (" AND " if every else " OR ").join(phrases)


def _is_exact(word: str) -> bool:
    return len(word) > 1 and word[0] == word[-1] == '"'


def _exact(words: Iterable[str]) -> list[str]:
    """Those that must be there to the letter."""
    return [word for word in words if _is_exact(word) and folding.asked(word)[0]]


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
    # Where all are asked for to the letter, nothing else explains a hit.
    exact = _exact(words) if all(_is_exact(word) for word in words if folding.asked(word)[0]) else []
    for moment, *row, kept in db.rows(
        f"SELECT rowid, {marked}, {', '.join(COLUMNS)}, shown FROM words "
        "WHERE words MATCH ? AND rowid IN (SELECT value FROM json_each(?))",
        [query, ids],
    ):
        written = as_written([*row[len(COLUMNS) :], kept])
        found[moment] = [
            reason
            for column, told, text in zip(COLUMNS, row, written, strict=False)
            if _explains(column, told, exact)
            for reason in _explained(db, moment, column, told, text, exact)
        ]
    return found


def _explained(db: Database, moment: int, column: str, told: str, text: str, exact: list[str]) -> list[Reason]:
    """Why a column answers, by what of it is marked and how it was written."""
    lines = [
        (line, written)
        for line, written in zip(_lines(told), text.split("\n"), strict=True)
        if _BEFORE in line and (column in _WHOLE or _explains(column, line, exact))
    ]
    labels = [_around(line, written) if column in ("text", "speech") else written for line, written in lines]
    if column == "people":
        return [Reason("person", "person", None)] if labels else []
    reasons = [Reason(_KINDS[column], label, _score(db, moment, column, label)) for label in labels]
    return sorted(reasons, key=lambda reason: -(reason.score or 0.0))


def _explains(column: str, marked: str, exact: list[str]) -> bool:
    """Whether something is marked, and is what was asked for to the letter if that is all that was."""
    if _BEFORE not in marked:
        return False
    return not exact or any(folding.holds(json.dumps([phrase]), _plain(marked)) for phrase in exact)


def _lines(told: str) -> list[str]:
    """The lines of a column; a match that goes over more of them is marked in each.

    >>> _lines("a \\x02b\\nc\\x03\\nd")
    ['a \\x02b\\x03', '\\x02c\\x03', 'd']
    """
    lines, is_open = [], False
    for line in told.split("\n"):
        whole = _BEFORE * is_open + line
        is_open = whole.rfind(_BEFORE) > whole.rfind(_AFTER)
        lines.append(whole + _AFTER * is_open)
    return lines


def _plain(line: str) -> str:
    return line.replace(_BEFORE, "").replace(_AFTER, "")


def _around(line: str, written: str) -> str:
    """The words around the first match in a line of the index, as they were ``written``.

    >>> _around("one two three four five six seven eight \\x02nine\\x03 ten eleven", "1 2 3 4 5 6 7 8 IX 10 11")
    '… 3 4 5 6 7 8 IX 10 11'
    """
    first = next(place for place, word in enumerate(line.split(" ")) if _BEFORE in word)
    words, at = written.split(" "), folding.places(written)[first]
    start, end = max(at - AROUND, 0), at + AROUND + 1
    return "… " * (start > 0) + " ".join(words[start:end]) + " …" * (end < len(words))


def _score(db: Database, moment: int, column: str, label: str) -> float | None:
    table = {"objects": "sightings", "tags": "tags"}.get(column)
    if table is None:
        return None
    score = db.value(f"SELECT max(score) FROM {table} WHERE moment = ? AND label = ?", [moment, label])
    return None if score is None else float(score)
