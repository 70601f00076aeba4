"""Why moments answer to words: what in them matches."""

import json
from collections.abc import Iterable, Sequence

from passerby.store import folding
from passerby.store.search import Reason, ReasonKind
from passerby.store.sql.base import COLUMNS
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.narrowing import exact_among, is_exact, match
from passerby.store.sqlite.words import AFTER, BEFORE, MARKED_COLUMNS, as_written

MATCH_MARGIN = 6  # words told on either side of a match in what is written or said
_WHOLE = ("text", "speech")  # columns in which what belongs together can go over lines
_KINDS: dict[str, ReasonKind] = {
    "objects": "object",
    "tags": "tag",
    "text": "text",
    "speech": "said",
    "cues": "cue",
    "people": "person",
    "name": "name",
}


def reasons(db: Database, moments: Iterable[int], words: Sequence[str]) -> dict[int, list[Reason]]:
    """The labels of these moments that any of ``words`` matches, best first within each kind."""
    query = match(words, every=False)
    ids = json.dumps(list(moments))
    found: dict[int, list[Reason]] = {}
    if not query:
        return found
    # Where all are asked for to the letter, nothing else explains a hit.
    exact = exact_among(words) if all(is_exact(word) for word in words if folding.search_form(word)[0]) else []
    for moment, *row, kept in db.rows(
        f"SELECT rowid, {MARKED_COLUMNS}, {', '.join(COLUMNS)}, shown FROM words "
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
        if BEFORE in line and (column in _WHOLE or _explains(column, line, exact))
    ]
    labels = [_around(line, written) if column in ("text", "speech") else written for line, written in lines]
    if column == "people":
        return [Reason("person", "person", None)] if labels else []
    reasons = [Reason(_KINDS[column], label, _score(db, moment, column, label)) for label in labels]
    return sorted(reasons, key=lambda reason: -(reason.score or 0.0))


def _explains(column: str, marked: str, exact: list[str]) -> bool:
    """Whether something is marked, and is what was asked for to the letter if that is all that was."""
    if BEFORE not in marked:
        return False
    return not exact or any(folding.holds(json.dumps([phrase]), _plain(marked)) for phrase in exact)


def _lines(told: str) -> list[str]:
    """The lines of a column; a match that goes over more of them is marked in each.

    >>> _lines("a \\x02b\\nc\\x03\\nd")
    ['a \\x02b\\x03', '\\x02c\\x03', 'd']
    """
    lines, is_open = [], False
    for line in told.split("\n"):
        whole = BEFORE * is_open + line
        is_open = whole.rfind(BEFORE) > whole.rfind(AFTER)
        lines.append(whole + AFTER * is_open)
    return lines


def _plain(line: str) -> str:
    return line.replace(BEFORE, "").replace(AFTER, "")


def _around(line: str, written: str) -> str:
    """The words around the first match in a line of the index, as they were ``written``.

    >>> _around("one two three four five six seven eight \\x02nine\\x03 ten eleven", "1 2 3 4 5 6 7 8 IX 10 11")
    '… 3 4 5 6 7 8 IX 10 11'
    """
    first = next(place for place, word in enumerate(line.split(" ")) if BEFORE in word)
    words, at = written.split(" "), folding.places(written)[first]
    start, end = max(at - MATCH_MARGIN, 0), at + MATCH_MARGIN + 1
    return "… " * (start > 0) + " ".join(words[start:end]) + " …" * (end < len(words))


def _score(db: Database, moment: int, column: str, label: str) -> float | None:
    table = {"objects": "sightings", "tags": "tags"}.get(column)
    if table is None:
        return None
    score = db.value(f"SELECT max(score) FROM {table} WHERE moment = ? AND label = ?", [moment, label])
    return None if score is None else float(score)
