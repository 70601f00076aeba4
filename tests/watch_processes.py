"""Processes of sources as they may go wrong, in a module that they can import: what one does, its address says."""

import os
import signal
import threading
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

from passerby.settings import Settings
from passerby.store.streams import HourCount, SourceState
from passerby.streams.events import StreamEvent
from passerby.streams.live_folder import segment_folder
from passerby.streams.segment_parts import parts_in
from passerby.streams.source_watch import WatchReport
from passerby.streams.watch_source import WatchSource
from watched_sources import left_by_recorder, segment

START = 1_800_000_000.0


def watch_source(source: WatchSource, settings: Settings, models_dir: Path, connection: Connection) -> None:
    """In the place of the real one."""
    state = SourceState(source.name, START, "watching")
    library = Path(settings.library)
    connection.send(WatchReport(state, (_event(source.name),), (HourCount(source.name, "", 0, "people", 2),)))
    match urlsplit(source.address).path:
        case "/dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "/dies-in-a-segment":
            left_by_recorder(library, segment(source.name, START + 60 * _begun(library)), is_ended=False)
            os.kill(os.getpid(), signal.SIGKILL)
        case "/records":
            ended = left_by_recorder(library, segment(source.name, START))
            connection.send(WatchReport(state, ended=(ended,)))
        case "/hangs":
            threading.Event().wait()
    connection.recv()
    last = left_by_recorder(library, segment(source.name, START + 3600))
    connection.send(WatchReport(replace(state, status="stopped"), ended=(last,)))


def _begun(library: Path) -> int:
    """How often there was one before."""
    marks = library / "begun"
    marks.mkdir(exist_ok=True)
    (marks / str(os.getpid())).touch()
    return len(list(marks.iterdir()))


def _event(source: str) -> StreamEvent:
    return StreamEvent(f"e-{source}", "new", source, "all", "car", 0.9, (), START, START, (0.1, 0.1, 0.2, 0.5))


def left_in(library: Path, source: str) -> int:
    """How many segments are not in the library yet."""
    return len(list(parts_in(segment_folder(str(library), source))))
