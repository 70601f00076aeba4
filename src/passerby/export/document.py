"""What the library knows of a video as one JSON document: ``show --json`` and ``export --format json``.

Times are seconds, boxes ``[x1, y1, x2, y2]`` in pixels of the upright frame, x2 and y2 exclusive: docs/json.md.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from passerby.dates import format_date
from passerby.records import (
    FULL_COVERAGE,
    Cue,
    Moment,
    PeopleMasks,
    RecordingDate,
    ScreenText,
    Shot,
    Tag,
    Track,
    TrackSpan,
    Utterance,
    Video,
)
from passerby.search.find import SearchResult
from passerby.store.library import Store
from passerby.times import Span, TimeBase

Document = dict[str, Any]

TOO_CLOSE = "people fill the picture"
TOO_SHORT = "too short to be looked at"


def video_summary(video: Video) -> Document:
    """One row of ``list --json``."""
    return {
        "id": video.id,
        "name": video.name,
        "path": video.path,
        "duration": video.time_base.seconds(video.duration),
        "status": video.status,
    }


def _recorded(date: RecordingDate | None) -> Document:
    return {
        "recorded": "" if date is None else format_date(date.unix_seconds),
        "recorded_source": "" if date is None else date.source,
        "recorded_told": "" if date is None else date.told,
        "recorded_zone": "" if date is None else date.zone,
        "recorded_zone_source": "" if date is None else date.zone_source,
    }


def video_document(store: Store, video: Video, *, boxes: bool = True) -> Document:
    """Everything that is kept of ``video``, but vectors and thumbnails; without ``boxes``, not where its objects are.

    The boxes of a long video take longer than all else together.
    """
    base = video.time_base
    moments = store.records.of(video.id, Moment)
    spans = [_span(moment.span, base) for moment in moments]
    people = store.records.one(video.id, PeopleMasks)
    return video_summary(video) | {
        "note": video.note,
        **_recorded(video.recorded),
        "width": video.width,
        "height": video.height,
        "frames": video.frames,
        "shots": [_span(shot.span, base) | {"scene": shot.scene} for shot in store.records.of(video.id, Shot)],
        "cues": [{"kind": cue.kind} | _span(cue.span, base) for cue in store.records.of(video.id, Cue)],
        "moments": [span | people_in(moment, people) for moment, span in zip(moments, spans, strict=True)],
        "objects": _objects(store, video, boxes=boxes),
        "tags": [
            {"label": tag.label, "score": _score(tag.score)} | spans[tag.moment]
            for tag in store.records.of(video.id, Tag)
        ],
        "notes": notes_document(store, video),
        "people": people_summary(people, video),
        "text": [
            {"text": line.text, "score": _score(line.score)} | _span(line.span, base) | {"box": _box(line.box)}
            for line in store.records.of(video.id, ScreenText)
        ],
        "speech": [
            {"text": said.text} | _span(said.span, base) | {"language": said.language} | {"words": _words(said, base)}
            for said in store.records.of(video.id, Utterance)
        ],
    }


def notes_document(store: Store, video: Video) -> list[Document]:
    """What people have said of ``video``."""
    return [
        {"label": note.label, "rejected": note.rejected} | _span(note.span, video.time_base)
        for note in store.notes.of(video.id)
    ]


def search_document(result: SearchResult) -> Document:
    """The answer of ``search --json``."""
    return {
        "query": result.query,
        "notice": result.notice,
        "hits": [asdict(hit) | {"score": _score(hit.score), "why": list(hit.why)} for hit in result.hits],
    }


def _span(span: Span, base: TimeBase) -> Document:
    return {"start": base.seconds(span.start), "end": base.seconds(span.end)}


def _score(score: float) -> float:
    return round(float(score), 4)


def _box(box: Sequence[float]) -> list[float]:
    return [round(float(side), 1) for side in box]


def _objects(store: Store, video: Video, *, boxes: bool) -> list[Document]:
    base = video.time_base
    if not boxes:
        return [
            {"label": seen.label, "score": _score(seen.score)} | _span(seen.span, base)
            for seen in store.records.of(video.id, TrackSpan)
        ]
    return [
        {"label": track.label, "score": _score(track.score)}
        | {"start": base.seconds(int(track.times[0])), "end": base.seconds(int(track.times[-1]))}
        | {"boxes": _boxes(track, base)}
        for track in store.records.of(video.id, Track)
    ]


def _words(said: Utterance, base: TimeBase) -> list[Document]:
    """Of long videos there are tens of thousands: written out, as that takes half the time."""
    seconds = base.seconds
    return [
        {"text": word.text, "start": seconds(word.span.start), "end": seconds(word.span.end)} for word in said.words
    ]


def _boxes(track: Track, base: TimeBase) -> list[Document]:
    rows = zip(track.times.tolist(), track.boxes.tolist(), track.scores.tolist(), strict=True)
    return [{"time": base.seconds(pts), "box": _box(box), "score": _score(score)} for pts, box, score in rows]


def people_in(moment: Moment, people: PeopleMasks | None) -> Document:
    """How much of a moment is masked, and why nothing is described in it, if that is so."""
    if people is None:
        return {}
    first, last = np.searchsorted(people.times, [moment.span.start, moment.span.end]).tolist()
    doubts = sorted(set(people.doubts[first:last]))
    covered = people.coverage[first:last]
    if last > first and covered.min() >= FULL_COVERAGE:
        doubts = [TOO_CLOSE]
    return {
        "people": int(people.counts[first:last].max(initial=0)),
        "mask_coverage": _score(float(covered.mean())) if last > first else 0.0,
        "not_described": "" if "" in doubts else "; ".join(doubts) or TOO_SHORT,
    }


def people_summary(people: PeopleMasks | None, video: Video) -> Document:
    """For how long people are seen, how many at once, and the share of the frame that their mask takes on average."""
    if people is None or not len(people.times):
        return {"seconds": 0.0, "max_at_once": 0, "mask_coverage": 0.0}
    lasts = np.diff(people.times, append=max(video.duration, int(people.times[-1])))
    return {
        "seconds": video.time_base.seconds(int(lasts[people.counts > 0].sum())),
        "max_at_once": int(people.counts.max()),
        "mask_coverage": _score(float(np.average(people.coverage, weights=lasts if lasts.any() else None))),
    }
