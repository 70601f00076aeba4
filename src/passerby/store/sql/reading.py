"""Reading the records of a kind, in the order in which they were written. ``video`` is its number in the database."""

from collections.abc import Iterable
from typing import Any, TypeVar

from passerby.store.records.base import ColumnPart, RecordTable, RecordView
from passerby.store.sql.base import Row, SqlTables

R = TypeVar("R")


def records_of(tables: SqlTables, video: int, source: RecordTable[R] | RecordView[R], stage: str = "") -> list[R]:
    """The records of a kind of the video with this number; those of one stage, if it is named."""
    if isinstance(source, RecordView):
        rows = tables.db.rows(_of_videos(tables, source.table, source.parts), [video, stage])
        return [source.from_row(*row) for row in rows]
    if source.of == "video":
        rows = tables.db.rows(_of_videos(tables, source, map(ColumnPart, source.columns)), [video, stage])
        return [source.from_row(*row) for row in rows]
    order = "moments.number" if source.is_single else f"{source.name}.id"
    rows = tables.db.rows(f"{of_moments(tables, source)} {_of_stage(source)} ORDER BY {order}", [video, stage])
    return [record_from(tables, source, row) for row in rows]


def _of_videos(tables: SqlTables, table: RecordTable[Any], parts: Iterable[ColumnPart]) -> str:
    columns = ", ".join(map(_part, parts))
    order = "" if table.is_single else f"ORDER BY {'result, number' if table.is_numbered else 'id'}"
    return f"SELECT {columns} FROM {table.name} WHERE {tables.layout.of_video} {_of_stage(table)} {order}"


def _of_stage(table: RecordTable[Any]) -> str:
    """Of the stage that is named; all with ""."""
    return f"AND ? IN ('', (SELECT stage FROM results WHERE results.number = {table.name}.result))"


def _part(part: ColumnPart) -> str:
    if part.length is None:
        return part.column
    from_end = f"length({part.column}) + " if part.first < 0 else ""
    first = f"{from_end}{part.first + 1}"  # SQL counts from 1
    return f"substr({part.column}, {first}, {part.length})"


def of_moments(tables: SqlTables, table: RecordTable[Any]) -> str:
    """All records of a video; each row is the index of the moment, the columns, and what is kept elsewhere."""
    name, joined = table.name, _joined(tables, table)
    columns = ["moments.number", *(f"{name}.{column}" for column in table.columns)]
    if table.shared:
        columns.append(f"{table.shared.table}.{table.shared.column}")
        joined += f" JOIN {table.shared.table} ON {table.shared.table}.result = {name}.result"
    if table.blob:
        columns += [column.format(name) for column in tables.blobs.columns]
        joined += tables.blobs.joined.format(name)
    return f"SELECT {', '.join(columns)} FROM moments {joined} WHERE moments.video = ?"


def sizes_of_moments(tables: SqlTables, table: RecordTable[Any]) -> str:
    """The index of each moment of a video that has a record with bytes outside of its row, and how many these are."""
    return f"SELECT moments.number, {tables.blobs.size} FROM moments {_joined(tables, table)} WHERE moments.video = ?"


def _joined(tables: SqlTables, table: RecordTable[Any]) -> str:
    name = table.name
    of_video = f" AND {name}.video = moments.video" if tables.layout.has_video else ""
    return f"JOIN {name} ON {name}.moment = moments.id{of_video}"


def record_from(tables: SqlTables, table: RecordTable[R], row: Row) -> R:
    if not table.blob:
        return table.from_row(*row)
    own = 1 + len(table.columns)
    return table.from_row(*row[:own], tables.blobs.load(*row[own:]))
