"""Made sounds: (n,) float32 at 16 kHz, full scale at 1. No recording, and nobody's voice."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from passerby.records import Floats

RATE = 16_000
# The first three formants of five vowels, in Hz (Peterson and Barney, 1952, the means of low voices), and their widths.
_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (530, 1840, 2480), (570, 840, 2410), (300, 870, 2240))
_WIDTHS = (60, 90, 120)


def silence(seconds: float) -> Floats:
    return np.zeros(round(seconds * RATE), np.float32)


def noise(seconds: float, level: float = 0.2) -> Floats:
    """White noise."""
    samples = np.random.default_rng(0).normal(0, level, round(seconds * RATE))
    return np.clip(samples, -1, 1).astype(np.float32)


def tone(seconds: float, hertz: float = 440, level: float = 0.5) -> Floats:
    times = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def melody(seconds: float) -> Floats:
    """Three plucked notes at once, four times a second."""
    times = np.arange(round(seconds * RATE)) / RATE
    steps = (np.array([0, 4, 7, 12, 7, 4])[(times * 4).astype(int) % 6])[None] + np.array([0, 4, 7])[:, None]
    phase = 2 * np.pi * np.cumsum(220 * 2 ** (steps / 12), axis=1) / RATE
    plucked = np.exp(-6 * (times * 4 % 1) / 4)
    return np.asarray(0.2 * (np.sin(phase) + 0.4 * np.sin(2 * phase)).sum(axis=0) * plucked, np.float32)


def vowels(seconds: float) -> Floats:
    """What a voice is made of: pulses at about 110 Hz through the formants of vowels, five syllables a second."""
    parts = [_syllable(number) for number in range(round(seconds * 5))]
    return np.concatenate(parts)


def _syllable(number: int) -> Floats:
    count = RATE // 5
    times = np.arange(count) / RATE
    pitch = 110 + 15 * np.sin(number) + 10 * np.sin(2 * np.pi * 5 * times)
    sound = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0.0)
    for hertz, width in zip(_VOWELS[number % len(_VOWELS)], _WIDTHS, strict=True):
        sound = _resonated(sound, hertz, width)
    loud = sound * np.sin(np.pi * times * 5) ** 2
    return np.asarray(0.5 * loud / np.abs(loud).max(), np.float32)


def _resonated(sound: NDArray[np.float64], hertz: float, width: float) -> NDArray[np.float64]:
    """Through a resonance, as in Klatt, Software for a cascade/parallel formant synthesizer, 1980."""
    radius = np.exp(-np.pi * width / RATE)
    a, b = 2 * radius * np.cos(2 * np.pi * hertz / RATE), -radius * radius
    return np.asarray(lfilter([1 - a - b], [1, -a, -b], sound))
