"""What the exports write: all that is kept of a video, read at once, and how its times become the formats' own.

Times are integer pts of the video's time base up to the moment when they are written (``times.py``).
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from passerby.geometry import clip
from passerby.records import (
    Box,
    Cue,
    Floats,
    Moment,
    Note,
    PeopleMasks,
    ScreenText,
    Shot,
    StoredVideo,
    Tag,
    Ticks,
    Track,
    Utterance,
)
from passerby.store.chapters import Chapter, chapter_spans
from passerby.store.corrections import corrected
from passerby.store.library import Store
from passerby.times import Span

FindingKind = Literal["object", "tag", "text", "said", "cue"]

# What players and editing programs count frames in.
RATES = tuple(Fraction(rate) for rate in (24, 25, 30, 48, 50, 60)) + tuple(
    Fraction(rate * 1000, 1001) for rate in (24, 30, 60)
)
SLOWEST = 23  # frames a second: a rate below it is counted in a multiple of it
WORDS_A_SHOT = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was found, in words, and when."""

    kind: FindingKind
    label: str  # on one line, without control characters
    span: Span  # of an object: from when it is first seen to when it is last seen
    score: float | None  # None for what has no score
    language: str = ""  # of what is said
    box: Box | None = None  # of text
    track: int | None = None  # index of an object's track


