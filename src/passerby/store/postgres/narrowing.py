"""What moments must have besides words, as conditions of SQL: values are always bound, never written in."""

import json
from collections.abc import Callable, Iterator, Sequence
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
_LABELLED = (("sightings", ""), ("tags", KEPT))
_SLICE = 4096  # moments that are looked at one after the other, newest first, until there are enough
_TICK = "tick_numerator::float8 / tick_denominator"
_BETWEEN = f"end_pts * {_TICK} > ? AND start_pts * {_TICK} < ?"


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
    kept = f" AND {column} <> ALL(?::bigint[])" if narrow.without else ""
    trash: list[object] = [list(narrow.without)] if narrow.without else []
    if not conditions:
        return kept, trash
    numbers = f"SELECT number FROM videos WHERE {' AND '.join(conditions)}"
    # Few that are named are looked for in the index one by one.
    chosen = f" AND {column} {f'IN ({numbers})' if narrow.videos is None else f'= ANY (ARRAY({numbers}))'}"
    return chosen + kept, [*values, *trash]


def of_each(narrow: Narrow) -> Condition:
    """A condition on a row ``asked`` with the columns ``video`` and ``moment``: its label, and when it is.

    To be looked at for each row that is come by: where it is the first condition, see ``some_moments``.
    """
    condition, values = "", list[object]()
    if narrow.label is not None:
        # With a limit, so that the planner does not read all moments with that label instead.
        seen, tagged = (
            f"(SELECT true FROM {table} WHERE {table}.video = asked.video AND {table}.moment = asked.moment "
            f"AND label = ? {kept_} LIMIT 1)"
            for table, kept_ in _LABELLED
        )
        condition += f" AND coalesce({seen}, {tagged}, false)"
        values += [narrow.label, narrow.label]
    if narrow.seconds is not None:
        condition += (
            " AND coalesce((SELECT true FROM moments JOIN videos ON videos.number = moments.video "
            f"WHERE moments.video = asked.video AND moments.id = asked.moment AND {_BETWEEN} LIMIT 1), false)"
        )
        values += narrow.seconds
    return condition, values


def some_moments(db: PostgresDatabase, narrow: Narrow, limit: int | None = None) -> list[int]:
    """The moments that ``narrow`` leaves, but for what it says in words; ``limit`` of them if there are more.

    With a limit, one may be among them twice.
    """
    videos, numbers = in_videos(narrow, "asked.video")
    if narrow.label is None:
        asked, labels = "SELECT video, id AS moment FROM moments", list[object]()
    else:
        several = " UNION " if limit is None else " UNION ALL "
        asked = several.join(f"SELECT video, moment FROM {table} WHERE label = ? {kept_}" for table, kept_ in _LABELLED)
        labels = [narrow.label] * len(_LABELLED)
    condition, values = of_each(replace(narrow, label=None))
    rows = db.rows(
        f"SELECT moment FROM ({asked}) AS asked WHERE true {videos} {condition} LIMIT ?",
        [*labels, *numbers, *values, limit],
    )
    return [moment for (moment,) in rows]


def kept(
    db: PostgresDatabase,
    moments: Sequence[int],
    videos_of: Callable[[Sequence[int]], Sequence[int]],
    narrow: Narrow,
    exact: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> Iterator[int]:
    """Those of ``moments``, in their order, that ``narrow`` leaves, and that hold phrases to the letter in columns.

    ``videos_of`` gives the number of the video of each moment.
    """
    condition, values = of_each(narrow)
    if not condition and not exact:
        yield from moments
        return
    for start in range(0, len(moments), _SLICE):
        some = list(moments[start : start + _SLICE])
        if condition:
            rows = db.rows(
                f"SELECT moment FROM unnest(?::bigint[], ?::bigint[]) AS asked (video, moment) WHERE true {condition}",
                [list(videos_of(some)), some, *values],
            )
            left = {moment for (moment,) in rows}
            some = [moment for moment in some if moment in left]
        yield from (_holding(db, some, exact) if exact else some)


def is_everywhere(narrow: Narrow) -> bool:
    """Whether nothing but words narrows."""
    return replace(narrow, on_screen=(), said=()) == EVERYWHERE


def videos_with(db: PostgresDatabase, moments: Sequence[int]) -> list[int]:
    """The numbers of the videos that these moments are in, by which their parts of a table are found."""
    rows = db.rows("SELECT DISTINCT video FROM moments WHERE id = ANY(?)", [list(moments)])
    return [video for (video,) in rows]


def rows_of_words(db: PostgresDatabase, moments: Sequence[int]) -> list[Row]:
    """The rows of the index of words of these moments: id, COLUMNS, and what is shown of them."""
    columns = ", ".join(("moment", *COLUMNS, "shown"))
    return db.rows(
        f"SELECT {columns} FROM words WHERE video = ANY(?) AND moment = ANY(?)",
        [videos_with(db, moments), list(moments)],
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
