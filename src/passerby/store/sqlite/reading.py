"""Reading the records of a kind, in the order in which they were written. ``video`` is its number in the database."""

from collections.abc import Iterable
from typing import Any, TypeVar

from passerby.store.records.base import ColumnPart, RecordTable, RecordView
from passerby.store.sqlite import packs
from passerby.store.sqlite.database import Database, Row

R = TypeVar("R")


def records_of(db: Database, video: int, source: RecordTable[R] | RecordView[R], stage: str = "") -> list[R]:
    """The records of a kind of the video with this number; those of one stage, if it is named."""
    if isinstance(source, RecordView):
        rows = db.rows(_of_videos(source.table, source.parts), [video, stage])
        return [source.from_row(*row) for row in rows]
    if source.of == "video":
        rows = db.rows(_of_videos(source, map(ColumnPart, source.columns)), [video, stage])
        return [source.from_row(*row) for row in rows]
    order = "moments.number" if source.is_single else f"{source.name}.id"
    of_stage = f"AND ? IN ('', (SELECT stage FROM results WHERE results.number = {source.name}.result))"
    rows = db.rows(f"{of_moments(source)} {of_stage} ORDER BY {order}", [video, stage])
    return [record_from(db, source, row) for row in rows]


def _of_videos(table: RecordTable[Any], parts: Iterable[ColumnPart]) -> str:
    columns = ", ".join(map(_part, parts))
    order = "" if table.is_single else f"ORDER BY {'result, number' if table.is_numbered else 'id'}"
    results = "SELECT number FROM results WHERE video = ? AND ? IN ('', stage)"
    return f"SELECT {columns} FROM {table.name} WHERE result IN ({results}) {order}"


def _part(part: ColumnPart) -> str:
    if part.length is None:
        return part.column
    first = part.first if part.first < 0 else part.first + 1  # SQL counts from 1
    return f"substr({part.column}, {first}, {part.length})"


def of_moments(table: RecordTable[Any]) -> str:
    """All records of a video; each row is the index of the moment, the columns, and what is kept elsewhere."""
    name = table.name
    columns = ["moments.number", *(f"{name}.{column}" for column in table.columns)]
    joined = f"JOIN {name} ON {name}.moment = moments.id"
    if table.shared:
        columns.append(f"{table.shared.table}.{table.shared.column}")
        joined += f" JOIN {table.shared.table} ON {table.shared.table}.result = {name}.result"
    if table.blob:
        columns += ["packs.file", f"{name}.first_byte", f"{name}.size_bytes"]
        joined += f" JOIN packs ON packs.result = {name}.result"
    return f"SELECT {', '.join(columns)} FROM moments {joined} WHERE moments.video = ?"


def record_from(db: Database, table: RecordTable[R], row: Row) -> R:
    if not table.blob:
        return table.from_row(*row)
    *columns, file, first_byte, size = row
    return table.from_row(*columns, packs.read(db, file, first_byte, size))
