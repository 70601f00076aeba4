"""Writing what a finished stage found: all of it and its row in ``results`` in one transaction, or nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from passerby.errors import ForgottenError, StoreError
from passerby.store.records import TABLES
from passerby.store.records.base import RecordTable
from passerby.store.sql import lessons, words
from passerby.store.sql.base import Row, SqlDatabase, SqlTables

MomentIds = Mapping[int, int]  # the index of a moment in its video -> its id
Found = Mapping[str, Sequence[Any]]  # the name of a table -> the records for it
_SILENT = [stage for table in TABLES for stage in table.silent_stages]


def finish_stage(tables: SqlTables, video_id: str, stage: str, key: str, records: Sequence[object]) -> None:
    """Put ``records`` in the place of what this stage gave before. See Sink.finish_stage."""
    found = _by_table(records)
    blobs = any(table.blob and found[table.name] for table in TABLES)
    db = tables.db
    with tables.blobs.writing(video_id) if blobs else db.alone(f"video {video_id}", beside="lessons") as place:
        video = db.value("SELECT number FROM videos WHERE id = ?", [video_id])
        if video is None:
            raise ForgottenError(f"video {video_id[:12]} was forgotten while its stage {stage} was worked on")
        _drop(db, video, stage)
        columns = "INSERT INTO results (video, stage, key) VALUES (?, ?, ?)"
        result = db.insert(columns, [video, stage, key], "number")
        for table in TABLES:
            if table.of == "video":
                _write_of_video(tables, table, video, result, found[table.name])
        moments = _moment_ids(db, video, stage, found)
        for table in TABLES:
            if table.of == "moment" and found[table.name]:
                _write_of_moments(tables, table, video, result, place or "", found[table.name], moments)
        if db.value("SELECT 1 FROM vectors WHERE result = ?", [result]):
            lessons.match(tables, video)
        words.refresh(tables, video)
    tables.blobs.sweep()


def drop_stage(tables: SqlTables, video_id: str, stage: str) -> None:
    """See Sink.drop_stage."""
    db = tables.db
    with db.alone(f"video {video_id}", beside="lessons"):
        video = db.value("SELECT number FROM videos WHERE id = ?", [video_id])
        if video is not None:
            _drop(db, video, stage)
            words.refresh(tables, video)
    tables.blobs.sweep()


def _by_table(records: Sequence[object]) -> Found:
    names = {table.kind: table.name for table in TABLES}
    if unknown := {type(record).__name__ for record in records if type(record) not in names}:
        raise TypeError(f"expected records that a library keeps, found {', '.join(sorted(unknown))}")
    found: dict[str, list[object]] = {table.name: [] for table in TABLES}
    for record in records:
        found[names[type(record)]].append(record)
    return found


def _drop(db: SqlDatabase, video: int, stage: str) -> None:
    """Delete what the stage gave before, with the other stages that hang on moments that go."""
    old = db.value("SELECT number FROM results WHERE video = ? AND stage = ?", [video, stage])
    if db.value("SELECT 1 FROM moments WHERE result = ?", [old]):
        drop_described(db, video)
    db.rows("DELETE FROM results WHERE number = ?", [old])


def drop_described(db: SqlDatabase, video: int) -> None:
    """Delete the results that hang on the video's moments: they must be made again.

    So must those without any row, which may mean "nothing found in any of these moments"; not where no moment matters
    to that nothing is found.
    """
    described, others = (
        " OR ".join(
            f"EXISTS (SELECT 1 FROM {table.name} WHERE result = results.number)"
            for table in TABLES
            if table.of == owner and not table.is_unit
        )
        for owner in ("moment", "video")
    )
    silent = ", ".join("?" * len(_SILENT))
    db.rows(
        f"DELETE FROM results WHERE video = ? AND stage NOT IN ({silent}) AND ({described} OR NOT ({others}))",
        [video, *_SILENT],
    )
    db.rows("UPDATE videos SET status = 'incomplete' WHERE number = ? AND status = 'done'", [video])


def _write_of_video(
    tables: SqlTables, table: RecordTable[Any], video: int, result: int, records: Sequence[Any]
) -> None:
    own = table.is_unit and not tables.layout.has_video
    columns = ["result", *["video"] * own, *["number"] * table.is_numbered, *table.columns]
    rows = [
        (result, *[video] * own, *[number] * table.is_numbered, *_cells(tables, table, record))
        for number, record in enumerate(records)
    ]
    tables.insert(table.name, video, columns, rows)


def _cells(tables: SqlTables, table: RecordTable[Any], record: object) -> Row:
    return tuple(
        tables.layout.vector(cell) if kind == "vector" and isinstance(cell, bytes) else cell
        for cell, kind in zip(table.to_row(record), table.columns.values(), strict=True)
    )


def _moment_ids(db: SqlDatabase, video: int, stage: str, found: Found) -> MomentIds:
    ids: dict[int, int] = dict(db.rows("SELECT number, id FROM moments WHERE video = ?", [video]))
    for table in TABLES:
        for record in found[table.name] if table.of == "moment" else ():
            if record.moment not in ids:
                raise StoreError(
                    f"stage {stage}: expected a moment below {len(ids)}, found {record.moment}: the shots of this "
                    "video were made again meanwhile; run `passerby add` on it again"
                )
    return ids


def _write_of_moments(
    tables: SqlTables,
    table: RecordTable[Any],
    video: int,
    result: int,
    place: str,
    records: Sequence[Any],
    moments: MomentIds,
) -> None:
    if table.shared:
        insert = f"INSERT INTO {table.shared.table} (result, {table.shared.column}) VALUES (?, ?)"
        tables.db.run_many(insert, [(result, text) for text in dict.fromkeys(map(table.shared.text, records))])
    columns = ["moment", "result", *table.columns]
    rows = [(moments[record.moment], result, *_cells(tables, table, record)) for record in records]
    if table.blob:
        leading, cells = tables.blobs.write(place, result, list(map(table.blob, records)))
        columns = [*leading, *columns]
        rows = [(*cell, *row) for cell, row in zip(cells, rows, strict=True)]
    tables.insert(table.name, video, columns, rows)
