"""The sounds that are listened to where there are several channels, and whether one of them tells of another.

A mean can lose what a channel says: opposite phases cancel in it, hiss of one channel covers what another one says, and
of one channel in six a sixth is left.
"""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from copy import copy
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from passerby.media.read.resample import Resampler
from passerby.records import Floats, Utterance
from passerby.stages.speech.cutter import CHUNK, LONGEST, RATE, Piece, PieceCutter, SpeechDetector
from passerby.times import Span

# Channels that never differ by more than this, full scale at 1, are one sound.
ALIKE = 1e-3
# The sound that is recalled, in samples: pieces are cut when they are over, or too long.
RECALLED = 2 * LONGEST * CHUNK
# A channel is compared with what was heard while it is loud, in bands of some 250 Hz over 32 ms that one of the two
# has: power that is this share of the loudest is too faint to count.
BANDS, FAINT = 32, 1e-3
# What was heard tells of it if its level, but for how loud it is all in all, is this near (power) in this share of
# them.
NEAR, TOLD = 2.5, 0.85
# And if it is speech in this share of the chunks that are.
AS_MUCH_SPEECH = 0.7
# It surely does if it is the same but for this share of the power.
HARDLY_OTHER = 0.01
# Of the words of a further channel, the share that make them the same as what was heard already.
SAME_WORDS = 0.6


class Line:
    """One sound that is listened to, on its way from any rate to pieces in which somebody speaks."""

    def __init__(self, cutter: PieceCutter) -> None:
        self._resampler, self._cutter = Resampler(RATE), cutter
        self.language = ""  # of its last piece
        self.said: list[Utterance] = []
        self.sure: list[Utterance] = []  # of these, those that are not doubtful
        self.unclear: list[Span] = []  # pieces of which nothing is sure
        self.heard = Recall()  # what was transcribed of it; of a mean, all

    def push(self, start: Fraction, rate: int, samples: Floats, *, recalled: bool = False) -> Iterator[Piece]:
        """``samples`` (n,) from ``start`` seconds on; are all of them heard?"""
        for sound in self._resampler.push(start, rate, samples):
            if recalled:
                self.heard.push(sound.start, sound.samples)
            yield from self._cutter.push(sound.start, sound.samples)

    def finish(self) -> Iterator[Piece]:
        for sound in self._resampler.finish():
            yield from self._cutter.push(sound.start, sound.samples)
        yield from self._cutter.finish()


class Recall:
    """The last minute of a sound, by time."""

    def __init__(self) -> None:
        self._parts: deque[tuple[int, Floats]] = deque()  # each with the number of its first sample
        self._held = 0

    def push(self, start: Fraction, samples: Floats) -> None:
        """``samples`` (n,) at 16 kHz from ``start`` seconds on."""
        self._parts.append((round(start * RATE), samples))
        self._held += len(samples)
        while self._held - len(self._parts[0][1]) >= RECALLED:
            self._held -= len(self._parts.popleft()[1])

    def at(self, start: Fraction, count: int) -> Floats:
        """So many samples from ``start`` seconds on, nought where there are none."""
        first, found = round(start * RATE), np.zeros(count, np.float32)
        for number, samples in self._parts:
            begin, end = max(number - first, 0), min(number - first + len(samples), count)
            if begin < end:
                found[begin:end] = samples[begin + first - number : end + first - number]
        return found


def are_alike(channels: Floats) -> bool:
    """Whether (n, channels) are one sound."""
    return channels.shape[1] < 2 or bool(np.abs(channels - channels[:, :1]).max(initial=0) <= ALIKE)


def tells(other: Floats, line: Floats, detector: SpeechDetector, speech_score: float) -> bool:
    """Whether who hears ``other`` (n,) hears what is said in ``line`` (n,), both at 16 kHz."""
    if np.square(other - line).sum() <= HARDLY_OTHER * np.square(line).sum():
        return True
    if not _sounds_like(other, line):
        return False
    speech = _speech(line, detector, speech_score)
    return bool((_speech(other, detector, speech_score) & speech).sum() >= AS_MUCH_SPEECH * speech.sum())


def _sounds_like(other: Floats, line: Floats) -> bool:
    one, two = _levels(line), _levels(other)
    loudest = one.max(axis=1)
    one, two = one[loudest > loudest.max() * FAINT], two[loudest > loudest.max() * FAINT]
    compared = _loud(one) | _loud(two)
    if not compared.any():
        return True
    least = np.finfo(np.float32).tiny
    louder = np.log(np.maximum(two[compared], least) / np.maximum(one[compared], least))
    return bool((np.abs(louder - np.median(louder)) <= np.log(NEAR)).mean() >= TOLD)


def _loud(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(levels > levels.max(axis=1, keepdims=True) * FAINT, np.bool_)


def _levels(sound: Floats) -> NDArray[np.float64]:
    """(chunks, bands): how loud it is, as power."""
    chunks = sound[: len(sound) // CHUNK * CHUNK].reshape(-1, CHUNK)
    power = np.square(np.abs(np.fft.rfft(chunks * np.hanning(CHUNK), axis=1)))[:, 1:]
    return np.asarray(power.reshape(len(chunks), BANDS, -1).sum(axis=2), np.float64)


def _speech(sound: Floats, detector: SpeechDetector, speech_score: float) -> NDArray[np.bool_]:
    """Which of its chunks are speech."""
    ear = copy(detector)  # what the detector itself hears goes on
    ear.reset()
    chunks = sound[: len(sound) // CHUNK * CHUNK].reshape(-1, CHUNK)
    return np.array([ear.hear(chunk) >= speech_score for chunk in chunks], np.bool_)


def joined(mean: Sequence[Utterance], apart: Sequence[Sequence[Utterance]]) -> list[Utterance]:
    """What is said in any of them, in order; what more than one tells is told once, as one channel alone tells it."""
    told: list[Utterance] = []
    for line in (*apart, mean):
        told += [utterance for utterance in line if not _is_told(utterance, told)]
    return sorted(told, key=lambda utterance: utterance.span.start) if any(apart) else list(mean)


def _is_told(utterance: Utterance, told: Sequence[Utterance]) -> bool:
    words = _words([utterance])
    known = _words([other for other in told if other.span.overlaps(utterance.span)])
    return (words & known).total() >= SAME_WORDS * words.total()


def _words(utterances: Sequence[Utterance]) -> Counter[str]:
    return Counter(word.strip(".,;:!?\"'").casefold() for one in utterances for word in one.text.split())
