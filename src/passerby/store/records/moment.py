"""Moments: the units of search, which the records of moments hang on."""

from passerby.records import Moment
from passerby.store.records.base import RecordTable
from passerby.times import Span

TABLE = RecordTable(
    kind=Moment,
    name="moments",
    columns={"start_pts": "integer", "end_pts": "integer", "shot": "integer"},
    to_row=lambda moment: (moment.span.start, moment.span.end, moment.shot),
    from_row=lambda start, end, shot: Moment(Span(start, end), shot),
    of="video",
    is_numbered=True,
    is_unit=True,
)
