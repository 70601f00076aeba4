"""Hidden pictures of a stream, as they leave hiding."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from av.video.frame import VideoFrame

from passerby.media.write.fragments import UPRIGHT
from passerby.streams.live_hiding import NOT_LOOKED, HiddenLiveFrame
from passerby.times import TimeBase

BASE = TimeBase(Fraction(1, 1000))
RATE = 10
WALL = 1_800_000_000.0
SIZE = (320, 180)


def hidden_frame(
    index: int, *, run: int = 0, size: tuple[int, int] = SIZE, looked: bool = True, wall: float = WALL
) -> HiddenLiveFrame:
    """The picture ``index`` of a stream that began at ``wall``."""
    noise = np.random.default_rng(index).integers(0, 255, (size[1] // 10, size[0] // 10), np.uint8)
    pixels = np.repeat(np.repeat(np.repeat(noise[..., None], 3, 2), 10, 0), 10, 1)
    picture = VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="yuv420p")
    why = "" if looked else NOT_LOOKED
    return HiddenLiveFrame(picture, UPRIGHT, index * 1000 // RATE, BASE, wall + index / RATE, run, looked, why)


def hidden_frames(first: int, count: int, **more: object) -> Iterator[HiddenLiveFrame]:
    return (hidden_frame(index, **more) for index in range(first, first + count))  # type: ignore[arg-type]
