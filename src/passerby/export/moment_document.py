"""What is known of one moment of a video, and what is said in a stretch of it, for programs that read a part.

Answers are bounded, however much is known: what is left out is counted, or told where to go on.
"""

from collections.abc import Sequence
from fractions import Fraction

from passerby.errors import UsageError
from passerby.export.document import Document, people_in
from passerby.export.known import Finding, FindingKind, Known, last, one_line
from passerby.records import Moment, SpokenWord, Utterance, Video
from passerby.store.library import Store
from passerby.times import Span, TimeBase, format_timecode

MOST_FINDINGS = 40  # of each kind
MOST_WORDS = 1000  # of a transcript
MOST_SIGNS = 300  # of one text; more is cut
MOST_LINE = 10_000  # of what is said at once

_KINDS: dict[str, FindingKind] = {"objects": "object", "tags": "tag", "text": "text", "speech": "said", "cues": "cue"}


def moment_at(known: Known, seconds: Fraction) -> int:
    """The index of the moment at this time. Raises UsageError if the video is not so long."""
    pts = known.video.time_base.pts_at(seconds)
    for number, moment in enumerate(known.moments):
        if moment.span.start <= pts < moment.span.end:
            return number
    raise UsageError(f"{format_timecode(float(seconds))}: there is no moment at that time; {_length(known.video)}")


def moment_document(known: Known, number: int) -> Document:
    """What was found in the moment with this index: of each kind the surest, then the earliest."""
    moment, base = known.moments[number], known.video.time_base
    there = [
        finding
        for finding in known.findings()
        if finding.span.start < moment.span.end and last(finding) >= moment.span.start
    ]
    found = {name: [finding for finding in there if finding.kind == kind] for name, kind in _KINDS.items()}
    return (
        _head(known.video)
        | {"moment": number}
        | _times(moment.span, base)
        | {name: [_finding(finding, base) for finding in _surest(kind)] for name, kind in found.items()}
        | {"left_out": sum(max(0, len(kind) - MOST_FINDINGS) for kind in found.values())}
        | _people(known, moment)
    )


def transcript_document(store: Store, video: Video, start: Fraction, end: Fraction | None) -> Document:
    """What is said from ``start`` on, before ``end``, in seconds; after MOST_WORDS words ``next`` tells where to go on.

    Raises UsageError for no stretch of time.
    """
    base = video.time_base
    if end is not None and end <= start:
        raise UsageError(f"expected an end after {format_timecode(float(start))}, found {format_timecode(float(end))}")
    span = Span(base.pts_at(start), max(video.duration, base.pts_at(start)) + 1 if end is None else base.pts_at(end))
    lines: list[Document] = []
    told, following = 0, None
    for said in sorted(store.records.of(video.id, Utterance), key=lambda said: said.span.start):
        words = [word for word in said.words if word.span.start < span.end and word.span.end > span.start]
        if not said.span.overlaps(span) or (said.words and not words):
            continue
        room = MOST_WORDS - told
        left_out = words[room:] if words else [said] if room <= 0 else []
        if room > 0:
            lines.append(_line(said, words[:room], base))
        if left_out:
            following = base.seconds(left_out[0].span.start)
            break
        told += len(words) or len(said.text.split())
    return _head(video) | {
        "speech_looked_for": "speech" in store.records.finished(video.id),
        "lines": lines,
        "next": following,
    }


def _line(said: Utterance, words: Sequence[SpokenWord], base: TimeBase) -> Document:
    """An utterance, or the words of it that are asked for."""
    whole = len(words) == len(said.words)
    return (
        {"text": _short(said.text if whole else " ".join(word.text for word in words), MOST_LINE)}
        | _times(said.span if whole else Span(words[0].span.start, words[-1].span.end), base)
        | {"language": said.language}
        | {"words": [{"text": _short(word.text)} | _times(word.span, base) for word in words]}
    )


def _surest(findings: Sequence[Finding]) -> list[Finding]:
    chosen = sorted(findings, key=lambda finding: (-(finding.score or 0.0), finding.span.start))[:MOST_FINDINGS]
    return sorted(chosen, key=lambda finding: finding.span.start) if chosen and chosen[0].score is None else chosen


def _finding(finding: Finding, base: TimeBase) -> Document:
    score = None if finding.score is None else round(float(finding.score), 4)
    return {"label": _short(finding.label), "score": score} | _times(finding.span, base)


def _people(known: Known, moment: Moment) -> Document:
    """How many at once, and why nothing is described, if that is so."""
    return {"people": 0, "not_described": ""} | {
        name: value for name, value in people_in(moment, known.people).items() if name != "mask_coverage"
    }


def _head(video: Video) -> Document:
    return {"video": video.id, "name": _short(video.name)}


def _times(span: Span, base: TimeBase) -> Document:
    return {"start": base.seconds(span.start), "end": base.seconds(span.end)}


def _length(video: Video) -> str:
    return f"the video ends at {format_timecode(video.time_base.seconds(video.duration))}"


def _short(text: str, most: int = MOST_SIGNS) -> str:
    line = one_line(text)
    return line if len(line) <= most else line[:most] + " …"
