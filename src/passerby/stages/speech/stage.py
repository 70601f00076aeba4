"""The stage: the sound in, what is said out. Who says it is not asked, and nothing of a voice is kept (law 2)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Protocol

from passerby.media.resample import Resampler
from passerby.models.whisper import HeardWord, Passage, Transcript
from passerby.records import Floats, SpokenWord, Utterance
from passerby.stages.speech.cutter import RATE, Piece, PieceCutter, SpeechDetector
from passerby.times import Span, TimeBase

DETECTOR = "silero"


class Transcriber(Protocol):
    """Writes down what is said: ``models/whisper.py``."""

    def transcribe(self, samples: Floats, usual: str = "") -> Transcript:
        """What is said in ``samples`` (n,) at 16 kHz; in the language ``usual`` where it is not sure."""
        ...


@dataclass(frozen=True, slots=True)
class SpeechStage:
    """What is said, and when. Its fields decide what is transcribed, so they are part of its key."""

    name: ClassVar[str] = "speech"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ()

    models: tuple[str, ...] = (DETECTOR, "speech-base")  # the second transcribes
    speech_score: float = 0.5  # sound this sure is speech
    stay_score: float = 0.35  # and speech goes on while it is this sure
    pause_seconds: float = 1.0  # a longer pause parts two pieces that are transcribed for themselves

    def open(
        self, detector: SpeechDetector, transcriber: Callable[[], Transcriber], time_base: TimeBase
    ) -> "SpeechSession":
        """``transcriber`` is called when somebody speaks for the first time."""
        return SpeechSession(self, detector, transcriber, time_base)


class SpeechSession:
    """Takes sound chunk by chunk. It holds half a minute of it at most."""

    def __init__(
        self,
        stage: SpeechStage,
        detector: SpeechDetector,
        transcriber: Callable[[], Transcriber],
        time_base: TimeBase,
    ) -> None:
        self._resampler = Resampler(RATE)
        self._cutter = PieceCutter(detector, stage.speech_score, stage.stay_score, stage.pause_seconds)
        self._open_transcriber = transcriber
        self._transcriber: Transcriber | None = None
        self._time_base = time_base
        self._language = ""  # of the last piece
        self._said: list[Utterance] = []

    def push(self, start: Fraction, rate: int, samples: Floats) -> None:
        """Take the next sound: mono ``samples`` (n,), full scale at 1, from ``start`` seconds on."""
        for sound in self._resampler.push(start, rate, samples):
            self._transcribe(self._cutter.push(sound.start, sound.samples))

    def finish(self) -> list[Utterance]:
        """All that was said, in order; asked again, the same."""
        for sound in self._resampler.finish():
            self._transcribe(self._cutter.push(sound.start, sound.samples))
        self._transcribe(self._cutter.finish())
        return self._said

    def _transcribe(self, pieces: Iterator[Piece]) -> None:
        for piece in pieces:
            if self._transcriber is None:
                self._transcriber = self._open_transcriber()
            heard = self._transcriber.transcribe(piece.samples, self._language)
            self._language = heard.language
            for passage in heard.passages:
                self._said.append(self._utterance(piece, passage, heard.language))

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
