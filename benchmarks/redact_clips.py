"""The clips that redaction is timed on, made from two published packages' clips."""

from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

import av

from benchmarks.index import BITS, CACHE, RATE, encode, repeat, sources

GOP = 50  # frames
# Frames of the street in which nobody's face is seen: two cyclists' are from 30 to 47 and from 76 to 136.
FACELESS = ((0, 30), (48, 76), (137, 242))


def busy(seconds: int = 24) -> Path:
    """One large face all the time, 1080p."""
    path = CACHE / f"busy-{seconds}.mp4"
    return path if path.exists() else encode(path, _faces(seconds * RATE))


def seldom(seconds: int = 60) -> Path:
    """A face in a tenth of the groups of pictures, on end in the middle; 1080p."""
    path = CACHE / f"seldom-{seconds}.mp4"
    groups = seconds * RATE // GOP
    shown = max(1, groups // 10)
    before = (groups - shown) // 2
    return path if path.exists() else encode(path, _seldom(before * GOP, shown * GOP, (groups - shown - before) * GOP))


def large(seconds: int = 8, times: int = 1) -> Path:
    """One large face all the time, 4K."""
    path = CACHE / f"large-{seconds}.mp4"
    if not path.exists():
        encode(path, _faces(seconds * RATE), width=3840, height=2160, bits=3 * BITS)
    return path if times == 1 else repeat(path, CACHE / f"large-{seconds}-{times}.mp4", times)


def _seldom(before: int, shown: int, after: int) -> Iterator[av.VideoFrame]:
    yield from _street(before)
    yield from _faces(shown)
    yield from _street(after)


def _faces(frames: int) -> Iterator[av.VideoFrame]:
    return _to_and_fro(sources()[1], frames)


def _street(frames: int) -> Iterator[av.VideoFrame]:
    street = sources()[0]
    return _to_and_fro([street[n] for first, last in FACELESS for n in range(first, last)], frames)


def _to_and_fro(clip: list[av.VideoFrame], frames: int) -> Iterator[av.VideoFrame]:
    swing = cycle([*range(len(clip)), *range(len(clip) - 2, 0, -1)])
    return (clip[n] for n in islice(swing, frames))
