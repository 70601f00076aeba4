"""Watches sources: a process for each, whose reports are kept and told, and whose segments come into the library."""

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from passerby.errors import StoreError, UsageError, WorkerError
from passerby.files.locked import LockedError, locked
from passerby.library import Library
from passerby.processes.child import Child
from passerby.processes.cores import available_cores
from passerby.processes.limits import Limits
from passerby.service.watch.drop_folder import DropFolder
from passerby.service.watch.retention import Retention
from passerby.service.watch.segment_shelf import SegmentShelf
from passerby.store.library import open_store
from passerby.store.streams import SourceState, StoredEvent
from passerby.streams.events import StreamEvent
from passerby.streams.live_folder import live_folder, original_folder, segment_folder
from passerby.streams.presence import PresentCount
from passerby.streams.segment_parts import SegmentPart, parts_in
from passerby.streams.source_document import parse_source
from passerby.streams.source_process import watch_source
from passerby.streams.source_watch import WatchReport
from passerby.streams.watch_source import WatchSource

WAIT_SECONDS = 0.5
RELOAD_SECONDS, SHELVE_SECONDS, RETAIN_SECONDS = 2.0, 5.0, 60.0
ENDING_SECONDS = 20.0  # for a process to hide and write what it holds
FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0  # seconds before a process that died is begun again
MOST_UNKEPT = 3600  # reports of a source that wait while the library cannot be written to: an hour's
STEADY_SECONDS = 60.0  # after which a process that dies has failed for the first time

logger = logging.getLogger(__name__)


class Told(Protocol):
    """Who is told of what happens: Outlets."""

    def tell(self, events: Sequence[StreamEvent]) -> None: ...
    def state(self, state: SourceState) -> None: ...
    def present(self, counts: Sequence[PresentCount]) -> None: ...


@dataclass(slots=True)
class _Watched:
    """A source that this process watches."""

    source: WatchSource
    held: ExitStack  # the lock by which nobody else watches it
    delay: float  # seconds before it is begun again, if its process dies now
    process: Child[WatchReport] | None = None
    folder: DropFolder | None = None
    begun: float = 0.0
    begin_at: float = 0.0
    status: str = ""
    is_opening: bool = False  # its process has said nothing yet
    unkept: deque[WatchReport] = field(default_factory=lambda: deque(maxlen=MOST_UNKEPT))


