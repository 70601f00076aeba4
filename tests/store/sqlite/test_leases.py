"""Who holds a video and is stopped loses it to who waits, and can write nothing when it is let go on."""

import multiprocessing
import os
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from libraries import timeline, video
from passerby.store.library import open_store
from passerby.store.sqlite.locks import FolderLocks

CLIP = video("clip.mp4")


def stop_while_holding(library: Path, connection: Connection) -> None:
    """Hold a video, be stopped, and write when it goes on again."""
    with open_store(library, create=True) as store, store.sink.claimed(CLIP.id, lambda: None):
        store.sink.begin_video(CLIP)
        connection.send("held")
        os.kill(os.getpid(), signal.SIGSTOP)
        store.sink.finish_stage(CLIP.id, "shots", "late", timeline(1))
        connection.send("written")


def test_a_stopped_holder_is_ended_and_writes_nothing_when_it_goes_on(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    holder = multiprocessing.get_context("spawn").Process(target=stop_while_holding, args=(tmp_path, theirs))
    holder.start()
    theirs.close()
    assert ours.recv() == "held"
    with FolderLocks(tmp_path, lease_seconds=0.1).video(CLIP.id, lambda: None):
        with open_store(tmp_path, create=False) as store:
            store.sink.finish_stage(CLIP.id, "shots", "in time", timeline(2))
        with suppress(ProcessLookupError):
            os.kill(holder.pid or 0, signal.SIGCONT)
        with pytest.raises(EOFError):
            ours.recv()
    holder.join()
    assert holder.exitcode == -signal.SIGKILL
    with open_store(tmp_path, create=False) as store:
        assert store.records.finished(CLIP.id) == {"shots": "in time"}
        assert store.health.check() == []


def test_a_holder_that_goes_on_in_time_keeps_the_video(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    holder = multiprocessing.get_context("spawn").Process(target=stop_while_holding, args=(tmp_path, theirs))
    holder.start()
    theirs.close()
    assert ours.recv() == "held"

    def let_it_go_on() -> None:
        os.kill(holder.pid or 0, signal.SIGCONT)

    with FolderLocks(tmp_path, lease_seconds=3600).video(CLIP.id, let_it_go_on):
        assert ours.recv() == "written"
    holder.join()
    assert holder.exitcode == 0
