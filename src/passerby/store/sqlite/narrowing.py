"""What is asked for, as expressions of FTS5 and conditions of SQL: values are always bound, never written in."""

import json
from collections.abc import Sequence
from dataclasses import replace

from passerby.store.search import EVERYWHERE, Narrow
from passerby.store.words.phrases import exact_among, match

# Tags that nobody has rejected; sightings are made without those.
KEPT = " AND NOT EXISTS (SELECT 1 FROM rejections WHERE moment = tags.moment AND label = tags.label)"
LABELLED = f"SELECT moment FROM sightings WHERE label = ? UNION ALL SELECT moment FROM tags WHERE label = ? {KEPT}"


# The + keeps SQLite from asking FTS5 once for each moment of the list.
def where(column: str, narrow: Narrow) -> tuple[str, list[object]]:
    """A condition on ``column``, a moment's id: the video that it is in, and when."""
    condition, values = "", list[object]()
    if narrow.videos is not None:
        chosen = "SELECT number FROM videos WHERE id IN (SELECT value FROM json_each(?))"
        condition += f" AND +{column} IN (SELECT id FROM moments WHERE video IN ({chosen}))"
        values.append(json.dumps(list(narrow.videos)))
    if narrow.without:
        condition += f" AND +{column} NOT IN (SELECT id FROM moments WHERE video IN (SELECT value FROM json_each(?)))"
        values.append(json.dumps(list(narrow.without)))
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


def with_label(label: str | None) -> tuple[str, list[object]]:
    """A condition on a row of words."""
    if label is None:
        return "", []
    has = "EXISTS (SELECT 1 FROM {} WHERE moment = words.rowid AND label = ? {})"
    return f" AND ({has.format('sightings', '')} OR {has.format('tags', KEPT)})", [label, label]


def is_by_words(narrow: Narrow) -> bool:
    """Whether an FTS5 expression says all of it."""
    return replace(narrow, on_screen=(), said=()) == EVERYWHERE and not to_the_letter(narrow)


def to_the_letter(narrow: Narrow) -> list[tuple[str, list[str]]]:
    """Columns, and the phrases that they must hold to the letter."""
    return [(column, phrases) for column, words in _in_columns(narrow) if (phrases := exact_among(words))]


def conditions(narrow: Narrow) -> list[str]:
    """FTS5 expressions, all of which must match."""
    in_columns = [
        f"{{{column}}} : ({expression})"
        for column, words in _in_columns(narrow)
        if (expression := match(words, every=True))
    ]
    # The words of a label are in the row of every moment that has it: FTS5 leaves out others sooner.
    return [*filter(None, [match([narrow.label or ""], every=True)]), *in_columns]


def _in_columns(narrow: Narrow) -> tuple[tuple[str, Sequence[str]], ...]:
    return ("text", narrow.on_screen), ("speech", narrow.said)


def narrowed(query: str, narrow: Narrow) -> str:
    """An FTS5 expression, and what ``narrow`` says beside it."""
    return " AND ".join(f"({part})" for part in [*filter(None, [query]), *conditions(narrow)])


def holding(exact: Sequence[tuple[str, list[str]]]) -> tuple[str, list[object]]:
    """A condition on a row of words: that columns hold phrases to the letter."""
    return "".join(f" AND holds(?, {columns})" for columns, _ in exact), [json.dumps(phrases) for _, phrases in exact]
