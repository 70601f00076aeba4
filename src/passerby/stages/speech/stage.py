"""The stage: the sound in, what is said out. Who says it is not asked, and nothing of a voice is kept (law 2)."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import ClassVar, Literal, Protocol

from passerby.models.whisper import HeardWord, Passage, Transcription
from passerby.records import Floats, Record, SpokenWord, Utterance
from passerby.settings import Settings
from passerby.stages.base import AudioChunk, Kit, models_of, models_set
from passerby.stages.speech.cutter import RATE, Piece, PieceCutter, SpeechDetector
from passerby.stages.speech.lines import Line, are_alike, joined, tells
from passerby.times import Span, TimeBase


class Transcriber(Protocol):
    """Writes down what is said: ``models/whisper.py``."""

    def transcribe(self, samples: Floats, usual: str = "") -> Transcription:
        """What is said in ``samples`` (n,) at 16 kHz; in the language ``usual`` where it is not sure."""
        ...


@dataclass(frozen=True, slots=True)
class SpeechStage:
    """What is said, and when. Its fields decide what is transcribed, so they are part of its key."""

    name: ClassVar[str] = "speech"
    version: ClassVar[int] = 2
    needs: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[Literal["sound"]] = "sound"
    makes: ClassVar[tuple[type[Record], ...]] = (Utterance,)

    models: tuple[str, ...] = models_of("speech", "transcription")  # the second transcribes
    speech_score: float = 0.5  # sound this sure is speech
    stay_score: float = 0.35  # and speech goes on while it is this sure
    pause_seconds: float = 1.0  # a longer pause parts two pieces that are transcribed for themselves

    @classmethod
    def from_settings(cls, settings: Settings) -> "SpeechStage":
        return cls(models_set("speech", "transcription", settings=settings))

    def open(self, kit: Kit) -> "SpeechSession":
        """A session whose large model is opened when it is needed: most of a film, or all of it, may be wordless."""
        detector, transcriber = self.models
        return SpeechSession(self, kit.open(detector), partial(kit.open, transcriber), kit.info.time_base)


@dataclass(frozen=True, slots=True)
class ChannelTranscript:
    """What was heard in one sound, each list in order."""

    utterances: list[Utterance]  # the doubtful too
    sure: list[Utterance]
    unclear: list[Span]  # somebody speaks, and nothing is sure of what is said


class SpeechSession:
    """Takes sound chunk by chunk. It holds half a minute of each channel at most, and a minute of their mean."""

    def __init__(
        self,
        stage: SpeechStage,
        detector: SpeechDetector,
        transcriber: Callable[[], Transcriber],
        time_base: TimeBase,
    ) -> None:
        """``transcriber`` is called when somebody speaks for the first time."""
        self._stage, self._detector = stage, detector
        self._mean = self._line()
        self._apart: list[Line] = []  # further lines, from where channels differ on
        self._open_transcriber = transcriber
        self._transcriber: Transcriber | None = None
        self._time_base = time_base

    def push(self, chunk: AudioChunk) -> None:
        """Take the next sound.

        Its channels are listened to each from where they differ on, and transcribed where their mean does not tell of
        them.
        """
        several = bool(self._apart) or not are_alike(chunk.channels)
        for piece in self._mean.push(chunk.start, chunk.rate, chunk.samples, recalled=several):
            self._transcribe(self._mean, piece)
        if several:
            self._push_apart(chunk.start, chunk.rate, chunk.channels)

    def _push_apart(self, start: Fraction, rate: int, channels: Floats) -> None:
        self._apart += [self._line() for _ in range(channels.shape[1] - len(self._apart))]
        for line, channel in zip(self._apart, channels.T, strict=False):
            for piece in line.push(start, rate, channel):
                self._transcribe_apart(line, piece)

    def finish(self, end: int) -> list[Utterance]:
        """What was surely said, in order, each thing once."""
        mean, *apart = (heard.sure for heard in self.transcripts())
        return joined(mean, apart)

    def transcripts(self) -> list["ChannelTranscript"]:
        """All that was heard, for the mean of the channels and for each of them that tells more; the same each time."""
        for piece in self._mean.finish():
            self._transcribe(self._mean, piece)
        for line in self._apart:
            for piece in line.finish():
                self._transcribe_apart(line, piece)
        return [ChannelTranscript(line.said, line.sure, line.unclear) for line in (self._mean, *self._apart)]

    def _line(self) -> Line:
        stage = self._stage
        ear = copy(self._detector)  # each hears one sound
        return Line(PieceCutter(ear, stage.speech_score, stage.stay_score, stage.pause_seconds))

    def _transcribe_apart(self, line: Line, piece: Piece) -> None:
        others = (other.heard.at(piece.start, len(piece.samples)) for other in (self._mean, *self._apart))
        score = self._stage.speech_score
        if not any(tells(other, piece.samples, self._detector, score) for other in others):
            line.heard.push(piece.start, piece.samples)
            self._transcribe(line, piece)

    def _transcribe(self, line: Line, piece: Piece) -> None:
        if self._transcriber is None:
            self._transcriber = self._open_transcriber()
        heard = self._transcriber.transcribe(piece.samples, line.language)
        line.language = heard.language
        said = [(self._utterance(piece, passage, heard.language), passage.doubtful) for passage in heard.passages]
        sure = [utterance for utterance, doubtful in said if not doubtful]
        line.said += [utterance for utterance, _ in said]
        line.sure += sure
        if not sure:
            line.unclear.append(self._span(piece, 0, len(piece.samples) / RATE))

    def _utterance(self, piece: Piece, passage: Passage, language: str) -> Utterance:
        words = tuple(self._word(piece, word) for word in passage.words)
        if words:
            span = Span(words[0].span.start, max(word.span.end for word in words))
        else:
            span = self._span(piece, passage.start, passage.end)
        return Utterance(passage.text, span, language, words)

    def _word(self, piece: Piece, word: HeardWord) -> SpokenWord:
        return SpokenWord(word.text, self._span(piece, word.start, word.end))

    def _span(self, piece: Piece, start: float, end: float) -> Span:
        """Where it is in the video; a model may put it beyond the end of what it heard, and an end before its start."""
        length = Fraction(len(piece.samples), RATE)
        first = min(max(Fraction(start), Fraction(0)), length)
        last = min(max(Fraction(end), first), length)
        return Span(self._time_base.pts_at(piece.start + first), self._time_base.pts_at(piece.start + last))
