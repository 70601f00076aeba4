"""Several processes on one library, and processes that are killed (law 5)."""

import multiprocessing
import signal
import time
from collections.abc import Callable
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from libraries import add_rich
from passerby.store.library import open_store
from store_processes import (
    add_and_forget,
    be_killed_finishing,
    be_killed_with_thumbnails,
    forget_all,
    open_new,
    read_until,
    write_videos,
)

SPAWN = multiprocessing.get_context("spawn")


def start(target: Callable[..., None], *arguments: object) -> SpawnProcess:
    process = SPAWN.Process(target=target, args=arguments)
    process.start()
    return process


def codes(processes: list[SpawnProcess]) -> list[int | None]:
    for process in processes:
        process.join(120)
    return [process.exitcode for process in processes]


def test_writers_and_readers_work_side_by_side(tmp_path: Path) -> None:
    writers = [start(write_videos, tmp_path, writer, 3) for writer in range(3)]
    assert codes([*writers, start(read_until, tmp_path, 9)]) == [0, 0, 0, 0]
    with open_store(tmp_path, create=False) as store:
        assert len(store.videos()) == 9
        assert all([tag.label for tag in store.tags(video.id)] == ["round1"] * 40 for video in store.videos())
        assert store.check() == []


def test_one_forgets_while_others_write_and_read(tmp_path: Path) -> None:
    processes = [start(add_and_forget, tmp_path, n, 4) for n in range(2)]
    processes.append(start(write_videos, tmp_path, 0, 2))
    assert codes(processes) == [0, 0, 0]
    with open_store(tmp_path, create=False) as store:
        assert len(store.videos()) == 2
        store.repair()
        assert store.check() == []


def test_new_library_can_be_opened_by_many_at_once(tmp_path: Path) -> None:
    assert codes([start(open_new, tmp_path / "new") for _ in range(4)]) == [0] * 4


@pytest.mark.parametrize("passes", [2, 5, 9, 10])
def test_writer_killed_within_a_stage_leaves_all_as_it_was(tmp_path: Path, passes: int) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add_rich(store, "word")
        before = store.tags(made)
        killed = start(be_killed_finishing, tmp_path, made, passes)
        assert codes([killed]) == [-signal.SIGKILL]
        assert store.tags(made) == before
        assert store.finished(made)["tags"] == "tags-key"
        assert store.moments_with(["killed"]) == set()
        assert store.check() == []


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.06])
def test_forgetting_that_is_killed_is_finished_by_the_next_to_open(tmp_path: Path, seconds: float) -> None:
    with open_store(tmp_path, create=True) as store:
        for n in range(8):
            add_rich(store, f"q{n}z")
    process = start(forget_all, tmp_path)
    with open_store(tmp_path, create=False) as store:
        while len(store.videos()) == 8:
            time.sleep(0.001)
    time.sleep(seconds)
    process.kill()
    process.join()
    with open_store(tmp_path, create=False) as store:
        remaining = {video.name.removesuffix("-name.mp4") for video in store.videos()}
        files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert {f"q{n}z" for n in range(8) if f"q{n}z".encode() in files} == remaining
        assert store.check() == []


def test_thumbnails_of_a_writer_that_was_killed_are_gone_when_the_library_is_opened_next(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add_rich(store, "word")
        (before,) = (tmp_path / "thumbnails").iterdir()
        assert codes([start(be_killed_with_thumbnails, tmp_path, made)]) == [-signal.SIGKILL]
        assert len(list((tmp_path / "thumbnails").iterdir())) == 2
    with open_store(tmp_path, create=False) as store:
        assert list((tmp_path / "thumbnails").iterdir()) == [before]
        assert store.check() == []


def test_a_cache_that_was_being_made_by_a_killed_process_is_gone_too(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_rich(store, "word")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "vectors-64.new").write_bytes(b"half of a cache")
    with open_store(tmp_path, create=False) as store:
        assert list((tmp_path / "cache").iterdir()) == []
        assert store.check() == []
