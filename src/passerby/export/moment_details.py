"""What is known of one moment of a video, and what is said in a stretch of it, for programs that read a part.

Answers are bounded, however much is known: what is left out is counted, or told where to go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from passerby.documents import Document
from passerby.errors import UsageError
from passerby.export.known import Finding, FindingKind, Known, last_pts, one_line
from passerby.export.people_insight import people_in
from passerby.export.speech_insight import CorrectionInsight, SpeechInsight, WordInsight
from passerby.notebook import escape, picture, table
from passerby.records import SpokenWord, StoredVideo, Thumbnail, Utterance
from passerby.store.corrections import CorrectedTranscript, TranscriptLine
from passerby.store.library import Store
from passerby.times import Span, TimeBase, format_timecode

MOST_FINDINGS = 40  # of each kind
MOST_WORDS = 1000  # of a transcript
MOST_SIGNS = 300  # of one text; more is cut
MOST_LINE = 10_000  # of what is said at once

_KINDS: tuple[FindingKind, ...] = ("object", "tag", "text", "said", "cue")


@dataclass(frozen=True, slots=True)
class FindingInsight:
    """Something that was found in a moment."""

    label: str
    score: float | None  # None for what has none
    start: float  # seconds
    end: float

    def document(self) -> Document:
        score = None if self.score is None else round(float(self.score), 4)
        return {"label": self.label, "score": score, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class MomentDetails:
    """What is known of a moment, with its picture."""

    video: str  # id
    name: str  # of the video
    moment: int  # its index in the video
    start: float  # seconds
    end: float
    objects: tuple[FindingInsight, ...]
    tags: tuple[FindingInsight, ...]
    text: tuple[FindingInsight, ...]
    speech: tuple[FindingInsight, ...]
    cues: tuple[FindingInsight, ...]
    left_out: int  # how many findings did not fit
    people: int  # the most at once
    not_described: str  # why nothing is described; "" if something may be
    thumbnail: Thumbnail | None = field(default=None, repr=False)  # without people; not in the document

    def document(self) -> Document:
        return {
            "video": self.video,
            "name": self.name,
            "moment": self.moment,
            "start": self.start,
            "end": self.end,
            "objects": [finding.document() for finding in self.objects],
            "tags": [finding.document() for finding in self.tags],
            "text": [finding.document() for finding in self.text],
            "speech": [finding.document() for finding in self.speech],
            "cues": [finding.document() for finding in self.cues],
            "left_out": self.left_out,
            "people": self.people,
            "not_described": self.not_described,
        }

    def _repr_html_(self) -> str:
        drawn = "" if self.thumbnail is None else picture(self.thumbnail.jpeg, "the moment, without its people")
        kinds = {"objects": self.objects, "tags": self.tags, "text": self.text, "speech": self.speech}
        rows = [(name, escape(", ".join(finding.label for finding in found))) for name, found in kinds.items() if found]
        when = f"{self.name}, {format_timecode(self.start)}-{format_timecode(self.end)}"
        return drawn + table(("", ""), rows, when)


@dataclass(frozen=True, slots=True)
class Transcript:
    """What is said in a stretch of a video."""

    video: str  # id
    name: str  # of the video
    speech_looked_for: bool
    lines: tuple[SpeechInsight, ...]
    next: float | None  # from when to ask for the rest, in seconds; None if that is all

    def document(self) -> Document:
        return {
            "video": self.video,
            "name": self.name,
            "speech_looked_for": self.speech_looked_for,
            "lines": [line.document() for line in self.lines],
            "next": self.next,
        }


def moment_at(known: Known, seconds: Fraction) -> int:
    """The index of the moment at this time. Raises UsageError if the video is not so long."""
    pts = known.video.time_base.pts_at(seconds)
    for number, moment in enumerate(known.moments):
        if moment.span.start <= pts < moment.span.end:
            return number
    raise UsageError(f"{format_timecode(float(seconds))}: there is no moment at that time; {_length(known.video)}")


def moment_details(known: Known, number: int, thumbnail: Thumbnail | None) -> MomentDetails:
    """What was found in the moment with this index: of each kind the surest, then the earliest."""
    moment, base = known.moments[number], known.video.time_base
    there = [
        finding
        for finding in known.findings()
        if finding.span.start < moment.span.end and last_pts(finding) >= moment.span.start
    ]
    found = {kind: [finding for finding in there if finding.kind == kind] for kind in _KINDS}
    told = {kind: tuple(_insight(finding, base) for finding in _surest(findings)) for kind, findings in found.items()}
    people, _, not_described = (0, 0.0, "") if known.people is None else people_in(moment, known.people)
    return MomentDetails(
        video=known.video.id,
        name=_short(known.video.name),
        moment=number,
        start=base.seconds(moment.span.start),
        end=base.seconds(moment.span.end),
        objects=told["object"],
        tags=told["tag"],
        text=told["text"],
        speech=told["said"],
        cues=told["cue"],
        left_out=sum(max(0, len(findings) - MOST_FINDINGS) for findings in found.values()),
        people=people,
        not_described=not_described,
        thumbnail=thumbnail,
    )


def transcript(store: Store, video: StoredVideo, start: Fraction, end: Fraction | None) -> Transcript:
    """What is said from ``start`` on, before ``end``, in seconds; after MOST_WORDS words ``next`` tells where to go on.

    Raises UsageError for no stretch of time.
    """
    base = video.time_base
    if end is not None and end <= start:
        raise UsageError(f"expected an end after {format_timecode(float(start))}, found {format_timecode(float(end))}")
    span = Span(base.pts_at(start), max(video.duration, base.pts_at(start)) + 1 if end is None else base.pts_at(end))
    lines: list[SpeechInsight] = []
    told, following = 0, None
    found = CorrectedTranscript.of(store.records.of(video.id, Utterance), store.corrections.of(video.id))
    for line in sorted(found.lines, key=lambda line: line.said.span.start):
        said = line.said
        words = [word for word in said.words if word.span.start < span.end and word.span.end > span.start]
        if not said.span.overlaps(span) or (said.words and not words):
            continue
        room = MOST_WORDS - told
        left_out = words[room:] if words else [said] if room <= 0 else []
        if room > 0:
            lines.append(_line(line, words[:room], base))
        if left_out:
            following = base.seconds(left_out[0].span.start)
            break
        told += len(words) or len(said.text.split())
    looked_for = "speech" in store.records.finished(video.id)
    return Transcript(video.id, _short(video.name), looked_for, tuple(lines), following)


def _line(line: TranscriptLine, words: Sequence[SpokenWord], base: TimeBase) -> SpeechInsight:
    """An utterance, or the words of it that are asked for."""
    said = line.said
    whole = len(words) == len(said.words)
    span = said.span if whole else Span(words[0].span.start, words[-1].span.end)
    return SpeechInsight(
        text=_short(said.text if whole else " ".join(word.text for word in words), MOST_LINE),
        start=base.seconds(span.start),
        end=base.seconds(span.end),
        language=said.language,
        words=tuple(
            WordInsight(_short(word.text), base.seconds(word.span.start), base.seconds(word.span.end)) for word in words
        ),
        correction=CorrectionInsight.of(line),
    )


def _surest(findings: Sequence[Finding]) -> list[Finding]:
    chosen = sorted(findings, key=lambda finding: (-(finding.score or 0.0), finding.span.start))[:MOST_FINDINGS]
    return sorted(chosen, key=lambda finding: finding.span.start) if chosen and chosen[0].score is None else chosen


def _insight(finding: Finding, base: TimeBase) -> FindingInsight:
    times = base.seconds(finding.span.start), base.seconds(finding.span.end)
    return FindingInsight(_short(finding.label), finding.score, *times)


def _length(video: StoredVideo) -> str:
    return f"the video ends at {format_timecode(video.time_base.seconds(video.duration))}"


def _short(text: str, most: int = MOST_SIGNS) -> str:
    line = one_line(text)
    return line if len(line) <= most else line[:most] + " …"
