"""Locks of a library: one holder each, gone with its holder."""

import multiprocessing
from multiprocessing.connection import Connection

import pytest

from passerby.store.library import locks_of

A, B = "a" * 64, "b" * 64


class StillHeldError(Exception):
    """Raised to leave the wait."""


def give_up() -> None:
    raise StillHeldError


def hold(library: str, video: str, connection: Connection) -> None:
    with locks_of(library).video(video, give_up):
        connection.send("held")
        connection.recv()


def test_another_process_waits_for_the_holder_to_die_and_other_videos_are_free(address: str) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    holder = context.Process(target=hold, args=(address, A, theirs))
    holder.start()
    assert ours.recv() == "held"
    with pytest.raises(StillHeldError), locks_of(address).video(A, give_up):
        pass
    with locks_of(address).video(B, give_up):
        pass
    holder.kill()
    holder.join()
    with locks_of(address).video(A, give_up):
        pass


def do_jobs(library: str, connection: Connection) -> None:
    with locks_of(library).jobs() as held:
        connection.send(held)
        connection.recv()


def test_one_process_does_the_jobs_of_a_library_unless_they_can_share_them(address: str) -> None:
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in range(2)]
    processes = [context.Process(target=do_jobs, args=(address, theirs)) for _, theirs in pipes]
    for process, (ours, _) in zip(processes, pipes, strict=True):
        process.start()
        assert ours.recv() is (locks_of(address).shares_jobs or process is processes[0])
    for process in processes:
        process.kill()
        process.join()
    with locks_of(address).jobs() as held:
        assert held
