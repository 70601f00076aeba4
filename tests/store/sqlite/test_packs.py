"""Packs of thumbnails beside the database."""

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.context import SpawnProcess
from pathlib import Path

from libraries import add, add_rich
from passerby.records import Thumbnail
from passerby.store.library import Store, open_store
from store_processes import (
    be_killed_with_thumbnails,
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


def test_replaced_thumbnails_leave_no_file(store: Store, tmp_path: Path) -> None:
    made = add(store, "a.mp4", thumbnails=[Thumbnail(0, 5, b"old")])
    store.sink.finish_stage(made, "thumbnails", "newer", [Thumbnail(0, 6, b"new"), Thumbnail(1, 7, b"more")])
    (pack,) = (tmp_path / "thumbnails").iterdir()
    assert pack.read_bytes() == b"newmore"
    assert store.records.at(made, Thumbnail, 1) == Thumbnail(1, 7, b"more")
    assert store.records.at(made, Thumbnail, 2) is None


def test_thumbnails_of_a_writer_that_was_killed_are_gone_when_the_library_is_opened_next(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add_rich(store, "word")
        (before,) = (tmp_path / "thumbnails").iterdir()
        assert codes([start(be_killed_with_thumbnails, tmp_path, made)]) == [-signal.SIGKILL]
        assert len(list((tmp_path / "thumbnails").iterdir())) == 2
    with open_store(tmp_path, create=False) as store:
        assert list((tmp_path / "thumbnails").iterdir()) == [before]
        assert store.health.check() == []
