"""Trying a source: whether pictures come, of what size, and if none do, why. No picture is shown or kept."""

import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import PasserbyError
from passerby.streams.incoming import LiveFrame
from passerby.streams.stream_reader import read_stream
from passerby.streams.watch_source import WatchSource

SECONDS = 15.0  # for the first picture
_FAILURES = ("refused", "lost", "ended", "silent")


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it."""

    works: bool
    message: str = ""  # in one line, without a password; "" where it works
    size: tuple[int, int] = (0, 0)  # width, height; of a folder nought
    seconds: float = 0.0  # until the first picture was there


def try_source(_name: Path, source: WatchSource, seconds: float = SECONDS) -> Trial:
    """Read a source up to its first picture. Errors are told in the trial; ``_name`` is for who runs it elsewhere."""
    if source.kind == "folder":
        is_there = Path(source.address).is_dir()
        return Trial(is_there, "" if is_there else f"{source.address}: expected a folder, found none")
    try:
        return _first_picture(source, seconds)
    except (PasserbyError, ImportError) as error:
        return Trial(False, str(error))


def _first_picture(source: WatchSource, seconds: float) -> Trial:
    stop, began = threading.Event(), time.monotonic()
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    try:
        with closing(read_stream(source, stop)) as items:  # type: ignore[type-var]
            for item in items:
                if isinstance(item, LiveFrame):
                    size = item.picture.width, item.picture.height
                    return Trial(True, size=size, seconds=round(time.monotonic() - began, 2))
                if item.kind in _FAILURES:
                    return Trial(False, item.message or f"{source.name}: nothing came")
        return Trial(False, f"{source.name}: expected a picture within {seconds:g} s, found none")
    finally:
        stop.set()
        timer.cancel()
