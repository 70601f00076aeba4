"""What is told of what is said in a video: line by line and word by word, as people have put it right, not by whom."""

import shlex
from dataclasses import dataclass
from typing import NamedTuple, Self

from passerby.dates import format_date
from passerby.documents import Document
from passerby.records import StoredVideo, Utterance
from passerby.store.corrections import CorrectedTranscript, Correction, TranscriptLine
from passerby.store.library import Store
from passerby.times import TimeBase

STAGE = "speech"


class WordInsight(NamedTuple):
    """A word that is said. A tuple, as a long video has tens of thousands."""

    text: str
    start: float
    end: float

    def document(self) -> Document:
        return {"text": self.text, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class CorrectionInsight:
    """That somebody has put a line of the transcript right."""

    heard: str  # by the model
    user: str  # who has put it right
    changed: str  # ISO 8601, UTC

    @classmethod
    def of(cls, line: TranscriptLine) -> Self | None:
        kept = line.correction
        return None if kept is None else cls(line.heard, kept.user, format_date(int(kept.changed)))

    def document(self) -> Document:
        return {"heard": self.heard, "by": self.user, "time": self.changed}


@dataclass(frozen=True, slots=True)
class SpeechInsight:
    """What is said in one go; by whom is not known."""

    text: str
    start: float
    end: float
    language: str  # ISO 639-1
    words: tuple[WordInsight, ...]  # none where their times are not known
    correction: CorrectionInsight | None  # None: as it was heard

    @classmethod
    def of(cls, line: TranscriptLine, base: TimeBase) -> Self:
        said, seconds = line.said, base.seconds
        words = tuple(WordInsight(word.text, seconds(word.span.start), seconds(word.span.end)) for word in said.words)
        return cls(
            said.text,
            seconds(said.span.start),
            seconds(said.span.end),
            said.language,
            words,
            CorrectionInsight.of(line),
        )

    def document(self) -> Document:
        found = {"text": self.text, "start": self.start, "end": self.end, "language": self.language}
        found["words"] = [word.document() for word in self.words]
        return found if self.correction is None else found | {"correction": self.correction.document()}


@dataclass(frozen=True, slots=True)
class UnplacedCorrection:
    """A correction of a line that is not there any more: what is said was cut in other places since."""

    text: str
    start: float  # of the line that it was of
    end: float
    user: str
    changed: str  # ISO 8601, UTC

    @classmethod
    def of(cls, kept: Correction, base: TimeBase) -> Self:
        times = base.seconds(kept.span.start), base.seconds(kept.span.end)
        return cls(kept.text, *times, kept.user, format_date(int(kept.changed)))

    def document(self) -> Document:
        return {"text": self.text, "start": self.start, "end": self.end, "by": self.user, "time": self.changed}


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said in a video, line by line, and what people have put right that is of none of these lines."""

    lines: tuple[SpeechInsight, ...]
    unplaced: tuple[UnplacedCorrection, ...]


def why_no_speech(store: Store, video: StoredVideo) -> str:
    """In a line why nothing that is said in ``video`` is known, for one of which that is so, and what changes it."""
    if STAGE in store.sink.finished(video.id):
        return f"{video.name}: no speech was heard in it"
    command = shlex.join(["passerby", "add", video.path, "--stages", STAGE])
    return f"{video.name}: nobody has listened for speech yet; `{command}` does"


def speech_of(store: Store, video: StoredVideo) -> Speech:
    """What is said in ``video``."""
    base = video.time_base
    found = CorrectedTranscript.of(store.records.of(video.id, Utterance), store.corrections.of(video.id))
    return Speech(
        tuple(SpeechInsight.of(line, base) for line in found.lines),
        tuple(UnplacedCorrection.of(correction, base) for correction in found.unplaced),
    )
