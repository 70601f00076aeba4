"""Sound at another rate, in runs without a gap, each sample at an exact time."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from passerby.records import Floats

# Between two chunks: more is a gap in the sound, less a rounding of their times.
JITTER_SECONDS = Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of sound of one channel."""

    start: Fraction  # seconds on the shown timeline
    samples: Floats  # (n,) mostly in [-1, 1]


class Resampler:
    """Takes chunks of one sound in order, and gives it at one rate.

    What it gives follows on without a gap, the start of one being exactly the end of the one before, but where the
    sound itself has a gap, or changes its rate.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._source_rate = 0
        self._resampler: AudioResampler | None = None
        self._origin = self._expected = Fraction(0)
        self._given = 0  # samples since the origin

    def push(self, start: Fraction, rate: int, samples: Floats) -> Iterator[Sound]:
        """``samples`` (n,) from ``start`` seconds on, ``rate`` of them a second."""
        if rate != self._source_rate or abs(start - self._expected) > JITTER_SECONDS:
            yield from self.finish()
            self._resampler = AudioResampler("flt", "mono", self._rate)
            self._source_rate, self._origin, self._expected, self._given = rate, start, start, 0
        self._expected += Fraction(len(samples), rate)
        if self._resampler is not None and len(samples):
            frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples[None], np.float32), "flt", "mono")
            frame.sample_rate = rate
            yield from self._sounds(self._resampler.resample(frame))

    def finish(self) -> Iterator[Sound]:
        """What is left of it."""
        if self._resampler is not None:
            yield from self._sounds(self._resampler.resample(None))
        self._resampler, self._source_rate = None, 0

    def _sounds(self, frames: list[AudioFrame]) -> Iterator[Sound]:
        for frame in frames:
            samples = frame.to_ndarray()[0].astype(np.float32)
            yield Sound(self._origin + Fraction(self._given, self._rate), samples)
            self._given += len(samples)
