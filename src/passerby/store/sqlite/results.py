"""Writing what a finished stage found: all of it and its row in ``results`` in one transaction, or nothing."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from passerby.errors import ForgottenError, StoreError
from passerby.store.records import TABLES
from passerby.store.records.base import RecordTable
from passerby.store.sqlite import lessons, packs, words
from passerby.store.sqlite.database import Database

MomentIds = Mapping[int, int]  # the index of a moment in its video -> its id
Found = Mapping[str, Sequence[Any]]  # the name of a table -> the records for it
_SILENT = [stage for table in TABLES for stage in table.silent_stages]


def finish_stage(db: Database, video_id: str, stage: str, key: str, records: Sequence[object]) -> None:
    """Put ``records`` in the place of what this stage gave before. See Sink.finish_stage."""
    found = _by_table(records)
    blobs = any(table.blob and found[table.name] for table in TABLES)
    with packs.writing(db, video_id) if blobs else db.transaction() as pack:
        video = db.value("SELECT number FROM videos WHERE id = ?", [video_id])
        if video is None:
            raise ForgottenError(f"video {video_id[:12]} was forgotten while its stage {stage} was worked on")
        _drop(db, video, stage)
        result = db.insert("INSERT INTO results (video, stage, key) VALUES (?, ?, ?)", [video, stage, key])
        for table in TABLES:
            if table.of == "video":
                _write_of_video(db, table, video, result, found[table.name])
        moments = _moment_ids(db, video, stage, found)
        for table in TABLES:
            if table.of == "moment" and found[table.name]:
                _write_of_moments(db, table, result, pack, found[table.name], moments)
        if db.value("SELECT 1 FROM vectors WHERE result = ?", [result]):
            lessons.match(db, video)
        words.refresh(db, video)
    packs.sweep(db)


def drop_stage(db: Database, video_id: str, stage: str) -> None:
    """See Sink.drop_stage."""
    with db.transaction():
        video = db.value("SELECT number FROM videos WHERE id = ?", [video_id])
        if video is not None:
            _drop(db, video, stage)
            words.refresh(db, video)
    packs.sweep(db)


def _by_table(records: Sequence[object]) -> Found:
    names = {table.kind: table.name for table in TABLES}
    if unknown := {type(record).__name__ for record in records if type(record) not in names}:
        raise TypeError(f"expected records that a library keeps, found {', '.join(sorted(unknown))}")
    found: dict[str, list[object]] = {table.name: [] for table in TABLES}
    for record in records:
        found[names[type(record)]].append(record)
    return found


def _drop(db: Database, video: int, stage: str) -> None:
    """Delete what the stage gave before, with the other stages that hang on moments that go."""
    old = db.value("SELECT number FROM results WHERE video = ? AND stage = ?", [video, stage])
    if db.value("SELECT 1 FROM moments WHERE result = ?", [old]):
        drop_described(db, video)
    db.rows("DELETE FROM results WHERE number = ?", [old])


def drop_described(db: Database, video: int) -> None:
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


def _write_of_video(db: Database, table: RecordTable[Any], video: int, result: int, records: Sequence[Any]) -> None:
    owner = ["result", *["video"] * table.is_unit, *["number"] * table.is_numbered]
    db.run_many(
        _insert(table, owner),
        [
            (result, *[video] * table.is_unit, *[number] * table.is_numbered, *table.to_row(record))
            for number, record in enumerate(records)
        ],
    )


def _moment_ids(db: Database, video: int, stage: str, found: Found) -> MomentIds:
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
    db: Database, table: RecordTable[Any], result: int, pack: str | None, records: Sequence[Any], moments: MomentIds
) -> None:
    if table.shared:
        for text in dict.fromkeys(map(table.shared.text, records)):
            db.insert(f"INSERT INTO {table.shared.table} (result, {table.shared.column}) VALUES (?, ?)", [result, text])
    rows = [(moments[record.moment], result, *table.to_row(record)) for record in records]
    owner = ["moment", "result"]
    if table.blob and pack:
        blobs = list(map(table.blob, records))
        packs.write(db, pack, blobs)
        db.insert("INSERT INTO packs (result, file) VALUES (?, ?)", [result, pack])
        starts = accumulate(map(len, blobs), initial=0)
        rows = [(start, len(blob), *row) for start, blob, row in zip(starts, blobs, rows, strict=False)]
        owner = ["first_byte", "size_bytes", *owner]
    db.run_many(_insert(table, owner), rows)


def _insert(table: RecordTable[Any], owner: Sequence[str]) -> str:
    columns = [*owner, *table.columns]
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
