"""Several processes on one library, and processes that are killed (law 5)."""

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.context import SpawnProcess

import pytest

from libraries import add_rich
from passerby.records import Tag
from passerby.store.library import open_store
from store_processes import (
    add_and_forget,
    be_killed_finishing,
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


def test_writers_and_readers_work_side_by_side(address: str) -> None:
    writers = [start(write_videos, address, writer, 3) for writer in range(3)]
    assert codes([*writers, start(read_until, address, 9)]) == [0, 0, 0, 0]
    with open_store(address, create=False) as store:
        assert len(store.videos.all()) == 9
        assert all(
            [tag.label for tag in store.records.of(video.id, Tag)] == ["round1"] * 40 for video in store.videos.all()
        )
        assert store.health.check() == []


def test_one_forgets_while_others_write_and_read(address: str) -> None:
    processes = [start(add_and_forget, address, n, 4) for n in range(2)]
    processes.append(start(write_videos, address, 0, 2))
    assert codes(processes) == [0, 0, 0]
    with open_store(address, create=False) as store:
        assert len(store.videos.all()) == 2
        store.health.repair()
        assert store.health.check() == []


def test_new_library_can_be_opened_by_many_at_once(address: str) -> None:
    assert codes([start(open_new, address) for _ in range(4)]) == [0] * 4


@pytest.mark.parametrize("written", [0, 20, 39])
def test_writer_killed_within_a_stage_leaves_all_as_it_was(address: str, written: int) -> None:
    with open_store(address, create=True) as store:
        made = add_rich(store, "word")
        before = store.records.of(made, Tag)
        killed = start(be_killed_finishing, address, made, written)
        assert codes([killed]) == [-signal.SIGKILL]
        assert store.records.of(made, Tag) == before
        assert store.records.finished(made)["tags"] == "tags-key"
        assert store.search.moments_with(["killed"]) == set()
        assert store.health.check() == []
