"""What tests of reading streams share: sources, clocks that need no waiting, and files that grow."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from passerby.media.read.orientation import orientation_of
from passerby.media.read.scale import Scaler
from passerby.streams.incoming import LiveFrame, StreamNotice
from passerby.streams.stream_reader import ReaderClock
from passerby.streams.watch_source import WatchSource
from pictures import number_of


@dataclass
class Pauses:
    """A clock that notes the pauses it is asked for, and takes none."""

    taken: list[float] = field(default_factory=list)

    def pause(self, stop: threading.Event, seconds: float) -> bool:
        self.taken.append(seconds)
        return stop.wait(min(seconds, 0.02))

    @property
    def clock(self) -> ReaderClock:
        return ReaderClock(pause=self.pause, chance=lambda: 1.0)


def file_source(path: Path) -> WatchSource:
    return WatchSource("gate", str(path), "file")


def frames_of(items: Iterator[LiveFrame | StreamNotice], count: int) -> tuple[list[LiveFrame], list[StreamNotice]]:
    """The next frames, and the notices before the last of them."""
    frames: list[LiveFrame] = []
    notices: list[StreamNotice] = []
    for item in items:
        if isinstance(item, StreamNotice):
            notices.append(item)
            continue
        frames.append(item)
        if len(frames) == count:
            break
    return frames, notices


def next_notice(items: Iterator[LiveFrame | StreamNotice], kind: str) -> StreamNotice:
    """The next notice of a kind; what comes before it is passed over."""
    return next(item for item in items if isinstance(item, StreamNotice) and item.kind == kind)


def number_in(frame: LiveFrame) -> int:
    """The number that is drawn in a frame of a clip."""
    return number_of(Scaler(orientation_of(frame.picture)).rgb(frame.picture, 160, 90))
