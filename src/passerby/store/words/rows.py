"""What can be searched of a moment: its sightings (labels with scores) and its row of words, made from the records.

Both are derived. What people say comes before what a model says: a label that they give has the score 1, one that they
reject is not there.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from passerby.records import Note
from passerby.store.records import TABLES
from passerby.store.records.base import MomentSpans, RecordTable
from passerby.store.records.people_masks import PERSON
from passerby.store.search import ReasonKind

# A column holds one label, line of text or utterance a line, so that a match can be traced to it (highlights.py).
IndexedWords = tuple[str, str, str, str, str, str, str]
COLUMNS = ("objects", "tags", "text", "speech", "cues", "people", "name")
# What each says of a moment.
KINDS: Mapping[str, ReasonKind] = MappingProxyType(
    {
        "objects": "object",
        "tags": "tag",
        "text": "text",
        "speech": "said",
        "cues": "cue",
        "people": "person",
        "name": "name",
    }
)
# How much a word counts where it is found, in the order of COLUMNS: what a detector saw before what a classifier
# guessed, and a video's name, which all of its moments share, least.
WEIGHTS = (10.0, 6.0, 8.0, 8.0, 6.0, 4.0, 1.0)
TIERS = (("objects",), ("tags", "text", "speech", "cues", "people"), ("name",))  # those that count most first
PEOPLE_WORDS = "person people"

ReadRecords = Callable[[RecordTable[Any]], Sequence[Any]]  # all of a kind, of one video
Given = Mapping[int, Mapping[str, float]]  # labels that people have given each moment, with their scores
Labels = Mapping[int, Sequence[str]]  # by the id of a moment


@dataclass(frozen=True, slots=True)
class KnownOfVideo:
    """What the words of a video's moments are made from."""

    spans: MomentSpans
    objects: Labels
    tags: Labels
    rejected: Labels
    given: Given
    records: ReadRecords
    names: Sequence[str]  # of its files


def rejections(notes: Iterable[Note], spans: MomentSpans) -> set[tuple[int, str]]:
    """The moments and labels that people say are not there."""
    return {
        (moment, note.label)
        for note in notes
        if note.rejected
        for moment, span in spans.items()
        if note.span.overlaps(span)
    }


def given(taught: Iterable[tuple[int, str, float]], notes: Iterable[Note], spans: MomentSpans) -> Given:
    """Labels that people have given each moment, and those that they have taught: moment, name and score."""
    labels: dict[int, dict[str, float]] = {moment: {} for moment in spans}
    for moment, name, score in taught:
        labels[moment][name] = score
    for note in notes:
        for moment, span in spans.items():
            if note.span.overlaps(span):
                labels[moment].pop(note.label, None)
                labels[moment].update({} if note.rejected else {note.label: 1.0})
    return labels


def sightings(
    records: ReadRecords, spans: MomentSpans, rejected: Collection[tuple[int, str]], labels_given: Given
) -> dict[tuple[int, str], float]:
    """The best score of each label in each moment."""
    best: dict[tuple[int, str], float] = {}
    for table in TABLES:
        for key, score in table.labels(records(table), spans).items() if table.labels else ():
            best[key] = max(score, best.get(key, 0.0))
    best = {key: score for key, score in best.items() if key not in rejected}
    best.update({(moment, label): score for moment, labels in labels_given.items() for label, score in labels.items()})
    return dict(sorted(best.items()))


def indexed(known: KnownOfVideo) -> dict[int, IndexedWords]:
    """The words that each moment of a video should have, by the moment's id."""
    lines, names = _lines(known.records, known.spans), "\n".join(known.names)
    return {
        moment: (
            "\n".join(
                label for label in known.objects.get(moment, ()) if label != PERSON and label not in known.given[moment]
            ),
            "\n".join(
                sorted({*known.tags.get(moment, ())} - {*known.rejected.get(moment, ())} | known.given[moment].keys())
            ),
            "\n".join(lines[moment, "text"]),
            "\n".join(lines[moment, "speech"]),
            "\n".join(lines[moment, "cues"]),
            PEOPLE_WORDS if PERSON in known.objects.get(moment, ()) else "",
            names,
        )
        for moment in known.spans
    }


class VideoTrait(NamedTuple):
    """Something that a video has, by which lists of videos are narrowed."""

    kind: str  # "label"; or "has", of text, speech and people
    value: str


def facets(moments: Iterable[IndexedWords]) -> set[VideoTrait]:
    """What a video has, from the words of its moments."""
    found = set[VideoTrait]()
    for objects, tags, text, speech, _, people, _ in moments:
        found.update(VideoTrait("label", label) for label in (*objects.split("\n"), *tags.split("\n")) if label)
        there = (("text", text), ("speech", speech), ("people", people))
        found.update(VideoTrait("has", name) for name, words in there if words)
    return found


def as_written(row: Sequence[str]) -> IndexedWords:
    """The columns of a row of the index as they were written, from those and what is ``shown``."""
    *columns, kept = row
    objects, tags, text, speech, cues, people, name = json.loads(kept) if kept else columns
    return objects, tags, text, speech, cues, people, name


def as_name(file_name: str) -> str:
    """The name of a file as one line of valid Unicode."""
    return " ".join(file_name.encode(errors="replace").decode().split())


def sentence(words: IndexedWords) -> str:
    """The columns of a moment as one text.

    Its name and its cues say nothing of what it shows; that there are people in it would make it mean a little of
    everything.
    """
    objects, tags, text, speech, *_ = words
    labels = dict.fromkeys([*objects.split("\n"), *tags.split("\n")])
    parts = [", ".join(filter(None, labels)), ". ".join(text.split("\n")), " ".join(speech.split("\n"))]
    return ". ".join(filter(None, parts))


def _lines(records: ReadRecords, spans: MomentSpans) -> Mapping[tuple[int, str], list[str]]:
    """What the records of a video say, by the id of a moment and the column."""
    lines: dict[tuple[int, str], list[str]] = defaultdict(list)
    for table in TABLES:
        if table.lines:
            for moment, said in table.lines.say(records(table), spans).items():
                lines[moment, table.lines.column] += said
    return lines
