"""What sessions are opened with, and fed with, in tests."""

from fractions import Fraction

from fake_models import FakeModels
from passerby.models.source import ModelSource
from passerby.records import Floats, VideoInfo
from passerby.stages.base import AudioChunk, Kit
from passerby.times import TimeBase

MILLIS = TimeBase(Fraction(1, 1000))


def info(width: int = 320, height: int = 180, time_base: TimeBase = MILLIS) -> VideoInfo:
    """What a file of this size says."""
    return VideoInfo(width, height, time_base, 0, "h264", "yuv420p", True, None, None)


def kit(models: ModelSource | None = None, width: int = 320, height: int = 180) -> Kit:
    """With fake models, or others."""
    return Kit(info(width, height), models or FakeModels())


def chunk(start: Fraction, rate: int, samples: Floats) -> AudioChunk:
    """Sound (n,) of one channel, or (n, channels) of several and their mean."""
    channels = samples[:, None] if samples.ndim == 1 else samples
    return AudioChunk(start, rate, channels.mean(axis=1), channels)
