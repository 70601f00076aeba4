"""The sightings and the row of words of each moment, as tables (store/words/rows.py says what is in them).

They are made anew for a video whenever a stage that says something of it has finished, or somebody has corrected a
label, or a line of the transcript. A video in the trash has no rows of words, so that no search counts them.
"""

from collections.abc import Collection, Sequence
from typing import Any

from passerby.records import Note, Utterance
from passerby.store.corrections import Correction, corrected
from passerby.store.records.base import MomentSpans, RecordTable
from passerby.store.sql.base import SqlDatabase, SqlTables
from passerby.store.sql.file_names import unpack_file_name
from passerby.store.sql.reading import records_of
from passerby.store.words.rows import (
    Given,
    IndexedWords,
    KnownOfVideo,
    ReadRecords,
    VideoTrait,
    as_name,
    facets,
    given,
    indexed,
    rejections,
    sentence,
    sightings,
)
from passerby.times import Span

DESCRIBED = 2000  # characters of a description that are found by: each of the moments has them


def refresh(tables: SqlTables, video: int) -> None:
    """Make the sightings and words of all moments of a video (by its number) anew; within a transaction."""
    _refresh_rejections(tables, video)
    _refresh_sightings(tables, video)
    told = _told(tables, video)
    _index(tables, video, {} if _is_in_trash(tables.db, video) else told)
    _refresh_facets(tables.db, video, facets(told.values()))


def refresh_index(tables: SqlTables, video: int) -> None:
    """Make the words of a video (by its number) what is expected, as it comes to the trash or out; in a transaction."""
    _index(tables, video, expected(tables, video))


def _index(tables: SqlTables, video: int, after: dict[int, IndexedWords]) -> None:
    before = tables.words.stored(video)
    # Unchanged rows are left alone: each rewritten row leaves its old words in the index until it is merged.
    gone = [moment for moment, words in before.items() if after.get(moment) != words]
    tables.words.replace(video, gone, [entry for entry in after.items() if before.get(entry[0]) != entry[1]])


def _refresh_facets(db: SqlDatabase, video: int, found: Collection[VideoTrait]) -> None:
    known = {VideoTrait(*row) for row in db.rows("SELECT kind, value FROM facets WHERE video = ?", [video])}
    gone, new = (
        [(video, facet.kind, facet.value) for facet in sorted(facets)]
        for facets in (known - {*found}, {*found} - known)
    )
    db.run_many("DELETE FROM facets WHERE video = ? AND kind = ? AND value = ?", gone)
    db.run_many("INSERT INTO facets (video, kind, value) VALUES (?, ?, ?)", new)


def expected(tables: SqlTables, video: int) -> dict[int, IndexedWords]:
    """The words that each moment of a video should have, by the moment's id; of a video in the trash none has any."""
    return {} if _is_in_trash(tables.db, video) else _told(tables, video)


def _is_in_trash(db: SqlDatabase, video: int) -> bool:
    return bool(db.value("SELECT 1 FROM videos WHERE number = ? AND trashed IS NOT NULL", [video]))


def _told(tables: SqlTables, video: int) -> dict[int, IndexedWords]:
    """What is told of each moment of a video in words, by the moment's id."""
    spans = _spans(tables.db, video)
    return indexed(
        KnownOfVideo(
            spans=spans,
            objects=_labels(tables, "sightings", video),
            tags=_labels(tables, "tags", video),
            rejected=_labels(tables, "rejections", video),
            given=_given(tables, video, spans),
            records=_reader(tables, video),
            names=_names(tables.db, video),
        )
    )


def sentences(tables: SqlTables, video: int) -> dict[int, str]:
    """The words of each moment of a video, by its index, for people or a model to read."""
    rows = tables.db.rows("SELECT number, id FROM moments WHERE video = ? ORDER BY number", [video])
    known = _told(tables, video)
    return {number: sentence(known[moment]) if moment in known else "" for number, moment in rows}


def _refresh_sightings(tables: SqlTables, video: int) -> None:
    spans = _spans(tables.db, video)
    rejected = {(moment, label) for moment, labels in _labels(tables, "rejections", video).items() for label in labels}
    best = sightings(_reader(tables, video), spans, rejected, _given(tables, video, spans))
    tables.db.rows(f"DELETE FROM sightings WHERE {tables.layout.of_videos_moments}", [video])
    rows = [(moment, label, score) for (moment, label), score in best.items()]
    tables.insert("sightings", video, ["moment", "label", "score"], rows)


def _refresh_rejections(tables: SqlTables, video: int) -> None:
    rejected = rejections(notes_of(tables.db, video), _spans(tables.db, video))
    tables.db.rows(f"DELETE FROM rejections WHERE {tables.layout.of_videos_moments}", [video])
    tables.insert("rejections", video, ["moment", "label"], sorted(rejected))


def _reader(tables: SqlTables, video: int) -> ReadRecords:
    corrections = corrections_of(tables.db, video)

    def read(table: RecordTable[Any]) -> Sequence[Any]:
        found = records_of(tables, video, table)
        return corrected(found, corrections) if table.kind is Utterance else found

    return read


def _given(tables: SqlTables, video: int, spans: MomentSpans) -> Given:
    """Labels that people have given each moment, and those that they have taught, with their scores."""
    taught = tables.db.rows(
        "SELECT matches.moment, classes.name, matches.score FROM matches JOIN classes ON classes.id = matches.class "
        f"WHERE {tables.layout.of_videos_moments} ORDER BY classes.name",
        [video],
    )
    return given(taught, notes_of(tables.db, video), spans)


def notes_of(db: SqlDatabase, video: int) -> list[Note]:
    """What people say of the video with this number."""
    rows = db.rows("SELECT start_pts, end_pts, label, rejected FROM notes WHERE video = ? ORDER BY id", [video])
    return [Note(Span(start, end), label, bool(rejected)) for start, end, label, rejected in rows]


def corrections_of(db: SqlDatabase, video: int) -> list[Correction]:
    """What people have put right in the transcript of the video with this number."""
    rows = db.rows(
        'SELECT start_pts, end_pts, text, "user", changed FROM corrections WHERE video = ? ORDER BY start_pts, end_pts',
        [video],
    )
    return [Correction(Span(start, end), text, user, changed) for start, end, text, user, changed in rows]


def _spans(db: SqlDatabase, video: int) -> dict[int, Span]:
    rows = db.rows("SELECT id, start_pts, end_pts FROM moments WHERE video = ? ORDER BY number", [video])
    return {moment: Span(start, end) for moment, start, end in rows}


def _labels(tables: SqlTables, table: str, video: int) -> dict[int, list[str]]:
    labels: dict[int, list[str]] = {}
    for moment, label in tables.db.rows(
        f"SELECT DISTINCT moment, label FROM {table} WHERE {tables.layout.of_videos_moments} ORDER BY moment, label",
        [video],
    ):
        labels.setdefault(moment, []).append(label)
    return labels


def _names(db: SqlDatabase, video: int) -> list[str]:
    """The names of the video's files, and the title and the lines of the description that people have given it."""
    rows = db.rows("SELECT name FROM videos WHERE number = ? UNION SELECT name FROM paths WHERE video = ?", [video] * 2)
    ((title, description),) = db.rows("SELECT title, description FROM videos WHERE number = ?", [video])
    told = [title, *description[:DESCRIBED].splitlines()]
    return [*filter(None, map(as_name, told)), *(as_name(unpack_file_name(name)) for (name,) in rows)]
