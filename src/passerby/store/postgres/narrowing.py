"""What moments must have besides words, as conditions of SQL: values are always bound, never written in."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from passerby.store import folding
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.search import EVERYWHERE, Narrow
from passerby.store.sql.base import Row
from passerby.store.words.rows import COLUMNS

Condition = tuple[str, list[object]]  # what follows a WHERE, from its AND on, and its values
# Tags that nobody has rejected; sightings are made without those.
KEPT = (
    " AND NOT EXISTS (SELECT 1 FROM rejections WHERE rejections.video = tags.video "
    "AND rejections.moment = tags.moment AND rejections.label = tags.label)"
)
_SLICE = 4096  # moments that are looked at one after the other, newest first, until there are enough


def in_videos(narrow: Narrow, column: str = "video") -> Condition:
    """A condition on the number of a video: which, and when it was recorded."""
    conditions, values = list[str](), list[object]()
    if narrow.videos is not None:
        conditions.append("id = ANY(?)")
        values.append(list(narrow.videos))
    for bound, operator in zip(narrow.recorded, (">=", "<"), strict=True):
        if bound is not None:
            conditions.append(f"recorded {operator} ?")
            values.append(bound)
    if not conditions:
        return "", []
    return f" AND {column} IN (SELECT number FROM videos WHERE {' AND '.join(conditions)})", values


def of_moments(narrow: Narrow) -> Condition:
    """A condition on a row of moments: its label, and when it is."""
    condition, values = "", list[object]()
    if narrow.label is not None:
        has = "EXISTS (SELECT 1 FROM {0} WHERE {0}.video = moments.video AND {0}.moment = moments.id AND label = ? {1})"
        condition += f" AND ({has.format('sightings', '')} OR {has.format('tags', KEPT)})"
        values += [narrow.label, narrow.label]
    if narrow.seconds is not None:
        tick = "tick_numerator::float8 / tick_denominator"
        condition += (
            " AND EXISTS (SELECT 1 FROM videos WHERE number = moments.video "
            f"AND end_pts * {tick} > ? AND start_pts * {tick} < ?)"
        )
        values += narrow.seconds
    return condition, values


def kept(
    db: PostgresDatabase, moments: Sequence[int], narrow: Narrow, exact: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> Iterator[int]:
    """Those of ``moments``, in their order, that ``narrow`` leaves, and that hold phrases to the letter in columns."""
    condition, values = of_moments(narrow)
    if not condition and not exact:
        yield from moments
        return
    for start in range(0, len(moments), _SLICE):
        some = list(moments[start : start + _SLICE])
        if condition:
            rows = db.rows(f"SELECT id FROM moments WHERE id = ANY(?) {condition}", [some, *values])
            left = {moment for (moment,) in rows}
            some = [moment for moment in some if moment in left]
        yield from (_holding(db, some, exact) if exact else some)


def is_everywhere(narrow: Narrow) -> bool:
    """Whether nothing but words narrows."""
    return replace(narrow, on_screen=(), said=()) == EVERYWHERE


def videos_of(db: PostgresDatabase, moments: Sequence[int]) -> list[int]:
    """The numbers of the videos that these moments are in, by which their parts of a table are found."""
    rows = db.rows("SELECT DISTINCT video FROM moments WHERE id = ANY(?)", [list(moments)])
    return [video for (video,) in rows]


def rows_of_words(db: PostgresDatabase, moments: Sequence[int]) -> list[Row]:
    """The rows of the index of words of these moments: id, COLUMNS, and what is shown of them."""
    columns = ", ".join(("moment", *COLUMNS, "shown"))
    return db.rows(
        f"SELECT {columns} FROM words WHERE video = ANY(?) AND moment = ANY(?)",
        [videos_of(db, moments), list(moments)],
    )


def _holding(
    db: PostgresDatabase, moments: Sequence[int], exact: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> Iterator[int]:
    rows = {moment: dict(zip(COLUMNS, columns, strict=True)) for moment, *columns, _ in rows_of_words(db, moments)}
    for moment in moments:
        words = rows.get(moment)
        if words and all(
            folding.holds(json.dumps(list(phrases)), *(words[column] for column in columns))
            for columns, phrases in exact
        ):
            yield moment