@dataclass(frozen=True, slots=True)
class Known:
    """All that is kept of a video, but vectors and thumbnails; what people have rejected is left out."""

    video: StoredVideo
    shots: tuple[Shot, ...]
    cues: tuple[Cue, ...]
    moments: tuple[Moment, ...]
    tracks: tuple[Track, ...]  # of things; there is none of a person
    tags: tuple[Tag, ...]
    texts: tuple[ScreenText, ...]
    utterances: tuple[Utterance, ...]  # as people have corrected them
    given: tuple[Note, ...]  # labels that people gave
    chapters: tuple[Chapter, ...]  # that people made
    people: PeopleMasks | None
    rate: Fraction  # frames a second that formats with frame numbers count in: nominal_rate
    sampled: Ticks  # (n,) rising, when things were looked for; of MOT, CVAT, COCO and YOLO these are the frames

    @staticmethod
    def of(store: Store, video: StoredVideo) -> "Known":
        """Read it. Raises StoreError."""
        moments, people, notes = (
            store.records.of(video.id, Moment),
            store.records.single(video.id, PeopleMasks),
            store.notes.of(video.id),
        )
        rejected = [note for note in notes if note.rejected]
        tracks = tuple(
            track for track in store.records.of(video.id, Track) if not _is_among(rejected, track.label, _span(track))
        )
        tags = (
            tag
            for tag in store.records.of(video.id, Tag)
            if not _is_among(rejected, tag.label, moments[tag.moment].span)
        )
        return Known(
            video,
            tuple(store.records.of(video.id, Shot)),
            tuple(store.records.of(video.id, Cue)),
            tuple(moments),
            tracks,
            tuple(tags),
            tuple(store.records.of(video.id, ScreenText)),
            tuple(corrected(store.records.of(video.id, Utterance), store.corrections.of(video.id))),
            tuple(note for note in notes if not note.rejected),
            tuple(store.chapters.of(video.id)),
            people,
            nominal_rate(video),
            _sampled(tracks, people),
        )

    @property
    def name(self) -> str:
        """The video's name, as it can be written anywhere."""
        return one_line(self.video.name)

    def frame(self, pts: int) -> int:
        """The number, from 0, of the frame at ``pts`` in a video of the nominal rate that shows it at its time.

        In a video of constant rate it is the number of the frame itself; in one of variable rate it is right in time
        to half a frame, and counts frames that the file does not have.
        """
        return round(pts * self.video.time_base.tick * self.rate)

    def boxes(self, track: Track) -> Floats:
        """The boxes (n, 4) of a track within the picture."""
        return clip(track.boxes, self.video.width, self.video.height)

    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found, in order of time."""
        found = [
            *(Finding("cue", cue.kind, cue.span, None) for cue in self.cues),
            *(
                Finding("object", track.label, _span(track), track.score, track=number)
                for number, track in enumerate(self.tracks)
            ),
            *(Finding("tag", tag.label, self.moments[tag.moment].span, tag.score) for tag in self.tags),
            *(Finding("tag", one_line(note.label), note.span, None) for note in self.given),
            *(Finding("text", one_line(line.text), line.span, line.score, box=line.box) for line in self.texts),
            *(Finding("said", one_line(said.text), said.span, None, said.language) for said in self.utterances),
        ]
        return tuple(sorted(found, key=lambda finding: (finding.span.start, finding.span.end)))

    def words(self) -> list[tuple[str, ...]]:
        """For each shot the labels of what is seen in it, the surest first."""
        starts, ends = ([getattr(shot.span, side) for shot in self.shots] for side in ("start", "end"))
        found: list[dict[str, None]] = [{} for _ in self.shots]
        seen = [finding for finding in self.findings() if finding.kind in ("object", "tag")]
        for finding in sorted(seen, key=lambda finding: -(finding.score or 0.0)):
            for place in range(bisect_right(ends, finding.span.start), bisect_right(starts, last_pts(finding))):
                found[place][finding.label] = None
        return [tuple(labels)[:WORDS_A_SHOT] for labels in found]

    def parts(self) -> list[tuple[Span, str]]:
        """The video in parts with names: the chapters that people have made, or else its shots."""
        if not self.chapters:
            return list(zip((shot.span for shot in self.shots), self.titles(), strict=True))
        return [
            (span, one_line(chapter.name))
            for span, chapter in zip(chapter_spans(self.chapters, self.video.duration), self.chapters, strict=True)
        ]

    def titles(self) -> list[str]:
        """What each shot is called: its number from 1, and what is seen in it."""
        return [
            ": ".join([f"Shot {number}", *filter(None, [", ".join(words)])])
            for number, words in enumerate(self.words(), 1)
        ]


def nominal_rate(video: StoredVideo) -> Fraction:
    """The one of RATES that is nearest to the average rate of ``video``.

    A rate below SLOWEST is counted in its least multiple that is not: 12 frames a second in 24.
    """
    length = video.duration * video.time_base.tick
    if not length or not video.frames:
        return Fraction(25)
    average = video.frames / length
    wanted = average * max(1, math.ceil(SLOWEST / average))
    return min(RATES, key=lambda rate: abs(rate / wanted - 1))


def _span(track: Track) -> Span:
    """From when it is first seen to when it is last seen."""
    return Span(*track.times[[0, -1]].tolist())


def _is_among(notes: Sequence[Note], label: str, span: Span) -> bool:
    return any(note.label == label and note.span.start <= span.end and span.start < note.span.end for note in notes)


def _sampled(tracks: Sequence[Track], people: PeopleMasks | None) -> Ticks:
    """Whoever is looked for is looked for in the same samples as things are."""
    looked = np.zeros(0, np.int64) if people is None else people.times
    return np.unique(np.concatenate([looked, *(track.times for track in tracks)]))


def last_pts(finding: Finding) -> int:
    """The last pts at which it is there: an object is still there at the end of its span."""
    return finding.span.end if finding.kind == "object" else finding.span.end - 1


def one_line(text: str) -> str:
    """``text`` without what XML and UTF-8 cannot hold, or would break a line.

    >>> one_line("a\\x00b\\nc \\udcff")
    'a b c ?'
    """
    safe = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(sign if sign.isprintable() or sign in "\u200c\u200d" else " " for sign in safe)


def decimal(seconds: float) -> str:
    """Seconds to the microsecond, without an exponent and without noughts at the end.

    >>> decimal(2.50), decimal(1e-05), decimal(3.0)
    ('2.5', '0.00001', '3')
    """
    return f"{seconds:.6f}".rstrip("0").rstrip(".")
