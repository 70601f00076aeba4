"""The timeline of a page: a lane for each thing, tag and kind of finding, on which its spans are drawn.

For those who do not see it, each lane says its name, how often and from when to when; the sections below it say more.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise

from passerby.export.known import Finding, Known
from passerby.times import Span, format_timecode

MOST_LANES = 8  # of things, and of tags: those that are there for longest
PARTS = 500  # of the length of a video: spans that are closer together than one of them are drawn as one
MOST_TICKS = 8
STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)  # seconds from tick to tick
WIDE = 0.025  # the share of the length from which on a shot's picture is drawn in its place


def lanes(known: Known, pictures: Mapping[int, str]) -> str:
    """The list of lanes; ``pictures`` are the CSS classes that draw the picture of a shot, by its index."""
    rows = [_axis(known), _strip(known, pictures)]
    findings = known.findings()
    rows += _labelled(known, [one for one in findings if one.kind == "object"], "thing")
    rows += _labelled(known, [one for one in findings if one.kind == "tag"], "tag")
    for kind, name in (("text", "text on screen"), ("said", "speech")):
        rows += _new(_lane(known, kind, name, [one.span for one in findings if one.kind == kind]))
    rows += _new(_lane(known, "people", "people", list(people_spans(known))))
    rows += _labelled(known, [one for one in findings if one.kind == "cue"], "cue")
    return '<ol class="lanes">\n' + "\n".join(rows) + "\n</ol>"


def short(known: Known, pts: int) -> str:
    """A time for people to read: whole seconds."""
    return format_timecode(int(known.video.time_base.seconds(pts))).removesuffix(".000")


def people_spans(known: Known) -> Iterator[Span]:
    """When anybody is seen: from each sample with somebody in it to the next sample."""
    if known.people is None:
        return
    times = [*known.people.times.tolist(), known.video.duration]
    for (start, end), count in zip(pairwise(times), known.people.counts.tolist(), strict=True):
        if count and end > start:
            yield Span(start, end)


def joined(spans: Iterable[Span], gap: int) -> list[Span]:
    """``spans`` in order of time, those joined that lie no further than ``gap`` apart.

    >>> joined([Span(5, 6), Span(0, 2), Span(3, 4)], 1)
    [Span(start=0, end=6)]
    """
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if found and span.start <= found[-1].end + gap:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _labelled(known: Known, findings: Sequence[Finding], kind: str) -> list[str]:
    """A lane a label; the labels that are there for longest first."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for finding in findings:
        spans[finding.label].append(finding.span)
    ordered = sorted(spans.items(), key=lambda item: -sum(span.length for span in item[1]))
    shown = len(ordered) if len(ordered) <= MOST_LANES + 1 else MOST_LANES  # one more needs no more room than "1 more"
    rows = [row for label, mine in ordered[:shown] for row in _lane(known, kind, label, mine)]
    if rest := [span for _, mine in ordered[shown:] for span in mine]:
        rows += _lane(known, kind, f"{len(ordered) - shown} more", rest)
    return _new(rows)


def _new(rows: list[str]) -> list[str]:
    """The first of a group stands apart from what is above it."""
    return [rows[0].replace('class="', 'class="new ', 1), *rows[1:]] if rows else []


def _lane(known: Known, kind: str, name: str, spans: Sequence[Span]) -> list[str]:
    """One lane, or none where there is nothing to draw."""
    if not spans:
        return []
    drawn = joined(spans, known.video.duration // PARTS)
    told = f"{name}: {len(drawn)} times, " if len(drawn) > 1 else f"{name}: "
    told += f"{short(known, drawn[0].start)} to {short(known, drawn[-1].end)}"
    bars = "".join(f'<i style="{_place(known, span)}" title="{_times(known, span)}"></i>' for span in drawn)
    return [
        f'<li class="{kind}"><span class="name" aria-hidden="true">{escape(name)}</span>'
        f'<div class="rail" role="img" aria-label="{escape(told)}">{bars}</div></li>'
    ]


def _strip(known: Known, pictures: Mapping[int, str]) -> str:
    """The shots, each a link to what is known of it."""
    bars = []
    for number, shot in enumerate(known.shots):
        wide = shot.span.length >= WIDE * known.video.duration
        classes = " ".join(["odd"] * (number % 2) + ([pictures[number]] if wide and number in pictures else []))
        told = f"shot {number + 1}, {_times(known, shot.span)}"
        bars.append(
            f'<a href="#shot-{number + 1}" class="{classes}" style="{_place(known, shot.span)}" '
            f'title="{told}" aria-label="{told}"></a>'
        )
    return f'<li class="strip"><span class="name">shots</span><div class="rail">{"".join(bars)}</div></li>'


def _axis(known: Known) -> str:
    base, duration = known.video.time_base, known.video.duration
    step = next((step for step in STEPS if base.seconds(duration) / step <= MOST_TICKS), 4 * STEPS[-1])
    ticks = range(0, duration, max(base.ticks(step), 1))
    marks = "".join(f'<i style="{_place(known, Span(pts, pts))}">{short(known, pts)}</i>' for pts in ticks)
    return f'<li class="axis" aria-hidden="true"><span class="name"></span><div class="rail">{marks}</div></li>'


def _place(known: Known, span: Span) -> str:
    """Where a span is drawn, as CSS, in hundredths of the length."""
    length = max(known.video.duration, 1)
    left, width = (100 * min(max(pts, 0) / length, 1.0) for pts in (span.start, span.length))
    return f"left:{left:.3f}%;width:{min(width, 100 - left):.3f}%"


def _times(known: Known, span: Span) -> str:
    return f"{short(known, span.start)} to {short(known, span.end)}"
