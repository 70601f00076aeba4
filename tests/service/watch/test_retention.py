"""What was recorded goes when it is too old, too much, or the disk is full: the oldest first, never what is needed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from libraries import add, add_copy, said
from passerby.callers import WATCH
from passerby.evidence.custody import LogEntry
from passerby.library import Library
from passerby.records import Note
from passerby.service.watch import retention
from passerby.service.watch.retention import Retention
from passerby.settings import Settings
from passerby.store.blobs.folder_blobs import FolderBlobs
from passerby.store.chapters import Chapter
from passerby.store.corrections import Correction
from passerby.store.library import Store, open_store
from passerby.store.streams import HourCount
from passerby.streams.watch_source import WatchSource
from passerby.times import Span
from watched_sources import event, segment

NOW = 1_800_000_000.0
DAY = 86_400.0
GATE = WatchSource("gate", "rtsp://gate.local/1", "rtsp", keep_seconds=7 * DAY)
MEGABYTE = 1_000_000  # of each segment


@pytest.fixture
def library(tmp_path: Path) -> Library:
    with open_store(tmp_path / "library", create=True):
        return Library(Settings(library=str(tmp_path / "library")))


def opened(library: Library) -> Store:
    return open_store(library.settings.library, create=False)


def recorded(library: Library, source: str, days_ago: float, *, looked_through: bool = True) -> str:
    """A segment of a minute that ended then; the id of its video, or its own while it is none."""
    known = segment(source, NOW - days_ago * DAY - 60, size_bytes=MEGABYTE)
    with opened(library) as store:
        store.streams.add_segment(known)
        store.files.claim("original", known.id, caller=WATCH.name)
        with store.blobs.making("original", known.id) as folder:
            (folder / "1.mp4").write_bytes(b"pictures of " + known.id.encode())
        if not looked_through:
            return known.id
        video = add(store, f"{known.id}.mp4", path=str(folder / "1.mp4"), speech=[said("planted words", 0)])
        store.streams.settle_segment(known.id, video)
        store.files.finish("original", known.id, video)
        return video


def left(library: Library) -> list[str]:
    with opened(library) as store:
        here = {each.id for each in store.videos.all()}
        segments = [each.video or each.id for each in store.streams.segments()]
        assert here == {each.video for each in store.streams.segments() if each.video}
        assert len(store.files.all("original")) == len(segments)
    return segments


def forgotten(library: Library) -> list[LogEntry]:
    return [entry for entry in library.custody.entries() if entry["action"] == "forget"]


def apply(library: Library, *sources: WatchSource) -> int:
    return Retention(library, lambda: NOW).apply(sources).segments


def room_of(monkeypatch: pytest.MonkeyPatch, free: Callable[[], int]) -> None:
    monkeypatch.setattr(FolderBlobs, "free_bytes", lambda _: free())


def test_what_is_too_old_goes_and_leaves_nothing(library: Library) -> None:
    old, young = recorded(library, "gate", 7.1), recorded(library, "gate", 6.9)
    other = recorded(library, "yard", 30)  # which is kept for good
    assert apply(library, GATE, WatchSource("yard", "rtsp://yard.local/1", "rtsp")) == 1
    assert left(library) == [other, young]
    files = [path for path in Path(library.settings.library).rglob("*") if path.is_file()]
    assert sum(b"pictures of gate" in path.read_bytes() for path in files) == 1
    assert [(entry["user"], entry["subject"]) for entry in forgotten(library)] == [(WATCH.name, old)]
    assert apply(library, GATE) == 0


def test_of_too_much_the_oldest_goes(library: Library) -> None:
    made = [recorded(library, "gate", days) for days in (4, 3, 2, 1)]
    recorded(library, "yard", 5)
    source = WatchSource("gate", "rtsp://gate.local/1", "rtsp", max_bytes=2 * MEGABYTE + MEGABYTE // 2)
    assert apply(library, source) == 2
    assert left(library)[1:] == made[2:]
    assert [entry["subject"] for entry in forgotten(library)] == made[:2]


NEEDS: dict[str, Callable[[Store, str], object]] = {
    "hold": lambda store, video: store.evidence.hold("a case", "kim", video=video),
    "note": lambda store, video: store.notes.keep(video, [Note(Span(0, 1000), "seen", rejected=False)]),
    "comment": lambda store, video: store.comments.put(video, "ada", "look at this", None, []),
    "chapter": lambda store, video: store.chapters.put(video, Chapter(0, "the start", "ada")),
    "corrected line": lambda store, video: store.corrections.put(
        video, Correction(said("planted words", 0).span, "planted word", "ada", 1000.0)
    ),
    "plan": lambda store, video: store.plans.put(video, "{}"),
    "copy": lambda store, video: add_copy(store, "0123456789abcdef", video, safe__mp4=b"hidden"),
    "another collection": lambda store, video: store.collections.put(
        store.collections.make("the case", "", "ada", is_case=False), [video]
    ),
}


@pytest.mark.parametrize("need", NEEDS)
def test_what_somebody_needs_stays(library: Library, monkeypatch: pytest.MonkeyPatch, need: str) -> None:
    needed, plain = recorded(library, "gate", 9), recorded(library, "gate", 8)
    with opened(library) as store:
        own = store.collections.make("gate", "", WATCH.name, is_case=False)
        store.collections.put(own, [needed, plain])
        NEEDS[need](store, needed)
    assert apply(library, GATE) == 1
    assert left(library) == [needed]
    room_of(monkeypatch, lambda: 0)
    assert apply(library, GATE) == 0  # not for a full disk either
    assert left(library) == [needed]


def test_a_full_disk_costs_the_oldest_of_all_until_there_is_room(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [recorded(library, source, days) for source, days in (("gate", 4), ("yard", 3), ("gate", 2), ("yard", 1))]
    room_of(monkeypatch, lambda: retention.FREE_BYTES - MEGABYTE - 1)
    assert apply(library, GATE) == 2
    assert left(library) == made[2:]
    room_of(monkeypatch, lambda: retention.FREE_BYTES)
    assert apply(library, GATE) == 0
    assert library.examine().problems == ()


def test_what_waits_to_be_looked_through_goes_when_it_must(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = recorded(library, "gate", 2, looked_through=False)
    works = recorded(library, "gate", 1, looked_through=False)
    with opened(library) as store:
        for known in (works, waits):
            store.jobs.put("add", {"path": f"/footage/{known}", "source": "gate"}, caller=WATCH.name, key=known)
        assert store.jobs.take() is not None  # the first: a server works on it
    room_of(monkeypatch, lambda: 0)
    assert apply(library, GATE) == 1
    assert left(library) == [works]
    assert [entry["subject"] for entry in forgotten(library)] == ["source:gate"]
    with opened(library) as store:
        assert [store.jobs.keyed(WATCH.name, known).status for known in (waits, works)] == ["cancelled", "running"]  # type: ignore[union-attr]


def test_events_and_counts_go_with_what_they_are_about(library: Library) -> None:
    with opened(library) as store:
        store.streams.put_source("gate", "{}")
        store.streams.add_events([event("gate", NOW - 8 * DAY), event("gate", NOW - 6 * DAY)])
        hours = [int(NOW - days * DAY) // 3600 * 3600 for days in (8, 6)]
        store.streams.count([HourCount("gate", "", hour, "people", 3) for hour in hours])
    apply(library, GATE)
    with opened(library) as store:
        assert [each.wall for _, each in store.streams.events("gate", limit=10)] == [NOW - 6 * DAY]
        assert [each.hour for each in store.streams.counts("gate", 0, NOW)] == hours[1:]
