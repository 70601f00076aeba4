"""Silence: sound that stays below a level in each channel for some time."""

from fractions import Fraction

import numpy as np

from passerby.records import Cue, Floats
from passerby.times import Span, TimeBase

# FFmpeg's silencedetect takes -60 dB and 2 s as its defaults; recorded rooms are seldom below -50.
SILENT_LEVEL = 10 ** (-50 / 20)  # root mean square, full scale at 1
SILENT_SECONDS = 2
BLOCK_SECONDS = Fraction(1, 20)  # over which the level is measured
# Between two chunks: more is a gap in the sound, less a rounding of their times.
JITTER_SECONDS = Fraction(1, 20)


class SilenceWatch:
    """Takes sound chunk by chunk and keeps the spans, in seconds, in which it is silent."""

    def __init__(self) -> None:
        self._rest = np.zeros((0, 1), np.float32)  # samples that do not fill a block yet
        self._rate = 1
        self._next = Fraction(0)  # when the next sample is to come
        self._silent_since: Fraction | None = None
        self._spans: list[tuple[Fraction, Fraction]] = []

    def push(self, start: Fraction, rate: int, samples: Floats) -> None:
        """``samples`` (n, channels) from ``start`` seconds on, ``rate`` of them a second."""
        count = samples.shape[1]
        if (rate, count) != (self._rate, self._rest.shape[1]) or abs(start - self._next) > JITTER_SECONDS:
            self._break_off()
            self._rate, self._next, self._rest = rate, start, np.zeros((0, count), np.float32)
        block = max(round(rate * BLOCK_SECONDS), 1)
        sound = np.concatenate([self._rest, samples])
        first = self._next - Fraction(len(self._rest), rate)
        whole = len(sound) // block
        blocks = sound[: whole * block].reshape(whole, block, count)
        # Of the loudest channel: what two of them play in opposite phases is nothing in their mean, and is heard.
        levels = np.sqrt(np.square(blocks, dtype=np.float64).mean(axis=1)).max(axis=1)
        for number, level in enumerate(levels.tolist()):
            self._hear(first + Fraction(number * block, rate), level)
        self._rest = sound[whole * block :]
        self._next += Fraction(len(samples), rate)

    def finish(self, time_base: TimeBase, end: int) -> list[Cue]:
        """The cues up to pts ``end``, where the video ends."""
        self._break_off()
        spans = [(start, min(stop, end * time_base.tick)) for start, stop in self._spans]
        return [
            Cue("silence", Span(time_base.pts_at(start), time_base.pts_at(stop)))
            for start, stop in spans
            if stop - start >= SILENT_SECONDS
        ]

    def _hear(self, time: Fraction, level: float) -> None:
        if level >= SILENT_LEVEL:
            self._close(time)
        elif self._silent_since is None:
            self._silent_since = time

    def _break_off(self) -> None:
        """The sound ends or has a gap: what does not fill a block is taken to be like the last block."""
        self._close(self._next)
        self._rest = self._rest[:0]

    def _close(self, time: Fraction) -> None:
        if self._silent_since is not None and time - self._silent_since >= SILENT_SECONDS:
            self._spans.append((self._silent_since, time))
        self._silent_since = None
