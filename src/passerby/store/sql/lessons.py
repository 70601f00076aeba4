"""Keeping classes and what matches them."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np

from passerby.errors import UsageError
from passerby.records import Floats
from passerby.store.lessons import Example, Lesson, LessonStore
from passerby.store.records.arrays import pack, unpack
from passerby.store.sql import words
from passerby.store.sql.base import SqlDatabase, SqlTables
from passerby.store.sql.video_rows import alone_with
from passerby.wording import meant_instead

_BATCH = 4096


class SqlLessons(LessonStore):
    """See LessonStore."""

    def __init__(self, tables: SqlTables) -> None:
        self._tables = tables

    def teach(self, name: str, threshold: float, examples: Sequence[Example]) -> Lesson:
        return _teach(self._tables, name, threshold, examples)

    def unteach(self, name: str) -> None:
        _unteach(self._tables, name)

    def all(self) -> list[Lesson]:
        return _every(self._tables.db)


def _teach(tables: SqlTables, name: str, threshold: float, examples: Sequence[Example]) -> Lesson:
    db = tables.db
    with db.alone("lessons"):
        before = _matched_videos(db, name)
        db.rows("DELETE FROM classes WHERE name = ?", [name])
        number = db.insert("INSERT INTO classes (name, threshold) VALUES (?, ?)", [name, threshold], "id")
        for example in examples:
            video = db.value("SELECT number FROM videos WHERE id = ?", [example.video])
            db.rows(
                "INSERT INTO examples (class, video, vector) VALUES (?, ?, ?)",
                [number, video, pack(example.vector, "<f2")],
            )
        matrix = _matrix(db, number)
        every = (
            "SELECT moments.video, moment, vector FROM vectors JOIN moments ON moments.id = vectors.moment "
            "ORDER BY moments.video, moment"
        )
        for batch in db.batches(every, [], _BATCH):
            for video, rows in groupby(batch, key=itemgetter(0)):
                _keep_matches(tables, number, threshold, matrix, video, [(moment, blob) for _, moment, blob in rows])
        _refresh(tables, before | _matched_videos(db, name))
    return next(lesson for lesson in _every(db) if lesson.name == name)


def _unteach(tables: SqlTables, name: str) -> None:
    db = tables.db
    known = [lesson.name for lesson in _every(db)]
    if name not in known:
        raise UsageError(f"nothing was taught as {name!r}; {meant_instead(name, known or ['none yet'])}")
    with db.alone("lessons"):
        before = _matched_videos(db, name)
        db.rows("DELETE FROM classes WHERE name = ?", [name])
        _refresh(tables, before)


def _every(db: SqlDatabase) -> list[Lesson]:
    rows = db.rows(
        "SELECT name, threshold, (SELECT count(*) FROM examples WHERE class = classes.id), "
        "(SELECT count(*) FROM matches WHERE class = classes.id) FROM classes ORDER BY name"
    )
    return [Lesson(*row) for row in rows]


def match(tables: SqlTables, video: int) -> None:
    """Find what of all classes is in a video, by its number, whose vectors are new; within a transaction."""
    db = tables.db
    rows = db.rows(f"SELECT moment, vector FROM vectors WHERE {tables.layout.of_videos_moments}", [video])
    for number, threshold in db.rows("SELECT id, threshold FROM classes"):
        _keep_matches(tables, number, threshold, _matrix(db, number), video, rows)


def _matrix(db: SqlDatabase, number: int) -> list[Floats]:
    blobs = db.rows("SELECT vector FROM examples WHERE class = ?", [number])
    return [unpack(blob, "<f2", np.float32) for (blob,) in blobs]


def _keep_matches(
    tables: SqlTables,
    number: int,
    threshold: float,
    examples: Sequence[Floats],
    video: int,
    rows: Iterable[tuple[int, bytes]],
) -> None:
    found = []
    for moment, blob in rows:
        vector = unpack(blob, "<f2", np.float32)
        score = max((float(vector @ example) for example in examples if len(example) == len(vector)), default=0.0)
        if score >= threshold:
            found.append((number, moment, min(score, 1.0)))
    tables.db.run_many("DELETE FROM matches WHERE class = ? AND moment = ?", [row[:2] for row in found])
    tables.insert("matches", video, ["class", "moment", "score"], found)


def _matched_videos(db: SqlDatabase, name: str) -> set[int]:
    rows = db.rows(
        "SELECT DISTINCT moments.video FROM matches JOIN moments ON moments.id = matches.moment "
        "WHERE class = (SELECT id FROM classes WHERE name = ?)",
        [name],
    )
    return {video for (video,) in rows}


def _refresh(tables: SqlTables, videos: Iterable[int]) -> None:
    with alone_with(tables.db, videos):
        for video in videos:
            words.refresh(tables, video)
