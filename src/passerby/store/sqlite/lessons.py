"""Keeping classes and what matches them."""

from collections.abc import Iterable, Sequence

import numpy as np

from passerby.errors import UsageError
from passerby.records import Floats
from passerby.store.lessons import Example, Lesson, LessonStore
from passerby.store.records.arrays import pack, unpack
from passerby.store.sqlite import words
from passerby.store.sqlite.database import Database

_BATCH = 4096


class SqliteLessons(LessonStore):
    """See LessonStore."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def teach(self, name: str, threshold: float, examples: Sequence[Example]) -> Lesson:
        return _teach(self._db, name, threshold, examples)

    def unteach(self, name: str) -> None:
        _unteach(self._db, name)

    def all(self) -> list[Lesson]:
        return _every(self._db)


def _teach(db: Database, name: str, threshold: float, examples: Sequence[Example]) -> Lesson:
    with db.transaction():
        before = _matched_videos(db, name)
        db.rows("DELETE FROM classes WHERE name = ?", [name])
        number = db.insert("INSERT INTO classes (name, threshold) VALUES (?, ?)", [name, threshold])
        for example in examples:
            video = db.value("SELECT number FROM videos WHERE id = ?", [example.video])
            db.insert(
                "INSERT INTO examples (class, video, vector) VALUES (?, ?, ?)",
                [number, video, pack(example.vector, "<f2")],
            )
        matrix = _matrix(db, number)
        for batch in db.batches("SELECT moment, vector FROM vectors ORDER BY moment", [], _BATCH):
            _keep_matches(db, number, threshold, matrix, batch)
        _refresh(db, before | _matched_videos(db, name))
    return next(lesson for lesson in _every(db) if lesson.name == name)


def _unteach(db: Database, name: str) -> None:
    known = [lesson.name for lesson in _every(db)]
    if name not in known:
        raise UsageError(f"nothing was taught as {name!r}; expected one of: {', '.join(known) or 'none yet'}")
    with db.transaction():
        before = _matched_videos(db, name)
        db.rows("DELETE FROM classes WHERE name = ?", [name])
        _refresh(db, before)


def _every(db: Database) -> list[Lesson]:
    rows = db.rows(
        "SELECT name, threshold, (SELECT count(*) FROM examples WHERE class = classes.id), "
        "(SELECT count(*) FROM matches WHERE class = classes.id) FROM classes ORDER BY name"
    )
    return [Lesson(*row) for row in rows]


def match(db: Database, video: int) -> None:
    """Find what of all classes is in a video, by its number, whose vectors are new; within a transaction."""
    rows = db.rows(
        "SELECT moment, vector FROM vectors WHERE moment IN (SELECT id FROM moments WHERE video = ?)", [video]
    )
    for number, threshold in db.rows("SELECT id, threshold FROM classes"):
        _keep_matches(db, number, threshold, _matrix(db, number), rows)


def _matrix(db: Database, number: int) -> list[Floats]:
    blobs = db.rows("SELECT vector FROM examples WHERE class = ?", [number])
    return [unpack(blob, "<f2", np.float32) for (blob,) in blobs]


def _keep_matches(
    db: Database, number: int, threshold: float, examples: Sequence[Floats], rows: Iterable[tuple[int, bytes]]
) -> None:
    found = []
    for moment, blob in rows:
        vector = unpack(blob, "<f2", np.float32)
        score = max((float(vector @ example) for example in examples if len(example) == len(vector)), default=0.0)
        if score >= threshold:
            found.append((number, moment, min(score, 1.0)))
    db.run_many("INSERT OR REPLACE INTO matches (class, moment, score) VALUES (?, ?, ?)", found)


def _matched_videos(db: Database, name: str) -> set[int]:
    rows = db.rows(
        "SELECT DISTINCT moments.video FROM matches JOIN moments ON moments.id = matches.moment "
        "WHERE class = (SELECT id FROM classes WHERE name = ?)",
        [name],
    )
    return {video for (video,) in rows}


def _refresh(db: Database, videos: Iterable[int]) -> None:
    for video in sorted(videos):
        words.refresh(db, video)
