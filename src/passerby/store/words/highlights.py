"""Why a moment answers to words: what in its row is marked as a match, as it was written."""

import json
from collections.abc import Callable, Iterable, Sequence

from passerby.store import folding
from passerby.store.search import Reason
from passerby.store.words.phrases import exact_among, is_exact
from passerby.store.words.rows import COLUMNS, KINDS, IndexedWords

BEFORE, AFTER = "\x02", "\x03"  # mark a match; labels hold no control characters
MATCH_MARGIN = 6  # words told on either side of a match in what is written or said
# The score of a label of a moment, that is in a column; None where the column has none.
ScoreOf = Callable[[int, str, str], float | None]
_WHOLE = ("text", "speech")  # columns in which what belongs together can go over lines


def asked_to_the_letter(words: Iterable[str]) -> list[str]:
    """What explains a hit where all words are asked for to the letter; nothing where some are not."""
    asked = [word for word in words if folding.search_form(word)[0]]
    return exact_among(asked) if all(is_exact(word) for word in asked) else []


def explained(
    moment: int, marked: Sequence[str], written: IndexedWords, exact: Sequence[str], score: ScoreOf
) -> list[Reason]:
    """Why a moment answers, by its columns as they are ``marked`` (with BEFORE and AFTER) and as they were written."""
    return [
        reason
        for column, told, text in zip(COLUMNS, marked, written, strict=True)
        if _explains(column, told, exact)
        for reason in _of_column(moment, column, told, text, exact, score)
    ]


def _of_column(moment: int, column: str, told: str, text: str, exact: Sequence[str], score: ScoreOf) -> list[Reason]:
    lines = [
        (line, written)
        for line, written in zip(_lines(told), text.split("\n"), strict=True)
        if BEFORE in line and (column in _WHOLE or _explains(column, line, exact))
    ]
    labels = [_around(line, written) if column in ("text", "speech", "name") else written for line, written in lines]
    if column == "people":
        return [Reason("person", "person", None)] if labels else []
    reasons = [Reason(KINDS[column], label, score(moment, column, label)) for label in labels]
    return sorted(reasons, key=lambda reason: -(reason.score or 0.0))


def _explains(column: str, marked: str, exact: Sequence[str]) -> bool:
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
