"""Claims: one holder a video, gone with its holder."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from passerby.pipeline.claim import claim

A, B = "a" * 64, "b" * 64


class StillHeldError(Exception):
    """Raised to leave the wait."""


def give_up() -> None:
    raise StillHeldError


def hold(library: Path, video: str, connection: Connection) -> None:
    with claim(library, video, give_up):
        connection.send("held")
        connection.recv()


def test_another_process_waits_for_the_holder_to_die_and_other_videos_are_free(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    holder = context.Process(target=hold, args=(tmp_path, A, theirs))
    holder.start()
    assert ours.recv() == "held"
    with pytest.raises(StillHeldError), claim(tmp_path, A, give_up):
        pass
    with claim(tmp_path, B, give_up):
        pass
    holder.kill()
    holder.join()
    with claim(tmp_path, A, give_up):
        pass
