"""Each source has a process of its own: what goes wrong with one is said, tried again, and costs no other anything."""

import json
import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import watch_processes
from passerby.errors import StoreError
from passerby.files.locked import locked
from passerby.library import Library
from passerby.service.watch import source_watches
from passerby.service.watch.segment_shelf import SegmentShelf
from passerby.service.watch.source_watches import SourceWatches
from passerby.settings import Settings
from passerby.store.library import Store, open_store
from passerby.store.sql.streams import SqlStreams
from passerby.store.streams import SourceState, StoredEvent
from passerby.streams.events import StreamEvent
from passerby.streams.live_folder import live_folder
from passerby.streams.presence import PresentCount
from passerby.streams.segment_parts import SegmentPart
from watch_processes import START, left_in
from watched_sources import describe


@dataclass
class Outlets:
    """Keep what they are told."""

    events: list[StreamEvent] = field(default_factory=list)
    states: list[SourceState] = field(default_factory=list)

    def tell(self, events: Sequence[StreamEvent]) -> None:
        self.events += events

    def state(self, state: SourceState) -> None:
        self.states.append(state)

    def present(self, counts: Sequence[PresentCount]) -> None:
        pass


@dataclass
class Watching:
    """What watches a library, and what it has said."""

    library: Path
    outlets: Outlets = field(default_factory=Outlets)
    lines: list[str] = field(default_factory=list)
    said: "queue.Queue[str]" = field(default_factory=queue.Queue)

    def until(self, beginning: str) -> None:
        """Hear until it says a line that begins so; the limit of the test ends this."""
        while not any(line.startswith(beginning) for line in self.lines):
            self.lines.append(self.said.get())

    @contextmanager
    def begun(self, *wanted: str) -> Iterator["Watching"]:
        stop = threading.Event()
        library = Library(Settings(library=str(self.library)))
        watches = SourceWatches(library, self.outlets, self.said.put, frozenset(wanted))
        thread = threading.Thread(target=watches.run, args=(stop,))
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join()
            while not self.said.empty():
                self.lines.append(self.said.get())

    def describe(self, name: str, does: str) -> None:
        with self.opened() as store:
            describe(store, name, address=f"rtsp://camera.local/{does}")

    def starts(self, source: str) -> list[float]:
        """Of its segments, from the first that can be."""
        with self.opened() as store:
            return [each.start - START for each in store.streams.segments(source)]

    def opened(self) -> Store:
        return open_store(self.library, create=False)


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watching:
    monkeypatch.setattr(source_watches, "watch_source", watch_processes.watch_source)
    monkeypatch.setattr(source_watches, "FIRST_DELAY", 0.01)
    for name in ("WAIT_SECONDS", "RELOAD_SECONDS", "SHELVE_SECONDS"):
        monkeypatch.setattr(source_watches, name, 0.01)
    monkeypatch.setattr(source_watches, "ENDING_SECONDS", 3600.0)
    with open_store(tmp_path / "library", create=True):
        return Watching(tmp_path / "library")


def died(delay: str) -> str:
    return f"gate: lost: its process was killed by signal 9; it is begun again in {delay} s"


def test_a_process_that_dies_is_begun_again_later_each_time(watching: Watching) -> None:
    watching.describe("gate", "dies")
    with watching.begun():
        for delay in ("0.01", "0.02", "0.04"):
            watching.until(died(delay))
    lost = [state for state in watching.outlets.states if state.status == "lost"]
    assert len(lost) >= 3
    with watching.opened() as store:
        assert [each.source for each in store.streams.states()] == ["gate"]


def test_what_one_that_died_had_written_comes_into_the_library(watching: Watching) -> None:
    watching.describe("gate", "dies-in-a-segment")
    with watching.begun():
        watching.until(died("0.02"))
    starts = watching.starts("gate")
    assert starts[:2] == [60, 120]
    assert left_in(watching.library, "gate") == 0


