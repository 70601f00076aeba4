"""The sightings and the row of words of each moment, as tables (store/words/rows.py says what is in them).

They are made anew for a video whenever a stage that says something of it has finished, or somebody has corrected a
label.
"""

from passerby.records import Note
from passerby.store.folding import folded, original_spelling
from passerby.store.records.base import MomentSpans
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.file_names import unpack_file_name
from passerby.store.sqlite.reading import records_of
from passerby.store.words.highlights import AFTER, BEFORE
from passerby.store.words.rows import (
    COLUMNS,
    Given,
    IndexedWords,
    KnownOfVideo,
    ReadRecords,
    as_name,
    as_written,
    given,
    indexed,
    rejections,
    sentence,
    sightings,
)
from passerby.times import Span

MARKED_COLUMNS = ", ".join(f"highlight(words, {n}, '{BEFORE}', '{AFTER}')" for n in range(len(COLUMNS)))


def refresh(db: Database, video: int) -> None:
    """Make the sightings and words of all moments of a video (by its number) anew; within a transaction."""
    _refresh_rejections(db, video)
    _refresh_sightings(db, video)
    before = stored(db, video)
    # Unchanged rows are left alone: each rewritten row leaves its old words in the index until it is merged.
    changed = {moment: words for moment, words in expected(db, video).items() if before.get(moment) != words}
    db.run_many("DELETE FROM words WHERE rowid = ?", [(moment,) for moment in changed if moment in before])
    db.run_many(
        f"INSERT INTO words (rowid, {', '.join(COLUMNS)}, shown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(moment, *map(folded, words), original_spelling(words)) for moment, words in changed.items()],
    )


def stored(db: Database, video: int) -> dict[int, IndexedWords]:
    """The words that each moment of a video has, by the moment's id."""
    rows = db.rows(
        f"SELECT rowid, {', '.join(COLUMNS)}, shown FROM words WHERE rowid IN (SELECT id FROM moments WHERE video = ?)",
        [video],
    )
    return {moment: as_written(columns) for moment, *columns in rows}


def expected(db: Database, video: int) -> dict[int, IndexedWords]:
    """The words that each moment of a video should have, by the moment's id."""
    spans = _spans(db, video)
    return indexed(
        KnownOfVideo(
            spans=spans,
            objects=_labels(db, "sightings", video),
            tags=_labels(db, "tags", video),
            rejected=_labels(db, "rejections", video),
            given=_given(db, video, spans),
            records=_reader(db, video),
            names=_names(db, video),
        )
    )


def sentences(db: Database, video: int) -> dict[int, str]:
    """The words of each moment of a video, by its index, for people or a model to read."""
    rows = db.rows("SELECT number, id FROM moments WHERE video = ? ORDER BY number", [video])
    known = stored(db, video)
    return {number: sentence(known[moment]) if moment in known else "" for number, moment in rows}


def _refresh_sightings(db: Database, video: int) -> None:
    spans = _spans(db, video)
    rejected = {(moment, label) for moment, labels in _labels(db, "rejections", video).items() for label in labels}
    best = sightings(_reader(db, video), spans, rejected, _given(db, video, spans))
    db.rows("DELETE FROM sightings WHERE moment IN (SELECT id FROM moments WHERE video = ?)", [video])
    db.run_many(
        "INSERT INTO sightings (moment, label, score) VALUES (?, ?, ?)",
        [(moment, label, score) for (moment, label), score in best.items()],
    )


def _refresh_rejections(db: Database, video: int) -> None:
    rejected = rejections(notes_of(db, video), _spans(db, video))
    db.rows("DELETE FROM rejections WHERE moment IN (SELECT id FROM moments WHERE video = ?)", [video])
    db.run_many("INSERT INTO rejections (moment, label) VALUES (?, ?)", sorted(rejected))


def _reader(db: Database, video: int) -> ReadRecords:
    return lambda table: records_of(db, video, table)


def _given(db: Database, video: int, spans: MomentSpans) -> Given:
    """Labels that people have given each moment, and those that they have taught, with their scores."""
    taught = db.rows(
        "SELECT matches.moment, classes.name, matches.score FROM matches JOIN classes ON classes.id = matches.class "
        "WHERE matches.moment IN (SELECT id FROM moments WHERE video = ?) ORDER BY classes.name",
        [video],
    )
    return given(taught, notes_of(db, video), spans)


def notes_of(db: Database, video: int) -> list[Note]:
    """What people say of the video with this number."""
    rows = db.rows("SELECT start_pts, end_pts, label, rejected FROM notes WHERE video = ? ORDER BY id", [video])
    return [Note(Span(start, end), label, bool(rejected)) for start, end, label, rejected in rows]


def _spans(db: Database, video: int) -> dict[int, Span]:
    rows = db.rows("SELECT id, start_pts, end_pts FROM moments WHERE video = ? ORDER BY number", [video])
    return {moment: Span(start, end) for moment, start, end in rows}


def _labels(db: Database, table: str, video: int) -> dict[int, list[str]]:
    labels: dict[int, list[str]] = {}
    for moment, label in db.rows(
        f"SELECT DISTINCT moment, label FROM {table} WHERE moment IN (SELECT id FROM moments WHERE video = ?) "
        "ORDER BY moment, label",
        [video],
    ):
        labels.setdefault(moment, []).append(label)
    return labels


def _names(db: Database, video: int) -> list[str]:
    """The names of the video's files."""
    rows = db.rows("SELECT name FROM videos WHERE number = ? UNION SELECT name FROM paths WHERE video = ?", [video] * 2)
    return [as_name(unpack_file_name(name)) for (name,) in rows]
