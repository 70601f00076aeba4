"""Sound cut into pieces in which somebody speaks, at pauses, none longer than a model hears at once.

The thresholds for chunks are those of Silero's own ``get_speech_timestamps``; here they work on a stream.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from passerby.records import Floats

RATE = 16_000
CHUNK = 512  # samples that are judged at once: 32 ms
# All in chunks. A model hears 30 s at once; some of it is left for rounding.
LONGEST = 29 * RATE // CHUNK
SPEECH_MARGIN = 10  # that are kept before and after speech: 0.3 s
LEAST = 5  # of speech: less is a knock or a cough
# Where a piece gets too long it is cut at the least likely speech in this last part of it, over so many chunks.
LATE, SMOOTH = LONGEST // 2, 5


class SpeechDetector(Protocol):
    """Tells whether somebody speaks: ``models/silero.py``."""

    def hear(self, chunk: Floats) -> float:
        """How likely there is speech in the next ``CHUNK`` samples."""
        ...

    def reset(self) -> None:
        """Another sound begins."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of sound in which somebody speaks."""

    start: Fraction  # seconds on the shown timeline
    samples: Floats  # (n,) at 16 kHz


class PieceCutter:
    """Takes sound in order, and gives pieces as soon as they are over. It holds one piece at most."""

    def __init__(self, detector: SpeechDetector, speech_score: float, stay_score: float, pause_seconds: float) -> None:
        """Speech begins where a chunk is as likely as ``speech_score``, and goes on while one is ``stay_score``.

        It is over after ``pause_seconds`` of less.
        """
        self._detector = detector
        self._speech_score, self._stay_score = speech_score, stay_score
        self._pause = max(SPEECH_MARGIN, round(pause_seconds * RATE / CHUNK))
        self._rest: Floats = np.zeros(0, np.float32)  # samples that do not fill a chunk yet
        self._begin_run(Fraction(0))

    def push(self, start: Fraction, samples: Floats) -> Iterator[Piece]:
        """``samples`` (n,) at 16 kHz from ``start`` seconds on; a gap before them ends what went before."""
        if start != self._next:
            yield from self.finish()
            self._begin_run(start)
        self._next += Fraction(len(samples), RATE)
        sound = np.concatenate([self._rest, samples])
        whole = len(sound) // CHUNK * CHUNK
        self._rest = sound[whole:]
        for chunk in sound[:whole].reshape(-1, CHUNK):
            yield from self._take(chunk)

    def finish(self) -> Iterator[Piece]:
        """What is left, at the end of the sound or before a gap."""
        if len(self._rest):
            rest = np.zeros(CHUNK, np.float32)
            rest[: len(self._rest)] = self._rest
            self._rest = self._rest[:0]
            yield from self._take(rest)
        if self._speaking:
            yield from self._cut(len(self._chunks))

    def _begin_run(self, start: Fraction) -> None:
        self._detector.reset()
        self._next = self._start = start  # of the sample that is to come, and of the first chunk that is held
        self._rest = np.zeros(0, np.float32)
        self._chunks: list[Floats] = []
        self._chances: list[float] = []
        self._speaking = False
        self._last = 0  # the last chunk with speech

    def _take(self, chunk: Floats) -> Iterator[Piece]:
        chance = self._detector.hear(chunk)
        self._chunks.append(chunk)
        self._chances.append(chance)
        count = len(self._chunks)
        if chance >= (self._stay_score if self._speaking else self._speech_score):
            self._speaking, self._last = True, count - 1
        if not self._speaking:
            self._drop(count - SPEECH_MARGIN)
        elif count - 1 - self._last >= self._pause:
            yield from self._cut(self._last + 1 + SPEECH_MARGIN)
            self._speaking = False
            self._drop(len(self._chunks) - SPEECH_MARGIN)
        elif count >= LONGEST:
            yield from self._cut(self._quietest())

    def _quietest(self) -> int:
        """The chunk before which a piece that is too long is cut."""
        smooth = np.convolve(self._chances, np.ones(SMOOTH) / SMOOTH, "same")
        return LATE + int(np.argmin(smooth[LATE : LONGEST - SMOOTH]))

    def _cut(self, end: int) -> Iterator[Piece]:
        """The piece up to chunk ``end``, if there is enough speech in it."""
        if sum(chance >= self._speech_score for chance in self._chances[:end]) >= LEAST:
            yield Piece(self._start, np.concatenate(self._chunks[:end]))
        self._last = max(self._last - end, 0)
        self._drop(end)

    def _drop(self, count: int) -> None:
        """Let go of the first ``count`` chunks that are held."""
        if count > 0:
            self._start += Fraction(min(count, len(self._chunks)) * CHUNK, RATE)
            del self._chunks[:count], self._chances[:count]