def test_one_bad_source_does_not_stop_the_others(watching: Watching, tmp_path: Path) -> None:
    for name, does in (("a-dying", "dies"), ("b-held", "records"), ("gate", "records")):
        watching.describe(name, does)
    with watching.opened() as store:
        store.streams.put_source("c-unknown", json.dumps({"name": "c-unknown", "address": "gopher://camera.local/"}))
        describe(store, "d-folder", address=str(tmp_path / "none"), kind="folder")
    with locked(live_folder(str(watching.library)) / "b-held.lock"), watching.begun():
        watching.until("a-dying: lost: its process was killed")
        watching.until("b-held: is watched by another process")
        watching.until("d-folder: lost: the folder is not there")
        watching.until("gate: watching")
    assert len([line for line in watching.lines if line.startswith("c-unknown: ")]) == 1
    assert watching.starts("gate") == [0, 3600]
    assert watching.starts("b-held") == []


def test_what_cannot_be_taken_in_waits_and_costs_no_other_source(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in, is_full = SegmentShelf.take_in, threading.Event()
    is_full.set()

    def fails(shelf: SegmentShelf, part: SegmentPart) -> None:
        if part.segment.source == "a-full" and is_full.is_set():
            raise StoreError("the disk is full")
        take_in(shelf, part)

    monkeypatch.setattr(SegmentShelf, "take_in", fails)
    watching.describe("a-full", "records")
    watching.describe("gate", "records")
    said = "the library cannot be written to (a-full: the disk is full); that is tried again"
    with watching.begun():
        watching.until("gate: watching")
        watching.until(said)
        is_full.clear()
    assert watching.lines.count(said) == 1
    assert watching.starts("gate") == watching.starts("a-full") == [0, 3600]


def test_whoever_ends_it_has_all_that_was_recorded_in_the_library(watching: Watching) -> None:
    watching.describe("gate", "stays")
    with watching.begun():
        watching.until("gate: watching")
    assert watching.starts("gate") == [3600]
    assert watching.outlets.states[-1].status == "stopped"
    assert watching.lines[-1] == "gate: stopped"
    with watching.begun():  # and the lock was let go of
        watching.until("gate: watching")


def test_one_that_does_not_end_is_ended(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_watches, "ENDING_SECONDS", 0.1)
    watching.describe("gate", "hangs")
    with watching.begun():
        watching.until("gate: watching")
    assert watching.outlets.states[-1].status == "stopped"
    assert watching.starts("gate") == []


def test_sources_come_change_and_go_while_it_watches(watching: Watching) -> None:
    with watching.begun():
        watching.describe("gate", "stays")
        watching.until("gate: watching")
        watching.describe("gate", "records")
        watching.until("gate: stopped")
        watching.lines.remove("gate: watching")
        watching.until("gate: watching")
        with watching.opened() as store:
            store.streams.drop_source("gate")
        watching.lines.remove("gate: stopped")
        watching.until("gate: stopped")
    assert set(watching.starts("gate")) == {0, 3600}
    assert not any("cannot be written" in line for line in watching.lines)


def test_those_that_were_named_are_watched_and_no_others(watching: Watching) -> None:
    for name in ("gate", "yard"):
        watching.describe(name, "stays")
    with watching.begun("yard"):
        watching.until("yard: watching")
    assert not any(line.startswith("gate") for line in watching.lines)


def test_what_is_told_is_kept_too(watching: Watching) -> None:
    watching.describe("gate", "stays")
    with watching.begun():
        watching.until("gate: watching")
    assert [event.id for event in watching.outlets.events] == ["e-gate"]
    with watching.opened() as store:
        ((_, kept),) = store.streams.events("gate", limit=10)
        (count,) = store.streams.counts("gate", 0, 1)
    assert (kept.id, kept.document["label"], count.number) == ("e-gate", "car", 2)


def test_what_cannot_be_kept_waits(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    add_events, tries = SqlStreams.add_events, iter((True,))

    def fails(streams: SqlStreams, events: Sequence[StoredEvent]) -> None:
        if next(tries, False):
            raise StoreError("the database is away")
        add_events(streams, events)

    monkeypatch.setattr(SqlStreams, "add_events", fails)
    watching.describe("gate", "stays")
    with watching.begun():
        watching.until("the library cannot be written to (gate: the database is away)")
    assert [event.id for event in watching.outlets.events] == ["e-gate"]
    with watching.opened() as store:
        assert [event.id for _, event in store.streams.events("gate", limit=10)] == ["e-gate"]
        assert [count.number for count in store.streams.counts("gate", 0, 1)] == [2]
