"""Frames from a time on, and back from a time, without reading a video from its start."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from passerby.errors import DamagedError
from passerby.media.read.frames import Frame, Reader, open_video
from passerby.media.read.probe import look

T = TypeVar("T")


def frames_from(path: Path, pts: int) -> Iterator[Frame]:
    """The frame that is shown at a time, or else the first or the last, and all that follow it.

    Raises as ``open_video`` and ``Reader.read`` do.
    """
    with suppress(DamagedError), open_video(path) as reader:
        if reader.seek(pts):
            frames = _frames(reader)
            first = next(frames)
            if first.pts <= pts:
                yield from _shown_from(first, frames, pts)
                return
    with open_video(path) as reader:  # an index may lead past the frame, or there may be none
        frames = _frames(reader)
        yield from _shown_from(next(frames), frames, pts)


def frames_back(path: Path, pts: int, at_once: int, made: Callable[[Frame], T]) -> Iterator[tuple[int, T]]:
    """The frame that is shown at a time and all before it, the latest first: when each is shown, and what is ``made``
    of it. No more than ``at_once`` are held at a time. Raises as ``frames_from`` does.
    """
    step = look(path).step
    while pts >= 0:
        held = deque(_until(frames_from(path, max(pts - at_once * step, 0)), pts, made), maxlen=at_once)
        yield from reversed(held)
        if not held:
            return
        pts = held[0][0] - 1


def _until(frames: Iterator[Frame], pts: int, made: Callable[[Frame], T]) -> Iterator[tuple[int, T]]:
    for frame in frames:
        if frame.pts > pts:
            return
        yield frame.pts, made(frame)


def _frames(reader: Reader) -> Iterator[Frame]:
    return (item for item in reader.read() if isinstance(item, Frame))


def _shown_from(last: Frame, frames: Iterator[Frame], pts: int) -> Iterator[Frame]:
    """``last`` or one of the ``frames`` after it, the latest that begins up to ``pts``, and the rest."""
    for frame in frames:
        if frame.pts > pts:
            yield last
        last = frame
    yield last
