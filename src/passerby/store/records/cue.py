"""Cues: stretches of black, fade, freeze, colour bars or silence. A moment has the words of those in it."""

from collections.abc import Mapping, Sequence

from passerby.records import Cue
from passerby.store.records.base import Lines, MomentSpans, RecordTable
from passerby.times import Span


def _kinds(cues: Sequence[Cue], spans: MomentSpans) -> Mapping[int, Sequence[str]]:
    return {moment: sorted({cue.kind for cue in cues if cue.span.overlaps(span)}) for moment, span in spans.items()}


TABLE = RecordTable(
    kind=Cue,
    name="cues",
    columns={"kind": "text", "start_pts": "integer", "end_pts": "integer"},
    to_row=lambda cue: (cue.kind, cue.span.start, cue.span.end),
    from_row=lambda kind, start, end: Cue(kind, Span(start, end)),
    of="video",
    is_numbered=True,
    lines=Lines("cues", _kinds),
)
