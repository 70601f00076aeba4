"""Tracks: one thing over time. A moment has the labels of those that are seen in it, with their scores."""

from collections.abc import Mapping, Sequence

import numpy as np

from passerby.records import Track, TrackSpan, sureness
from passerby.store.records.arrays import pack, unpack
from passerby.store.records.base import ColumnPart, MomentSpans, RecordTable, RecordView, moments_within
from passerby.times import Span


def _track(label: str, times: bytes, boxes: bytes, scores: bytes) -> Track:
    return Track(
        label,
        unpack(times, "<i8", np.int64),
        unpack(boxes, "<f4", np.float32, columns=4),
        unpack(scores, "<f4", np.float32),
    )


def _track_span(label: str, first: bytes, last: bytes, scores: bytes) -> TrackSpan:
    start, end = (int.from_bytes(time, "little", signed=True) for time in (first, last))
    return TrackSpan(label, Span(start, end), sureness(unpack(scores, "<f4", np.float32).tolist()))


def _seen(tracks: Sequence[Track], spans: MomentSpans) -> Mapping[tuple[int, str], float]:
    """The label of each moment in which one is seen, with the best score."""
    best: dict[tuple[int, str], float] = {}
    within = moments_within(spans)
    for track in tracks:
        score = track.score
        near = within(int(track.times[0]), int(track.times[-1]))
        for moment in _moments_of(track, near, spans):
            best[moment, track.label] = max(score, best.get((moment, track.label), 0.0))
    return best


def _moments_of(track: Track, near: Sequence[int], spans: MomentSpans) -> list[int]:
    """Which of the moments near a track have one of its times."""
    edges = np.array([(spans[moment].start, spans[moment].end) for moment in near], np.int64).reshape(-1, 2)
    found = np.diff(np.searchsorted(track.times, edges), axis=1)[:, 0] > 0
    return [moment for moment, seen in zip(near, found.tolist(), strict=True) if seen]


TABLE = RecordTable(
    kind=Track,
    name="tracks",
    columns={"label": "text", "times": "blob", "boxes": "blob", "scores": "blob"},
    to_row=lambda track: (
        track.label,
        pack(track.times, "<i8"),
        pack(track.boxes, "<f4"),
        pack(track.scores, "<f4"),
    ),
    from_row=_track,
    of="video",
    labels=_seen,
)
# Without the boxes, which most of a long video's records consist of.
VIEWS = (
    RecordView(
        TrackSpan,
        TABLE,
        (ColumnPart("label"), ColumnPart("times", 0, 8), ColumnPart("times", -8, 8), ColumnPart("scores")),
        _track_span,
    ),
)
