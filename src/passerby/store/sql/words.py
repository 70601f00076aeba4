"""What can be searched of a moment: its sightings (labels with scores) and its row of words, made from the records.

Both are derived: they are made anew for a video whenever a stage that says something of it has finished, or somebody
has corrected a label. What people say comes before what a model says: a label that they give has the score 1, one that
they reject is not there.
"""

from collections import defaultdict
from collections.abc import Mapping

from passerby.records import Note
from passerby.store.records import TABLES
from passerby.store.records.base import MomentSpans
from passerby.store.records.people_masks import PERSON
from passerby.store.sql.base import SqlDatabase, SqlTables
from passerby.store.sql.file_names import unpack_file_name
from passerby.store.sql.reading import records_of
from passerby.store.words.rows import IndexedWords
from passerby.times import Span

PEOPLE_WORDS = "person people"


def refresh(tables: SqlTables, video: int) -> None:
    """Make the sightings and words of all moments of a video (by its number) anew; within a transaction."""
    _refresh_rejections(tables, video)
    _refresh_sightings(tables, video)
    before = tables.words.stored(video)
    # Unchanged rows are left alone: each rewritten row leaves its old words in the index until it is merged.
    changed = [(moment, words) for moment, words in expected(tables, video).items() if before.get(moment) != words]
    tables.words.replace(video, [moment for moment, _ in changed if moment in before], changed)


def expected(tables: SqlTables, video: int) -> dict[int, IndexedWords]:
    """The words that each moment of a video should have, by the moment's id."""
    spans = _spans(tables.db, video)
    objects = _labels(tables, "sightings", video)
    tags = _labels(tables, "tags", video)
    given = _given(tables, video, spans)
    rejected = _labels(tables, "rejections", video)
    names = "\n".join(_names(tables.db, video))
    lines = _lines(tables, video, spans)
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


def _lines(tables: SqlTables, video: int, spans: MomentSpans) -> Mapping[tuple[int, str], list[str]]:
    """What the records of a video say, by the id of a moment and the column."""
    lines: dict[tuple[int, str], list[str]] = defaultdict(list)
    for table in TABLES:
        if table.lines:
            for moment, said in table.lines.say(records_of(tables, video, table), spans).items():
                lines[moment, table.lines.column] += said
    return lines


def sentences(tables: SqlTables, video: int) -> dict[int, str]:
    """The words of each moment of a video, by its index, for people or a model to read."""
    rows = tables.db.rows("SELECT number, id FROM moments WHERE video = ? ORDER BY number", [video])
    known = tables.words.stored(video)
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


def _refresh_sightings(tables: SqlTables, video: int) -> None:
    spans = _spans(tables.db, video)
    best: dict[tuple[int, str], float] = {}
    for table in TABLES:
        for key, score in table.labels(records_of(tables, video, table), spans).items() if table.labels else ():
            best[key] = max(score, best.get(key, 0.0))
    rejected = {(moment, label) for moment, labels in _labels(tables, "rejections", video).items() for label in labels}
    best = {key: score for key, score in best.items() if key not in rejected}
    given = _given(tables, video, spans).items()
    best.update({(moment, label): score for moment, labels in given for label, score in labels.items()})
    tables.db.rows(f"DELETE FROM sightings WHERE {tables.layout.of_videos_moments}", [video])
    rows = [(moment, label, score) for (moment, label), score in sorted(best.items())]
    tables.insert("sightings", video, ["moment", "label", "score"], rows)


def _refresh_rejections(tables: SqlTables, video: int) -> None:
    rejected = {
        (moment, note.label)
        for note in notes_of(tables.db, video)
        if note.rejected
        for moment, span in _spans(tables.db, video).items()
        if note.span.overlaps(span)
    }
    tables.db.rows(f"DELETE FROM rejections WHERE {tables.layout.of_videos_moments}", [video])
    tables.insert("rejections", video, ["moment", "label"], sorted(rejected))


def _given(tables: SqlTables, video: int, spans: dict[int, Span]) -> dict[int, dict[str, float]]:
    """Labels that people have given each moment, and those that they have taught, with their scores."""
    given: dict[int, dict[str, float]] = {moment: {} for moment in spans}
    for moment, name, score in tables.db.rows(
        "SELECT matches.moment, classes.name, matches.score FROM matches JOIN classes ON classes.id = matches.class "
        f"WHERE {tables.layout.of_videos_moments} ORDER BY classes.name",
        [video],
    ):
        given[moment][name] = score
    for note in notes_of(tables.db, video):
        for moment, span in spans.items():
            if note.span.overlaps(span):
                given[moment].pop(note.label, None)
                given[moment].update({} if note.rejected else {note.label: 1.0})
    return given


def notes_of(db: SqlDatabase, video: int) -> list[Note]:
    """What people say of the video with this number."""
    rows = db.rows("SELECT start_pts, end_pts, label, rejected FROM notes WHERE video = ? ORDER BY id", [video])
    return [Note(Span(start, end), label, bool(rejected)) for start, end, label, rejected in rows]


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
    """The names of the video's files, each as one line of valid Unicode."""
    rows = db.rows("SELECT name FROM videos WHERE number = ? UNION SELECT name FROM paths WHERE video = ?", [video] * 2)
    return [" ".join(unpack_file_name(name).encode(errors="replace").decode().split()) for (name,) in rows]
