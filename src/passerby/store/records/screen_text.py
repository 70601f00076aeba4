"""Words on screen. A moment has the lines that are seen in it."""

from collections.abc import Mapping, Sequence

from passerby.records import ScreenText
from passerby.store.records.base import Lines, MomentSpans, RecordTable
from passerby.times import Span


def _written(texts: Sequence[ScreenText], spans: MomentSpans) -> Mapping[int, Sequence[str]]:
    return {
        moment: list(dict.fromkeys(line.text for line in texts if line.span.overlaps(span)))
        for moment, span in spans.items()
    }


TABLE = RecordTable(
    kind=ScreenText,
    name="texts",
    columns={
        "text": "text", "score": "real", "start_pts": "integer", "end_pts": "integer",
        "x1": "real", "y1": "real", "x2": "real", "y2": "real",
    },
    to_row=lambda line: (line.text, line.score, line.span.start, line.span.end, *line.box),
    from_row=lambda text, score, start, end, *box: ScreenText(text, score, Span(start, end), box),
    of="video",
    lines=Lines("text", _written),
)  # fmt: skip