class SourceWatches:
    """Watches those of a library's sources that are ``wanted``; none named, all, also those that come later."""

    def __init__(
        self, library: Library, outlets: Told, say: Callable[[str], None], wanted: frozenset[str] = frozenset()
    ) -> None:
        """``say`` hears a line when a source begins to be, or is no more, as it should be."""
        self._library, self._settings = library, library.settings
        self._outlets, self._say, self._wanted = outlets, say, wanted
        self._shelf = SegmentShelf(library.settings, library.custody)
        self._retention = Retention(library)
        self._watched: dict[str, _Watched] = {}
        self._refused: dict[str, str] = {}  # why a source is not watched, as it was said
        self._failing: dict[str, str] = {}  # what could not be done for a source, or, at "", for all
        self._due: dict[str, float] = {}

    def run(self, stop: threading.Event) -> None:
        """Watch until ``stop`` is set; what was recorded until then is in the library, or on its way there."""
        try:
            while not stop.is_set():
                self._round()
                running = [each.process for each in self._watched.values() if each.process is not None]
                if running:
                    Child.wait(running, WAIT_SECONDS)
                else:
                    stop.wait(WAIT_SECONDS)
        finally:
            self._end(list(self._watched.values()))

    def _guarded(self, step: Callable[[], None], source: str = "") -> None:
        """A database that is away, or a disk that is full, ends nothing; and one source does not stop the others."""
        try:
            step()
        except (StoreError, OSError) as error:
            what = f"{source}: {error}" if source else str(error)
            if self._failing.get(source) != what:
                self._failing[source] = what
                self._say(f"the library cannot be written to ({what}); that is tried again")
        else:
            self._failing.pop(source, None)

    def _round(self) -> None:
        if self._is_due("reload", RELOAD_SECONDS):
            self._guarded(self._reload)
        is_to_shelve = self._is_due("shelve", SHELVE_SECONDS)
        for name, each in list(self._watched.items()):
            self._guarded(partial(self._look_after, each, shelve=is_to_shelve), name)
        if self._is_due("retain", RETAIN_SECONDS):
            self._guarded(self._retain)

    def _look_after(self, each: _Watched, *, shelve: bool) -> None:
        self._hear(each)
        self._keep(each)
        self._begin(each)
        if shelve:
            self._shelve(each)

    def _retain(self) -> None:
        self._retention.apply([each.source for each in self._watched.values()])

    def _is_due(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + seconds
        return True

    # Which sources

    def _reload(self) -> None:
        """Begin with sources that are new, end with those that are gone, and begin anew with those that changed."""
        found = self._described()
        gone = [each for name, each in self._watched.items() if found.get(name) != each.source]
        self._end(gone)
        for name, source in found.items():
            if name not in self._watched:
                self._guarded(partial(self._take_on, source), name)

    def _described(self) -> dict[str, WatchSource]:
        with open_store(self._settings.library, create=False) as store:
            stored = store.streams.sources()
        found = {}
        for each in stored:
            if self._wanted and each.name not in self._wanted:
                continue
            try:
                found[each.name] = parse_source(json.loads(each.description), each.name)
            except (UsageError, ValueError) as error:  # it was described by another version, or by hand
                self._refuse(each.name, str(error))
        return found

    def _take_on(self, source: WatchSource) -> None:
        held = ExitStack()
        folder = live_folder(self._settings.library)
        try:
            held.enter_context(locked(folder / f"{source.name}.lock"))
        except LockedError:
            self._refuse(source.name, "is watched by another process")
            return
        self._refused.pop(source.name, None)
        self._watched[source.name] = _Watched(source, held, FIRST_DELAY)

    def _refuse(self, name: str, reason: str) -> None:
        if self._refused.get(name) != reason:
            self._refused[name] = reason
            self._say(f"{name}: {reason}")

    # Their processes

    def _begin(self, each: _Watched) -> None:
        if each.source.kind == "folder":
            if each.folder is None:
                each.folder = DropFolder(each.source, self._settings)
            self._told(each, each.folder.take())
            return
        if each.process is not None or time.monotonic() < each.begin_at or self._opening() >= available_cores():
            return
        name = each.source.name
        self._shelf.take_up(self._parts(name))
        arguments = (each.source, self._settings, Path(self._library.models.folder).absolute())
        limits = Limits.of(self._settings)
        process: Child[WatchReport] = Child(watch_source, arguments, limits, name=f"passerby {name}", leads=True)
        each.begun = time.monotonic()
        process.start()
        each.process, each.is_opening = process, True

    def _opening(self) -> int:
        """How many load their models now. More than one a core would hold each other up until they are given up."""
        return sum(each.process is not None and each.is_opening for each in self._watched.values())

    def _hear(self, each: _Watched) -> None:
        if each.process is None:
            return
        try:
            for report in each.process.messages():
                each.is_opening = False
                self._take(each, report)
        except WorkerError as error:
            self._died(each, str(error))

    def _take(self, each: _Watched, report: WatchReport) -> None:
        self._outlets.tell(report.events)
        self._outlets.state(report.state)
        self._outlets.present(report.present)
        self._say_state(each, report.state)
        each.unkept.append(report)

    def _keep(self, each: _Watched) -> None:
        """Keep what was told since, once: what cannot be kept now waits. Of a source that is gone nothing is."""
        if not each.unkept:
            return
        with open_store(self._settings.library, create=False) as store, store.transaction():
            if any(known.name == each.source.name for known in store.streams.sources()):
                store.streams.add_events([_stored(event) for report in each.unkept for event in report.events])
                store.streams.count([count for report in each.unkept for count in report.counts])
                store.streams.report(each.unkept[-1].state)
        has_ended = any(report.ended for report in each.unkept)
        each.unkept.clear()
        if has_ended:
            self._shelve(each)

    def _told(self, each: _Watched, state: SourceState) -> None:
        self._say_state(each, state)
        with open_store(self._settings.library, create=False) as store:
            store.streams.report(state)

    def _say_state(self, each: _Watched, state: SourceState) -> None:
        line = f"{state.status}: {state.message}" if state.message else state.status
        if line != each.status:
            each.status = line
            self._say(f"{each.source.name}: {line}")

    def _died(self, each: _Watched, reason: str) -> None:
        each.process = None
        if time.monotonic() - each.begun > STEADY_SECONDS:
            each.delay = FIRST_DELAY
        each.begin_at = time.monotonic() + each.delay
        message = f"its process {reason}; it is begun again in {each.delay:g} s"
        each.delay = min(2 * each.delay, LONGEST_DELAY)
        self._take(each, WatchReport(SourceState(each.source.name, time.time(), "lost", message)))

    # What they record

    def _shelve(self, each: _Watched) -> None:
        for part in self._parts(each.source.name):
            if part.is_ended:
                self._shelf.take_in(part)

    def _end(self, watched: Sequence[_Watched]) -> None:
        """Have what they hold hidden and written, and take it in."""
        for each in watched:
            if each.process is not None:
                with suppress(WorkerError):
                    each.process.send("end")
        until = time.monotonic() + ENDING_SECONDS
        for each in watched:
            self._hear_out(each, until)
            if each.folder is not None:
                each.folder.close()
            self._guarded(partial(self._take_up, each.source.name), each.source.name)
            each.held.close()
            self._watched.pop(each.source.name, None)

    def _parts(self, name: str) -> Iterator[SegmentPart]:
        """What was recorded of a source and is not in the library yet."""
        for folder in (segment_folder, original_folder):
            yield from parts_in(folder(self._settings.library, name))

    def _take_up(self, name: str) -> None:
        self._shelf.take_up(self._parts(name))

    def _hear_out(self, each: _Watched, until: float) -> None:
        process = each.process
        if process is None:
            return
        try:
            while time.monotonic() < until:
                Child.wait([process], max(until - time.monotonic(), 0.0))
                for report in process.messages():
                    self._take(each, report)
        except WorkerError:  # it has ended, and that is what was asked for
            logger.debug("%s has ended", each.source.name)
        process.kill()
        each.process = None
        self._take(each, WatchReport(SourceState(each.source.name, time.time(), "stopped")))
        self._guarded(partial(self._keep, each), each.source.name)


def _stored(event: StreamEvent) -> StoredEvent:
    return StoredEvent(event.id, event.source, event.type, event.label, event.wall, event.document())
