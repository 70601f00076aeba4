"""What can be searched of a moment: its sightings (labels with scores) and its row of words, made from the records.

Both are derived: they are made anew for a video whenever a stage that says something of it has finished, or somebody
has corrected a label. What people say comes before what a model says: a label that they give has the score 1, one that
they reject is not there.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from passerby.records import Note
from passerby.store.folding import folded, original_spelling
from passerby.store.records import TABLES
from passerby.store.records.base import MomentSpans
from passerby.store.records.people_masks import PERSON
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.file_names import unpack_file_name
from passerby.store.sqlite.reading import records_of
from passerby.times import Span

# A column holds one label, line of text or utterance a line, so that a match can be traced to its label (reasons.py).
IndexedWords = tuple[str, str, str, str, str, str, str]
COLUMNS = ("objects", "tags", "text", "speech", "cues", "people", "name")
PEOPLE_WORDS = "person people"
BEFORE, AFTER = "\x02", "\x03"  # mark a match; labels hold no control characters
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


def as_written(row: Sequence[str]) -> IndexedWords:
    """The columns of a row of the index as they were written, from those and what is ``shown``."""
    *columns, kept = row
    objects, tags, text, speech, cues, people, name = json.loads(kept) if kept else columns
    return objects, tags, text, speech, cues, people, name


def expected(db: Database, video: int) -> dict[int, IndexedWords]:
    """The words that each moment of a video should have, by the moment's id."""
    spans = _spans(db, video)
    objects = _labels(db, "sightings", video)
    tags = _labels(db, "tags", video)
    given = _given(db, video, spans)
    rejected = _labels(db, "rejections", video)
    names = "\n".join(_names(db, video))
    lines = _lines(db, video, spans)
    return {
        moment: (
            "\n".join(label for label in objects.get(moment, ()) if label != PERSON and label not in given[moment]),
            "\n".join(sorted({*tags.get(moment, ())} - {*rejected.get(moment, ())} | given[moment].keys())),
            "\n".join(lines[moment, "text"]),
            "\n".join(lines[moment, "speech"]),
            "\n".join(lines[moment, "cues"]),
            PEOPLE_WORDS if PERSON in objects.get(moment, ()) else "",
            names,
        )
        for moment in spans
    }


def _lines(db: Database, video: int, spans: MomentSpans) -> Mapping[tuple[int, str], list[str]]:
    """What the records of a video say, by the id of a moment and the column."""
    lines: dict[tuple[int, str], list[str]] = defaultdict(list)
    for table in TABLES:
        if table.lines:
            for moment, said in table.lines.say(records_of(db, video, table), spans).items():
                lines[moment, table.lines.column] += said
    return lines


def sentences(db: Database, video: int) -> dict[int, str]:
    """The words of each moment of a video, by its index, for people or a model to read."""
    rows = db.rows("SELECT number, id FROM moments WHERE video = ? ORDER BY number", [video])
    known = stored(db, video)
    return {number: _sentence(known[moment]) if moment in known else "" for number, moment in rows}


def _sentence(words: IndexedWords) -> str:
    """The columns of a moment as one text.

    Its name and its cues say nothing of what it shows; that there are people in it would make it mean a little of
    everything.
    """
    objects, tags, text, speech, *_ = words
    labels = dict.fromkeys([*objects.split("\n"), *tags.split("\n")])
    parts = [", ".join(filter(None, labels)), ". ".join(text.split("\n")), " ".join(speech.split("\n"))]
    return ". ".join(filter(None, parts))


def _refresh_sightings(db: Database, video: int) -> None:
    spans = _spans(db, video)
    best: dict[tuple[int, str], float] = {}
    for table in TABLES:
        for key, score in table.labels(records_of(db, video, table), spans).items() if table.labels else ():
            best[key] = max(score, best.get(key, 0.0))
    rejected = {(moment, label) for moment, labels in _labels(db, "rejections", video).items() for label in labels}
    best = {key: score for key, score in best.items() if key not in rejected}
    given = _given(db, video, spans).items()
    best.update({(moment, label): score for moment, labels in given for label, score in labels.items()})
    db.rows("DELETE FROM sightings WHERE moment IN (SELECT id FROM moments WHERE video = ?)", [video])
    db.run_many(
        "INSERT INTO sightings (moment, label, score) VALUES (?, ?, ?)",
        [(moment, label, score) for (moment, label), score in sorted(best.items())],
    )


def _refresh_rejections(db: Database, video: int) -> None:
    rejected = {
        (moment, note.label)
        for note in notes_of(db, video)
        if note.rejected
        for moment, span in _spans(db, video).items()
        if note.span.overlaps(span)
    }
    db.rows("DELETE FROM rejections WHERE moment IN (SELECT id FROM moments WHERE video = ?)", [video])
    db.run_many("INSERT INTO rejections (moment, label) VALUES (?, ?)", sorted(rejected))


def _given(db: Database, video: int, spans: dict[int, Span]) -> dict[int, dict[str, float]]:
    """Labels that people have given each moment, and those that they have taught, with their scores."""
    given: dict[int, dict[str, float]] = {moment: {} for moment in spans}
    for moment, name, score in db.rows(
        "SELECT matches.moment, classes.name, matches.score FROM matches JOIN classes ON classes.id = matches.class "
        "WHERE matches.moment IN (SELECT id FROM moments WHERE video = ?) ORDER BY classes.name",
        [video],
    ):
        given[moment][name] = score
    for note in notes_of(db, video):
        for moment, span in spans.items():
            if note.span.overlaps(span):
                given[moment].pop(note.label, None)
                given[moment].update({} if note.rejected else {note.label: 1.0})
    return given


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
    """The names of the video's files, each as one line of valid Unicode."""
    rows = db.rows("SELECT name FROM videos WHERE number = ? UNION SELECT name FROM paths WHERE video = ?", [video] * 2)
    return [" ".join(unpack_file_name(name).encode(errors="replace").decode().split()) for (name,) in rows]
