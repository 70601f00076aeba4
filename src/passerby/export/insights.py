"""What the library knows of a video, for whoever reads it: in seconds, and as ``show --json`` tells it.

Times are seconds, boxes ``x1, y1, x2, y2`` in pixels of the upright frame, x2 and y2 exclusive. A document has rounded
scores and boxes: docs/json.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from passerby.dates import format_date
from passerby.documents import Document
from passerby.export.people_insight import PeopleInsight, people_in, people_seen
from passerby.export.speech_insight import SpeechInsight, UnplacedCorrection, speech_of
from passerby.notebook import facts
from passerby.records import (
    Box,
    Cue,
    CueKind,
    Moment,
    PeopleMasks,
    RecordingDate,
    Review,
    ScreenText,
    Shot,
    StoredVideo,
    Tag,
    Track,
    TrackSpan,
    VideoStatus,
)
from passerby.store.chapters import chapter_spans
from passerby.store.library import Store
from passerby.times import Span, TimeBase, format_timecode
from passerby.wording import counted


@dataclass(frozen=True, slots=True)
class Video:
    """A video of a library."""

    id: str  # SHA-256 of the file, in hex
    name: str  # file name
    path: str  # absolute, the latest known
    duration: float  # seconds; 0 while it is incomplete
    status: VideoStatus
    note: str  # what there is to say about it; "" for nothing
    recorded: RecordingDate | None
    width: int  # of the upright frame
    height: int
    frames: int

    @classmethod
    def of(cls, video: StoredVideo) -> Self:
        return cls(
            id=video.id,
            name=video.name,
            path=video.path,
            duration=video.time_base.seconds(video.duration),
            status=video.status,
            note=video.note,
            recorded=video.recorded,
            width=video.width,
            height=video.height,
            frames=video.frames,
        )

    def document(self) -> Document:
        """One row of ``list --json``."""
        return {
            "id": self.id,
            "name": self.name,
            "path": self.path,
            "duration": self.duration,
            "status": self.status,
        }

    def __repr__(self) -> str:
        size = f"{self.width}x{self.height}"
        return f"Video({self.name!r}, {format_timecode(self.duration)}, {size}, {self.status}, id {self.id[:12]})"

    def facts(self) -> list[tuple[str, str]]:
        """What there is to say of it in a notebook: what it is called, and what."""
        return [
            ("id", self.id[:12]),
            ("length", format_timecode(self.duration)),
            ("size", f"{self.width}x{self.height}, {counted(self.frames, 'frame')}"),
            ("status", f"{self.status}: {self.note}" if self.note else self.status),
        ]

    def _repr_html_(self) -> str:
        return facts(self.name, self.facts())


@dataclass(frozen=True, slots=True)
class ShotInsight:
    """What lies between two cuts."""

    start: float
    end: float
    scene: int  # neighbouring shots that look alike share a number

    def document(self) -> Document:
        return {"start": self.start, "end": self.end, "scene": self.scene}


@dataclass(frozen=True, slots=True)
class CueInsight:
    """A stretch of black, fade, freeze, colour bars or silence."""

    kind: CueKind
    start: float
    end: float

    def document(self) -> Document:
        return {"kind": self.kind, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class MomentInsight:
    """The unit of search, and what it has of people. Without the stage people nothing is known of these."""

    start: float
    end: float
    people: int | None  # the most at once
    mask_coverage: float | None  # the share of the picture that their mask takes, on average
    not_described: str | None  # why there is no tag, vector or thumbnail of it; "" if there may be

    def document(self) -> Document:
        found: Document = {"start": self.start, "end": self.end}
        if self.people is None or self.mask_coverage is None:
            return found
        return found | {
            "people": self.people,
            "mask_coverage": _score(self.mask_coverage),
            "not_described": self.not_described,
        }


class BoxInsight(NamedTuple):
    """Where a thing is at a time. A tuple, as a long video has hundreds of thousands."""

    time: float
    box: Box
    score: float

    def document(self) -> Document:
        return {"time": self.time, "box": _box(self.box), "score": _score(self.score)}


@dataclass(frozen=True, slots=True)
class ObjectInsight:
    """One thing over time."""

    label: str
    score: float  # mean of the best half of its boxes
    start: float  # when it is first seen
    end: float  # and last
    boxes: tuple[BoxInsight, ...] | None  # None where they were not asked for

    def document(self) -> Document:
        found = {"label": self.label, "score": _score(self.score), "start": self.start, "end": self.end}
        return found if self.boxes is None else found | {"boxes": [box.document() for box in self.boxes]}


@dataclass(frozen=True, slots=True)
class TagInsight:
    """What a moment shows outside its people."""

    label: str
    score: float
    start: float
    end: float

    def document(self) -> Document:
        return {"label": self.label, "score": _score(self.score), "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class NoteInsight:
    """What people have said of a stretch: that a label fits, or that it does not."""

    label: str
    rejected: bool
    start: float
    end: float

    def document(self) -> Document:
        return {"label": self.label, "rejected": self.rejected, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class TextInsight:
    """A line on screen, outside of people."""

    text: str
    score: float  # of its best reading
    start: float
    end: float
    box: Box  # where it was read best

    def document(self) -> Document:
        found = {"text": self.text, "score": _score(self.score), "start": self.start, "end": self.end}
        return found | {"box": _box(self.box)}


@dataclass(frozen=True, slots=True)
class ChapterInsight:
    """A part of the video that people have given a name."""

    name: str
    start: float
    end: float

    def document(self) -> Document:
        return {"name": self.name, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Insights:
    """Everything that is kept of a video, but vectors and thumbnails."""

    video: Video
    shots: tuple[ShotInsight, ...]
    cues: tuple[CueInsight, ...]
    moments: tuple[MomentInsight, ...]
    objects: tuple[ObjectInsight, ...]
    tags: tuple[TagInsight, ...]
    notes: tuple[NoteInsight, ...]
    chapters: tuple[ChapterInsight, ...]
    people: PeopleInsight
    text: tuple[TextInsight, ...]
    speech: tuple[SpeechInsight, ...]
    unplaced: tuple[UnplacedCorrection, ...]  # corrections of lines that are not there any more
    description: str  # that people have given it
    review: Review

    @classmethod
    def of(cls, store: Store, video: StoredVideo, *, boxes: bool = True) -> Self:
        """Read it; without ``boxes``, not where its objects are. The boxes of a long video take longer than all else.

        Raises StoreError.
        """
        base, said = video.time_base, speech_of(store, video)
        moments, people = store.records.of(video.id, Moment), store.records.single(video.id, PeopleMasks)
        times = [_times(moment.span, base) for moment in moments]
        return cls(
            video=Video.of(video),
            shots=tuple(ShotInsight(*_times(shot.span, base), shot.scene) for shot in store.records.of(video.id, Shot)),
            cues=tuple(CueInsight(cue.kind, *_times(cue.span, base)) for cue in store.records.of(video.id, Cue)),
            moments=tuple(_moment(moment, people, base) for moment in moments),
            objects=_objects(store, video, boxes=boxes),
            tags=tuple(TagInsight(tag.label, tag.score, *times[tag.moment]) for tag in store.records.of(video.id, Tag)),
            notes=notes_of(store, video),
            chapters=chapters_of(store, video),
            people=people_seen(people, video),
            text=tuple(
                TextInsight(line.text, line.score, *_times(line.span, base), line.box)
                for line in store.records.of(video.id, ScreenText)
            ),
            speech=said.lines,
            unplaced=said.unplaced,
            description=video.said.description,
            review=video.said.review,
        )

    def document(self) -> Document:
        """All of it, as ``show --json``."""
        video = self.video
        return video.document() | {
            "note": video.note,
            "description": self.description,
            "review": self.review,
            **_recorded(video.recorded),
            "width": video.width,
            "height": video.height,
            "frames": video.frames,
            "shots": [shot.document() for shot in self.shots],
            "cues": [cue.document() for cue in self.cues],
            "moments": [moment.document() for moment in self.moments],
            "objects": [thing.document() for thing in self.objects],
            "tags": [tag.document() for tag in self.tags],
            "notes": [note.document() for note in self.notes],
            "chapters": [chapter.document() for chapter in self.chapters],
            "people": self.people.document(),
            "text": [line.document() for line in self.text],
            "speech": [line.document() for line in self.speech],
            "unplaced": [correction.document() for correction in self.unplaced],
        }

    def __repr__(self) -> str:
        return f"Insights({self.video.name!r}, {', '.join(self._counts())})"

    def _repr_html_(self) -> str:
        labels = ", ".join(sorted({thing.label for thing in self.objects} | {tag.label for tag in self.tags}))
        rows = [("seen", labels or "nothing"), ("said", " ".join(line.text for line in self.speech)[:500])]
        found = ("found", ", ".join(self._counts()))
        return facts(self.video.name, [*self.video.facts(), found, *(row for row in rows if row[1])])

    def _counts(self) -> list[str]:
        return [
            counted(len(self.shots), "shot"),
            counted(len(self.cues), "cue"),
            counted(len(self.moments), "moment"),
            counted(len(self.objects), "object"),
            counted(len(self.tags), "tag"),
            f"{counted(len(self.text), 'line')} of text",
            f"{counted(len(self.speech), 'line')} of speech",
        ]


def notes_of(store: Store, video: StoredVideo) -> tuple[NoteInsight, ...]:
    """What people have said of ``video``."""
    base = video.time_base
    return tuple(NoteInsight(note.label, note.rejected, *_times(note.span, base)) for note in store.notes.of(video.id))


def chapters_of(store: Store, video: StoredVideo) -> tuple[ChapterInsight, ...]:
    """The chapters of ``video``."""
    known = store.chapters.of(video.id)
    spans = chapter_spans(known, video.duration)
    return tuple(
        ChapterInsight(chapter.name, *_times(span, video.time_base)) for chapter, span in zip(known, spans, strict=True)
    )


def _moment(moment: Moment, people: PeopleMasks | None, base: TimeBase) -> MomentInsight:
    found = (None, None, None) if people is None else people_in(moment, people)
    return MomentInsight(*_times(moment.span, base), *found)


def _objects(store: Store, video: StoredVideo, *, boxes: bool) -> tuple[ObjectInsight, ...]:
    base = video.time_base
    if not boxes:
        spans = store.records.of(video.id, TrackSpan)
        return tuple(ObjectInsight(seen.label, seen.score, *_times(seen.span, base), None) for seen in spans)
    return tuple(_object(track, base) for track in store.records.of(video.id, Track))


def _object(track: Track, base: TimeBase) -> ObjectInsight:
    times = [base.seconds(pts) for pts in track.times.tolist()]
    rows = zip(times, map(tuple, track.boxes.tolist()), track.scores.tolist(), strict=True)
    return ObjectInsight(track.label, track.score, times[0], times[-1], tuple(BoxInsight(*row) for row in rows))


def _recorded(date: RecordingDate | None) -> Document:
    return {
        "recorded": "" if date is None else format_date(date.unix_seconds),
        "recorded_source": "" if date is None else date.source,
        "recorded_told": "" if date is None else date.as_written,
        "recorded_zone": "" if date is None else date.zone,
        "recorded_zone_source": "" if date is None else date.zone_source,
    }


def _times(span: Span, base: TimeBase) -> tuple[float, float]:
    return base.seconds(span.start), base.seconds(span.end)


def _score(score: float) -> float:
    return round(float(score), 4)


def _box(box: Sequence[float]) -> list[float]:
    return [round(float(side), 1) for side in box]
