"""Reading a video's records, in the order in which they were written. ``video`` is its number in the database."""

import json
from collections.abc import Iterable

import numpy as np

from passerby.records import (
    Cue,
    Floats,
    Moment,
    MomentVector,
    Note,
    PeopleMasks,
    ScreenText,
    Shot,
    SpokenWord,
    Tag,
    Thumbnail,
    Track,
    TrackSpan,
    Utterance,
    sureness,
)
from passerby.store import packs
from passerby.store.blobs import unpack
from passerby.store.database import Database, Row
from passerby.times import Span

_RESULTS = "result IN (SELECT number FROM results WHERE video = ?)"


def finished(db: Database, video_id: str) -> dict[str, str]:
    """The key that each finished stage was finished with."""
    return dict(
        db.rows(
            "SELECT stage, key FROM results JOIN videos ON videos.number = results.video WHERE id = ? ORDER BY stage",
            [video_id],
        )
    )


def shots(db: Database, video: int) -> list[Shot]:
    rows = db.rows(f"SELECT start_pts, end_pts, scene FROM shots WHERE {_RESULTS} ORDER BY result, number", [video])
    return [Shot(Span(start, end), scene) for start, end, scene in rows]


def cues(db: Database, video: int) -> list[Cue]:
    rows = db.rows(f"SELECT kind, start_pts, end_pts FROM cues WHERE {_RESULTS} ORDER BY result, number", [video])
    return [Cue(kind, Span(start, end)) for kind, start, end in rows]


def moments(db: Database, video: int) -> list[Moment]:
    rows = db.rows("SELECT start_pts, end_pts, shot FROM moments WHERE video = ? ORDER BY number", [video])
    return [Moment(Span(start, end), shot) for start, end, shot in rows]


def tracks(db: Database, video: int) -> list[Track]:
    rows = db.rows(f"SELECT label, times, boxes, scores FROM tracks WHERE {_RESULTS} ORDER BY id", [video])
    return [
        Track(
            label,
            unpack(times, "<i8", np.int64),
            unpack(boxes, "<f4", np.float32, columns=4),
            unpack(scores, "<f4", np.float32),
        )
        for label, times, boxes, scores in rows
    ]


def track_spans(db: Database, video: int) -> list[TrackSpan]:
    """See Store.track_spans."""
    rows = db.rows(
        f"SELECT label, substr(times, 1, 8), substr(times, -8), scores FROM tracks WHERE {_RESULTS} ORDER BY id",
        [video],
    )
    return [
        TrackSpan(
            label,
            Span(int.from_bytes(first, "little", signed=True), int.from_bytes(last, "little", signed=True)),
            sureness(unpack(scores, "<f4", np.float32).tolist()),
        )
        for label, first, last, scores in rows
    ]


def people(db: Database, video: int) -> PeopleMasks | None:
    row = db.row(f"SELECT times, offsets, boxes, counts, coverage, doubts FROM people WHERE {_RESULTS}", [video])
    if row is None:
        return None
    times, offsets, boxes, counts, coverage, doubts = row
    return PeopleMasks(
        unpack(times, "<i8", np.int64),
        unpack(offsets, "<i4", np.int32),
        unpack(boxes, "<f4", np.float32, columns=4),
        unpack(counts, "<i4", np.int32),
        unpack(coverage, "<f4", np.float32),
        tuple(json.loads(doubts)),
    )


def texts(db: Database, video: int) -> list[ScreenText]:
    rows = db.rows(
        f"SELECT text, score, start_pts, end_pts, x1, y1, x2, y2 FROM texts WHERE {_RESULTS} ORDER BY id", [video]
    )
    return [ScreenText(text, score, Span(start, end), tuple(box)) for text, score, start, end, *box in rows]


def utterances(db: Database, video: int) -> list[Utterance]:
    rows = db.rows(
        f"SELECT text, language, start_pts, end_pts, words FROM utterances WHERE {_RESULTS} ORDER BY id", [video]
    )
    return [
        Utterance(
            text,
            Span(start, end),
            language,
            tuple(SpokenWord(word, Span(first, last)) for word, first, last in json.loads(words)),
        )
        for text, language, start, end, words in rows
    ]


def notes(db: Database, video: int) -> list[Note]:
    rows = db.rows("SELECT start_pts, end_pts, label, rejected FROM notes WHERE video = ? ORDER BY id", [video])
    return [Note(Span(start, end), label, bool(rejected)) for start, end, label, rejected in rows]


def tags(db: Database, video: int) -> list[Tag]:
    rows = db.rows(
        "SELECT moments.number, tags.label, tags.score FROM tags JOIN moments ON moments.id = tags.moment "
        "WHERE moments.video = ? ORDER BY tags.id",
        [video],
    )
    return [Tag(moment, label, score) for moment, label, score in rows]


def vectors(db: Database, video: int) -> list[MomentVector]:
    rows = db.rows(
        "SELECT moments.number, vectors.vector FROM moments JOIN vectors ON vectors.moment = moments.id "
        "WHERE moments.video = ? ORDER BY moments.number",
        [video],
    )
    return [MomentVector(moment, unpack(vector, "<f2", np.float32)) for moment, vector in rows]


def looks(db: Database, moments: Iterable[int]) -> dict[int, Floats]:
    """See Store.looks."""
    rows = db.rows(
        "SELECT moment, vector FROM looks WHERE moment IN (SELECT value FROM json_each(?))", [json.dumps(list(moments))]
    )
    return {moment: unpack(vector, "<f2", np.float32) for moment, vector in rows}


def encoders(db: Database) -> set[str]:
    """See Store.encoders."""
    return {weights for (weights,) in db.rows("SELECT DISTINCT weights FROM encoders")}


def looked_at_by(db: Database, encoder: str) -> set[int] | None:
    """See Store.looked_at_by."""
    if encoders(db) == {encoder}:
        return None
    rows = db.rows(
        "SELECT moment FROM looks WHERE result IN (SELECT result FROM encoders WHERE weights = ?)", [encoder]
    )
    return {moment for (moment,) in rows}


_THUMBNAILS = (
    "SELECT moments.number, thumbnails.pts, packs.file, thumbnails.first_byte, thumbnails.size_bytes FROM moments "
    "JOIN thumbnails ON thumbnails.moment = moments.id JOIN packs ON packs.result = thumbnails.result "
    "WHERE moments.video = ?"
)


def thumbnails(db: Database, video: int) -> list[Thumbnail]:
    rows = db.rows(f"{_THUMBNAILS} ORDER BY moments.number", [video])
    return [Thumbnail(moment, pts, packs.read(db, file, first, size)) for moment, pts, file, first, size in rows]


def thumbnail(db: Database, video: int, moment: int) -> Thumbnail | None:
    return _thumbnail(db, db.row(f"{_THUMBNAILS} AND moments.number = ?", [video, moment]))


def cover(db: Database, video: int) -> Thumbnail | None:
    """See Store.cover."""
    order = "thumbnails.size_bytes DESC, moments.number"
    return _thumbnail(db, db.row(f"{_THUMBNAILS} ORDER BY {order} LIMIT 1", [video]))


def _thumbnail(db: Database, row: Row | None) -> Thumbnail | None:
    if row is None:
        return None
    number, pts, file, first, size = row
    return Thumbnail(number, pts, packs.read(db, file, first, size))
