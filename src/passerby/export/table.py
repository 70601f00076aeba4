"""Everything that was found as one CSV table: a row for each shot and finding, and for each box of a track.

Times are seconds to the microsecond, boxes pixels of the upright frame. A text that a spreadsheet would take for a
formula has an apostrophe before it (https://owasp.org/www-community/attacks/CSV_Injection): it comes from the video.
Some take the wide and the small forms of those signs for them, and leave out spaces before them.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence

from passerby.export.known import Finding, Known, decimal
from passerby.times import Span

FORMULA = ("=", "+", "-", "@", "\u2212")  # a text that begins so
UNSEEN = " \u200b\u200c\u200d\ufeff"  # and what may stand before that
HEAD = ("kind", "start", "end", "label", "score", "track", "x1", "y1", "x2", "y2")


def table(known: Known) -> bytes:
    """The table, in UTF-8, with HEAD as its first line."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for number, shot in enumerate(known.shots, 1):
        writer.writerow(_row(known, "shot", shot.span, f"shot {number}, scene {shot.scene}"))
    for finding in known.findings():
        writer.writerows(_rows(known, finding))
    return text.getvalue().encode()


def _rows(known: Known, finding: Finding) -> Iterator[Sequence[str]]:
    yield _row(known, finding.kind, finding.span, finding.label, finding.score, finding.track, finding.box)
    if finding.track is not None:
        track = known.tracks[finding.track]
        rows = zip(track.times.tolist(), track.scores.tolist(), known.boxes(track).tolist(), strict=True)
        for pts, score, box in rows:
            yield _row(known, "box", Span(pts, pts), finding.label, score, finding.track, box)


def _row(
    known: Known,
    kind: str,
    span: Span,
    label: str,
    score: float | None = None,
    track: int | None = None,
    box: Sequence[float] | None = None,
) -> Sequence[str]:
    seconds = known.video.time_base.seconds
    return (
        kind,
        decimal(seconds(span.start)),
        decimal(seconds(span.end)),
        f"'{label}" if _may_be_formula(label) else label,
        "" if score is None else f"{score:.4f}",
        "" if track is None else str(track + 1),
        *([""] * 4 if box is None else [f"{side:.1f}" for side in box]),
    )


def _may_be_formula(label: str) -> bool:
    """
    >>> [_may_be_formula(label) for label in ("=1", " \\uff1d1", "\\t+1", "\\ufe63", "1 = 1")]
    [True, True, True, True, False]
    """
    return unicodedata.normalize("NFKC", label).lstrip(UNSEEN + "\t\r\n").startswith(FORMULA)
