"""A file dropped into a folder is handed over once it is whole, and once alone, whatever becomes of the folder."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from passerby.callers import WATCH
from passerby.errors import UsageError
from passerby.service.jobs.add import AddJob
from passerby.service.watch.drop_folder import LOOK_EVERY, DropFolder, require_folder
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.store.streams import SourceState
from passerby.streams.watch_source import WatchSource

NOW, SETTLE = 1_800_000_000.0, 5.0


@dataclass
class Dropped:
    """A folder, a library, and a clock."""

    folder: Path
    library: Path
    now: float = NOW
    watch: DropFolder = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        with open_store(self.library, create=True):
            self.begin()

    def begin(self) -> None:
        """As after a restart."""
        source = WatchSource("drop", str(self.folder), "folder", settle_seconds=SETTLE)
        self.watch = DropFolder(source, Settings(library=str(self.library)), lambda: self.now)

    def drop(self, name: str, content: str = "pictures", *, ago: float = 0.0) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        os.utime(path, (self.now - ago,) * 2)
        return path

    def after(self, seconds: float) -> SourceState:
        self.now += seconds
        return self.watch.take()

    def forget(self) -> None:
        """Jobs go with their videos."""
        with open_store(self.library, create=False) as store:
            for job in store.jobs.active():
                store.jobs.stop(job.id)
                store.jobs.erase([job.id])

    def added(self) -> list[str]:
        with open_store(self.library, create=False) as store:
            jobs = [AddJob.from_json(job.request) for job in store.jobs.active()]
        assert {job.source for job in jobs} <= {"drop"}
        return [Path(str(job.path)).name for job in jobs]


@pytest.fixture
def dropped(tmp_path: Path) -> Iterator[Dropped]:
    made = Dropped(tmp_path / "drop", tmp_path / "library")
    with closing(made.watch):
        yield made


def test_a_file_that_is_still_written_waits_until_it_settles(dropped: Dropped) -> None:
    dropped.drop("a.mp4", "pic")
    assert dropped.after(0).status == "watching"
    dropped.after(SETTLE - 1)
    dropped.drop("a.mp4", "pictures")
    dropped.after(SETTLE - 1)
    dropped.after(SETTLE - 1)
    assert dropped.added() == []
    dropped.after(1)
    assert dropped.added() == ["a.mp4"]


def test_what_is_moved_in_is_whole_at_once(dropped: Dropped) -> None:
    dropped.drop("a.mp4", ago=SETTLE)
    dropped.after(0)
    assert dropped.added() == ["a.mp4"]


def test_a_camera_whose_clock_is_ahead_is_waited_for_no_longer_than_another(dropped: Dropped) -> None:
    dropped.drop("a.mp4", ago=-3600)
    dropped.after(0)
    dropped.after(SETTLE)
    assert dropped.added() == ["a.mp4"]


def test_only_files_that_may_be_videos_are_taken(dropped: Dropped, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.mp4").write_text("of somebody else")
    (dropped.folder / "link.mp4").symlink_to(tmp_path / "elsewhere.mp4")
    os.mkfifo(dropped.folder / "pipe.mp4")
    for name in (".hidden.mp4", "a.mp4.part", "notes.txt", "camera/b.MP4"):
        dropped.drop(name, ago=60)
    dropped.drop("empty.mp4", "", ago=60)
    dropped.after(0)
    assert dropped.added() == ["b.MP4"]


def test_neither_a_restart_nor_forgetting_has_a_file_taken_again(dropped: Dropped) -> None:
    dropped.drop("a.mp4", ago=60)
    dropped.after(0)
    dropped.forget()
    dropped.begin()
    dropped.drop("b.mp4", ago=60)
    dropped.after(0)
    assert dropped.added() == ["b.mp4"]


def test_what_was_handed_over_by_one_that_was_killed_is_there_once(
    dropped: Dropped, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped.drop("a.mp4", ago=60)
    with monkeypatch.context() as killed:
        killed.setattr(DropFolder, "_keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            dropped.after(0)
    dropped.begin()
    dropped.after(0)
    assert dropped.added() == ["a.mp4"]


def test_another_file_of_the_same_name_is_another(dropped: Dropped) -> None:
    for content in ("pictures", "other pictures"):
        dropped.drop("a.mp4", content, ago=60)
        dropped.after(LOOK_EVERY)
    assert dropped.added() == ["a.mp4", "a.mp4"]


def test_of_what_is_gone_nothing_is_kept(dropped: Dropped) -> None:
    first = dropped.drop("a.mp4", ago=60)
    dropped.drop("b.mp4", ago=60)
    dropped.after(0)
    (kept,) = dropped.library.rglob("drop.taken")
    assert len(kept.read_text().split()) == 2
    first.unlink()
    dropped.after(LOOK_EVERY)
    assert len(kept.read_text().split()) == 1
    assert "a.mp4" not in kept.read_text()


def test_a_folder_that_disappears_is_told_and_taken_up_again(dropped: Dropped) -> None:
    dropped.drop("a.mp4", ago=60)
    dropped.after(0)
    away = dropped.folder.rename(dropped.folder.with_name("away"))
    lost = dropped.after(1)
    assert (lost.status, lost.message) == ("lost", "the folder is not there")
    dropped.folder.mkdir()  # where its disk is not mounted yet
    assert dropped.after(1).status == "watching"
    dropped.folder.rmdir()
    away.rename(dropped.folder)
    dropped.forget()
    dropped.drop("b.mp4", ago=60)
    assert dropped.after(LOOK_EVERY).status == "watching"
    assert dropped.added() == ["b.mp4"]


def test_a_folder_within_it_that_cannot_be_read_is_told(dropped: Dropped, monkeypatch: pytest.MonkeyPatch) -> None:
    dropped.drop("closed/a.mp4", ago=60)
    dropped.after(0)
    (kept,) = dropped.library.rglob("drop.taken")
    before, scan = kept.read_text(), os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    dropped.drop("b.mp4", ago=60)
    with monkeypatch.context() as closed:
        closed.setattr(os, "scandir", refused)
        state = dropped.after(LOOK_EVERY)
    assert (state.status, dropped.added()) == ("watching", ["a.mp4", "b.mp4"])
    assert state.message == f"{dropped.folder}/closed: cannot be read (Permission denied); what is in it is not taken"
    assert set(before.split()) < set(kept.read_text().split())  # it is still known what was taken from there
    assert dropped.after(LOOK_EVERY).message == ""


def test_who_asks_for_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is none"):
        require_folder(WatchSource("drop", str(tmp_path / "none"), "folder"))


def test_files_are_added_for_nobody_but_the_watch(dropped: Dropped) -> None:
    dropped.drop("a.mp4", ago=60)
    dropped.after(0)
    with open_store(dropped.library, create=False) as store:
        assert [job.caller for job in store.jobs.active()] == [WATCH.name]
