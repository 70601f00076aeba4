"""What was recorded comes into the library once, whoever is killed while it does."""

import os
from pathlib import Path

import pytest

from libraries import add
from passerby.callers import WATCH
from passerby.evidence.custody import Custody
from passerby.library import Library
from passerby.media.read.probe import probe
from passerby.pipeline.outcome import Outcome
from passerby.service.jobs.add import AddJob
from passerby.service.jobs.base import JobTools
from passerby.service.watch import segment_shelf
from passerby.service.watch.segment_shelf import NOT_WATCHED, SegmentShelf
from passerby.settings import Settings
from passerby.store.blobs.folder_blobs import FolderBlobs
from passerby.store.library import open_store
from passerby.store.sql.files import SqlFiles
from passerby.store.sql.jobs import SqlJobs
from passerby.store.sql.streams import SqlStreams
from passerby.store.streams import StoredSegment
from passerby.streams.live_folder import segment_folder
from passerby.streams.segment_parts import SegmentPart, parts_in
from watched_sources import left_by_recorder, segment

START = 1_800_000_000.0


class KilledHere(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    library = tmp_path / "library"
    with open_store(library, create=True):
        return library


@pytest.fixture
def shelf(library: Path) -> SegmentShelf:
    return SegmentShelf(Settings(library=str(library)), Custody(str(library)))


def segments(library: Path) -> list[StoredSegment]:
    with open_store(library, create=False) as store:
        return store.streams.segments()


def originals(library: Path) -> list[Path]:
    return sorted(path for path in (library / "originals").rglob("*") if path.is_file())


def test_a_segment_is_a_file_of_the_library_and_a_job(library: Path, shelf: SegmentShelf) -> None:
    part = left_by_recorder(library, segment("gate", START))
    content = part.video.read_bytes()
    shelf.take_in(part)
    assert list(segment_folder(str(library), "gate").iterdir()) == []
    (original,) = originals(library)
    assert original.read_bytes() == content
    assert segments(library) == [part.segment]
    with open_store(library, create=False) as store:
        (job,) = store.jobs.active()
        (owned,) = store.files.all("original")
    assert (owned.name, owned.ready, owned.caller) == (part.segment.id, False, WATCH.name)
    asked = AddJob.from_json(job.request)
    assert (asked.path, asked.upload, asked.size, asked.source) == (
        original, part.segment.id, part.segment.size_bytes, "gate",
    )  # fmt: skip
    (entry,) = Custody(str(library)).entries()
    assert (entry["user"], entry["action"], entry["subject"]) == (WATCH.name, "add", f"job:{job.id}")


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("where", "what"),
    [
        (SqlFiles, "claim"),
        (FolderBlobs, "making"),
        (segment_shelf, "_share"),
        (SqlStreams, "add_segment"),
        (SqlJobs, "put"),
        (SegmentPart, "remove"),
    ],
)
def test_whoever_is_killed_anywhere_begins_anew(
    library: Path, shelf: SegmentShelf, monkeypatch: pytest.MonkeyPatch, where: object, what: str, is_done: bool
) -> None:
    part = left_by_recorder(library, segment("gate", START))
    content, step = part.video.read_bytes(), getattr(where, what)

    def killed(*arguments: object, **more: object) -> None:
        if is_done:
            made = step(*arguments, **more)
            if hasattr(made, "__enter__"):
                made.__enter__()
        raise KilledHere

    with monkeypatch.context() as patched:
        patched.setattr(where, what, killed)
        with pytest.raises(KilledHere):
            shelf.take_in(part)
    shelf.take_up(parts_in(segment_folder(str(library), "gate")))
    assert segments(library) == [part.segment]
    assert [path.read_bytes() for path in originals(library)] == [content]
    with open_store(library, create=False) as store:
        assert len(store.jobs.active()) == 1
    assert list(segment_folder(str(library), "gate").iterdir()) == []


def test_of_a_segment_that_was_cut_off_all_is_taken_that_was_written(library: Path, shelf: SegmentShelf) -> None:
    told = segment("gate", START, seconds=0.0, size_bytes=0)
    left_by_recorder(library, told, pictures=50, is_ended=False)
    assert shelf.take_up(parts_in(segment_folder(str(library), "gate"))) == 1
    (taken,) = segments(library)
    (original,) = originals(library)
    assert (taken.start, taken.end, taken.end_pts) == (START, START + 2.0, 2 * 90_000)
    assert taken.size_bytes == original.stat().st_size
    assert probe(original).width == 64


def test_of_a_segment_without_a_picture_nothing_stays(library: Path, shelf: SegmentShelf) -> None:
    part = SegmentPart(segment_folder(str(library), "gate"), segment("gate", START), is_ended=False)
    part.folder.mkdir(parents=True)
    part.write()
    part.video.write_bytes(b"")
    assert shelf.take_up(parts_in(part.folder)) == 0
    assert list(part.folder.iterdir()) == []
    assert segments(library) == []


def test_a_gap_is_told_by_the_segment_after_it(library: Path, shelf: SegmentShelf) -> None:
    given = [
        segment("gate", START, why="it was started"),
        segment("gate", START + 60.25),  # the next picture of the same run
        segment("yard", START + 100),
        segment("gate", START + 150, why="camera.local does not answer"),
        segment("gate", START + 300),
    ]
    for each in given:
        shelf.take_in(left_by_recorder(library, each))
    told = [(each.start - START, each.gap, each.why) for each in segments(library) if each.source == "gate"]
    assert told == [
        (0, 0, ""), (60.25, 0, ""), (150, 29.75, "camera.local does not answer"), (300, 90, NOT_WATCHED),
    ]  # fmt: skip


def test_another_disk_gets_a_copy(library: Path, shelf: SegmentShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def on_another_disk(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    part = left_by_recorder(library, segment("gate", START))
    content = part.video.read_bytes()
    monkeypatch.setattr(os, "link", on_another_disk)
    shelf.take_in(part)
    assert [path.read_bytes() for path in originals(library)] == [content]


@pytest.mark.parametrize("becomes", ["a video", "a video that is there already", "none"])
def test_what_was_looked_through_belongs_to_its_video(
    library: Path, shelf: SegmentShelf, monkeypatch: pytest.MonkeyPatch, becomes: str
) -> None:
    shelf.take_in(left_by_recorder(library, segment("gate", START)))
    (original,) = originals(library)
    with open_store(library, create=False) as store:
        job = store.jobs.take()
        assert job is not None
        path = original if becomes == "a video" else Path("/footage/other.mp4")
        video = "" if becomes == "none" else add(store, "segment.mp4", path=str(path))
    monkeypatch.setattr(Library, "add", lambda *_, **__: [Outcome(original, "done", video_id=video)])
    result = AddJob.from_json(job.request).run(JobTools(job, Settings(library=str(library)), library), lambda _: None)
    assert result.failed == (not video)
    assert [each.video for each in segments(library)] == [video]
    with open_store(library, create=False) as store:
        owned = [(each.ready, each.video) for each in store.files.all("original")]
        collected = [(each.name, store.collections.of(video)) for each in store.collections.all()] if video else []
    assert len(collected) == bool(video)
    match becomes:
        case "a video":
            assert owned == [(True, video)]
        case "a video that is there already":
            assert owned == []
            assert not original.exists()
        case _:  # a recording that cannot be looked through is still a recording
            assert owned == [(False, "")]
            assert original.exists()
