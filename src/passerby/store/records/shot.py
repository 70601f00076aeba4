"""Shots: what lies between two cuts."""

from passerby.records import Shot
from passerby.store.records.base import RecordTable
from passerby.times import Span

TABLE = RecordTable(
    kind=Shot,
    name="shots",
    columns={"start_pts": "integer", "end_pts": "integer", "scene": "integer"},
    to_row=lambda shot: (shot.span.start, shot.span.end, shot.scene),
    from_row=lambda start, end, scene: Shot(Span(start, end), scene),
    of="video",
    is_numbered=True,
)
