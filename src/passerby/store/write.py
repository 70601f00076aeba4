"""Writing what a finished stage found: all of it and its row in ``results`` in one transaction, or nothing."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeVar

from passerby.errors import ForgottenError, StoreError
from passerby.records import (
    Cue,
    Moment,
    MomentLook,
    MomentMeaning,
    MomentVector,
    PeopleMasks,
    ScreenText,
    Shot,
    Tag,
    Thumbnail,
    Track,
    Utterance,
)
from passerby.store import packs, taught, words
from passerby.store.blobs import pack
from passerby.store.database import Database

Record = (
    Shot
    | Cue
    | Moment
    | Track
    | PeopleMasks
    | ScreenText
    | Utterance
    | Tag
    | MomentVector
    | MomentMeaning
    | MomentLook
    | Thumbnail
)
MomentIds = Mapping[int, int]  # the index of a moment in its video -> its id
_R = TypeVar("_R")
SPEECH = "speech"  # the stage that says nothing of moments


def kept(records: Sequence[object]) -> list[Record]:
    """The same records. Raises TypeError for a record of a kind that no library keeps."""
    known = [record for record in records if isinstance(record, Record)]
    if len(known) < len(records):
        unknown = {type(record).__name__ for record in records if not isinstance(record, Record)}
        raise TypeError(f"expected records that a library keeps, found {', '.join(sorted(unknown))}")
    return known


def finish_stage(db: Database, video_id: str, stage: str, key: str, records: Sequence[Record]) -> None:
    """Put ``records`` in the place of what this stage gave before. See Store.finish_stage."""
    with packs.writing(db, video_id) if _of(records, Thumbnail) else db.transaction() as pack:
        video = db.value("SELECT number FROM videos WHERE id = ?", [video_id])
        if video is None:
            raise ForgottenError(f"video {video_id[:12]} was forgotten while its stage {stage} was worked on")
        _drop(db, video, stage)
        result = db.insert("INSERT INTO results (video, stage, key) VALUES (?, ?, ?)", [video, stage, key])
        _write_timeline(db, video, result, records)
        _write_objects(db, result, records)
        _write_language(db, result, records)
        moments = _moment_ids(db, video, stage, records)
        _write_descriptions(db, result, records, moments)
        if pack:
            _write_thumbnails(db, result, pack, _of(records, Thumbnail), moments)
        if _of(records, MomentVector):
            taught.match(db, video)
        words.refresh(db, video)
    packs.sweep(db)


def _drop(db: Database, video: int, stage: str) -> None:
    """Delete what the stage gave before, with the other stages that hang on moments that go."""
    old = db.value("SELECT number FROM results WHERE video = ? AND stage = ?", [video, stage])
    if db.value("SELECT 1 FROM moments WHERE result = ?", [old]):
        drop_described(db, video)
    db.rows("DELETE FROM results WHERE number = ?", [old])


def drop_described(db: Database, video: int) -> None:
    """Delete the results that hang on the video's moments: they must be made again.

    So must those without any row, which may mean "nothing found in any of these moments"; not that nothing is said,
    which no moment matters to.
    """
    tables = (
        ("tags", "vectors", "meanings", "encoders", "packs"),
        ("shots", "cues", "tracks", "people", "texts", "utterances"),
    )
    described, others = (
        " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE result = results.number)" for table in group)
        for group in tables
    )
    db.rows(f"DELETE FROM results WHERE video = ? AND stage != ? AND ({described} OR NOT ({others}))", [video, SPEECH])
    db.rows("UPDATE videos SET status = 'incomplete' WHERE number = ? AND status = 'done'", [video])


def _of(records: Sequence[Record], kind: type[_R]) -> list[_R]:
    return [record for record in records if isinstance(record, kind)]


def _write_timeline(db: Database, video: int, result: int, records: Sequence[Record]) -> None:
    db.run_many(
        "INSERT INTO shots (result, number, start_pts, end_pts, scene) VALUES (?, ?, ?, ?, ?)",
        [(result, n, shot.span.start, shot.span.end, shot.scene) for n, shot in enumerate(_of(records, Shot))],
    )
    db.run_many(
        "INSERT INTO cues (result, number, kind, start_pts, end_pts) VALUES (?, ?, ?, ?, ?)",
        [(result, n, cue.kind, cue.span.start, cue.span.end) for n, cue in enumerate(_of(records, Cue))],
    )
    db.run_many(
        "INSERT INTO moments (result, video, number, start_pts, end_pts, shot) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (result, video, n, moment.span.start, moment.span.end, moment.shot)
            for n, moment in enumerate(_of(records, Moment))
        ],
    )


def _write_objects(db: Database, result: int, records: Sequence[Record]) -> None:
    db.run_many(
        "INSERT INTO tracks (result, label, times, boxes, scores) VALUES (?, ?, ?, ?, ?)",
        [
            (result, track.label, pack(track.times, "<i8"), pack(track.boxes, "<f4"), pack(track.scores, "<f4"))
            for track in _of(records, Track)
        ],
    )
    for masks in _of(records, PeopleMasks):
        arrays = (
            pack(masks.times, "<i8"),
            pack(masks.offsets, "<i4"),
            pack(masks.boxes, "<f4"),
            pack(masks.counts, "<i4"),
            pack(masks.coverage, "<f4"),
        )
        db.insert(
            "INSERT INTO people (result, times, offsets, boxes, counts, coverage, doubts) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [result, *arrays, json.dumps(masks.doubts)],
        )


def _write_language(db: Database, result: int, records: Sequence[Record]) -> None:
    db.run_many(
        "INSERT INTO texts (result, text, score, start_pts, end_pts, x1, y1, x2, y2) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (result, line.text, line.score, line.span.start, line.span.end, *line.box)
            for line in _of(records, ScreenText)
        ],
    )
    db.run_many(
        "INSERT INTO utterances (result, text, language, start_pts, end_pts, words) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (result, said.text, said.language, said.span.start, said.span.end, _spoken(said))
            for said in _of(records, Utterance)
        ],
    )


def _spoken(said: Utterance) -> str:
    return json.dumps([[word.text, word.span.start, word.span.end] for word in said.words], ensure_ascii=False)


def _moment_ids(db: Database, video: int, stage: str, records: Sequence[Record]) -> MomentIds:
    ids: dict[int, int] = dict(db.rows("SELECT number, id FROM moments WHERE video = ?", [video]))
    for record in records:
        if isinstance(record, Tag | MomentVector | MomentMeaning | MomentLook | Thumbnail) and record.moment not in ids:
            raise StoreError(
                f"stage {stage}: expected a moment below {len(ids)}, found {record.moment}: the shots of this video "
                "were made again meanwhile; run `passerby add` on it again"
            )
    return ids


def _write_descriptions(db: Database, result: int, records: Sequence[Record], moments: MomentIds) -> None:
    db.run_many(
        "INSERT INTO tags (result, moment, label, score) VALUES (?, ?, ?, ?)",
        [(result, moments[tag.moment], tag.label, tag.score) for tag in _of(records, Tag)],
    )
    db.run_many(
        "INSERT INTO vectors (moment, result, vector) VALUES (?, ?, ?)",
        [(moments[entry.moment], result, pack(entry.vector, "<f2")) for entry in _of(records, MomentVector)],
    )
    db.run_many(
        "INSERT INTO meanings (moment, result, vector) VALUES (?, ?, ?)",
        [(moments[entry.moment], result, pack(entry.vector, "<f2")) for entry in _of(records, MomentMeaning)],
    )
    looks = _of(records, MomentLook)
    for weights in dict.fromkeys(look.encoder for look in looks):
        db.insert("INSERT INTO encoders (result, weights) VALUES (?, ?)", [result, weights])
    db.run_many(
        "INSERT INTO looks (moment, result, vector) VALUES (?, ?, ?)",
        [(moments[look.moment], result, pack(look.vector, "<f2")) for look in looks],
    )


def _write_thumbnails(
    db: Database, result: int, pack: str, thumbnails: Sequence[Thumbnail], moments: MomentIds
) -> None:
    packs.write(db, pack, thumbnails)
    db.insert("INSERT INTO packs (result, file) VALUES (?, ?)", [result, pack])
    first_byte = 0
    for thumbnail in thumbnails:
        size = len(thumbnail.jpeg)
        db.insert(
            "INSERT INTO thumbnails (moment, result, pts, first_byte, size_bytes) VALUES (?, ?, ?, ?, ?)",
            [moments[thumbnail.moment], result, thumbnail.pts, first_byte, size],
        )
        first_byte += size
