from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from passerby.media.read.resample import Resampler, Sound
from passerby.records import Floats

RATE = 16_000


def resampled(samples: Floats, rate: int, start: Fraction = Fraction(0), chunk: int = 1024) -> list[Sound]:
    resampler = Resampler(RATE)
    found: list[Sound] = []
    for first in range(0, len(samples), chunk):
        found += resampler.push(start + Fraction(first, rate), rate, samples[first : first + chunk])
    return [*found, *resampler.finish()]


def whole(sounds: list[Sound]) -> Floats:
    return np.concatenate([sound.samples for sound in sounds])


def sine(rate: int, seconds: float, hertz: float = 300) -> Floats:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_every_rate_gives_the_same_sound_at_the_same_time(rate: int) -> None:
    found = whole(resampled(sine(rate, 1), rate))
    assert found.dtype == np.float32
    assert abs(len(found) - RATE) <= 2
    middle = slice(2000, 14_000)
    np.testing.assert_allclose(found[middle], sine(RATE, 1)[middle], atol=0.01)


def test_times_are_exact_and_follow_on() -> None:
    start = Fraction(1001, 30_000)
    sounds = resampled(sine(44_100, 3), 44_100, start, chunk=1021)
    assert sounds[0].start == start
    for one, other in pairwise(sounds):
        assert other.start == one.start + Fraction(len(one.samples), RATE)


def test_rounded_times_make_no_gap() -> None:
    resampler = Resampler(RATE)
    samples = np.zeros(1024, np.float32)
    exact = [Fraction(1024 * n, 48_000) for n in range(100)]
    sounds = [s for at in exact for s in resampler.push(Fraction(round(at * 1000), 1000), 48_000, samples)]
    sounds += resampler.finish()
    assert all(b.start == a.start + Fraction(len(a.samples), RATE) for a, b in pairwise(sounds))


def test_after_a_gap_it_begins_anew() -> None:
    resampler = Resampler(RATE)
    before = [*resampler.push(Fraction(0), 48_000, sine(48_000, 1))]
    after = [*resampler.push(Fraction(5), 48_000, sine(48_000, 1)), *resampler.finish()]
    lengths = sum(len(sound.samples) for sound in (*before, *after))
    assert abs(lengths - 2 * RATE) <= 4
    starts = [sound.start for sound in (*before, *after)]
    assert Fraction(5) in starts
    assert all(start < 1 or start >= 5 for start in starts)


def test_another_rate_begins_anew() -> None:
    resampler = Resampler(RATE)
    found = [*resampler.push(Fraction(0), 48_000, sine(48_000, 1)), *resampler.push(Fraction(1), 8000, sine(8000, 1))]
    assert Fraction(1) in [sound.start for sound in found]
    assert abs(len(whole([*found, *resampler.finish()])) - 2 * RATE) <= 4


def test_no_sound_gives_none() -> None:
    resampler = Resampler(RATE)
    assert [*resampler.push(Fraction(0), 48_000, np.zeros(0, np.float32)), *resampler.finish()] == []
