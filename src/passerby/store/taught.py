"""Classes that people teach by examples: moments whose vector is near one of the examples' vectors match.

The vectors are of masked frames, those of examples too, so that no class can be of a person. A match is kept when it is
made, at teaching or when a video gets its vectors: it stays if an example goes with its video (law 4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from passerby.documents import Document
from passerby.errors import UsageError
from passerby.records import Floats
from passerby.store import words
from passerby.store.blobs import pack, unpack
from passerby.store.database import Database

_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Example:
    """What belongs to a class."""

    vector: Floats  # (d,), length 1
    video: str | None  # id of the video that it is from, if any


@dataclass(frozen=True, slots=True)
class Lesson:
    """A class, and what came of it."""

    name: str
    threshold: float  # cosine from which a moment matches
    examples: int
    moments: int  # that match

    def document(self) -> Document:
        """One row of ``teach --json``."""
        return asdict(self)


def teach(db: Database, name: str, threshold: float, examples: Sequence[Example]) -> Lesson:
    """See Store.teach."""
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
    return next(lesson for lesson in lessons(db) if lesson.name == name)


def unteach(db: Database, name: str) -> None:
    """See Store.unteach."""
    known = [lesson.name for lesson in lessons(db)]
    if name not in known:
        raise UsageError(f"nothing was taught as {name!r}; expected one of: {', '.join(known) or 'none yet'}")
    with db.transaction():
        before = _matched_videos(db, name)
        db.rows("DELETE FROM classes WHERE name = ?", [name])
        _refresh(db, before)


def lessons(db: Database) -> list[Lesson]:
    """See Store.lessons."""
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
