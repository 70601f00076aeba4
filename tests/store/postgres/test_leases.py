"""Who holds a video and is stopped, or loses its session, writes nothing any more."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection

import psycopg
import pytest

from libraries import timeline, video
from passerby.errors import StoreError
from passerby.store.library import open_store
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.locks import ConnectionLocks

CLIP = video("clip.mp4")
LEASE = 1.0
WAIT = 60.0


def stop_while_holding(address: str, connection: Connection) -> None:
    """Hold a video, be stopped, and write when it goes on again."""
    with open_store(address, create=True) as store, store.sink.claimed(CLIP.id, lambda: None):
        store.sink.begin_video(CLIP)
        connection.send("held")
        os.kill(os.getpid(), signal.SIGSTOP)
        try:
            store.sink.finish_stage(CLIP.id, "shots", "late", timeline(1))
        except StoreError as error:
            connection.send(str(error))
        else:
            connection.send("written")


@contextmanager
def holding(address: str, on_wait: Callable[[], None]) -> Iterator[None]:
    with (
        closing(PostgresDatabase(OneConnection(address, WAIT))) as db,
        ConnectionLocks(db, LEASE).video(CLIP.id, on_wait),
    ):
        yield


def test_a_stopped_holder_loses_the_video_and_writes_nothing_when_it_goes_on(
    new_postgres_library: Callable[[], str],
) -> None:
    address = new_postgres_library()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    holder = multiprocessing.get_context("spawn").Process(target=stop_while_holding, args=(address, theirs))
    holder.start()
    assert ours.recv() == "held"
    with holding(address, lambda: None):
        with open_store(address, create=False) as store:
            store.sink.finish_stage(CLIP.id, "shots", "in time", timeline(2))
        os.kill(holder.pid or 0, signal.SIGCONT)
        assert "has gone away" in ours.recv()
    holder.join()
    with open_store(address, create=False) as store:
        assert store.sink.finished(CLIP.id) == {"shots": "in time"}


def test_a_holder_that_gives_signs_of_life_is_left_alone(new_postgres_library: Callable[[], str]) -> None:
    address = new_postgres_library()
    waits = []

    class StillHeldError(Exception):
        """Raised to leave the wait."""

    def wait() -> None:
        waits.append(1)
        if len(waits) > 3 * LEASE / 0.2:
            raise StillHeldError

    with holding(address, wait), pytest.raises(StillHeldError), holding(address, wait):
        pass


def test_who_has_lost_its_session_is_refused_though_it_can_connect_again(
    new_postgres_library: Callable[[], str],
) -> None:
    address = new_postgres_library()
    with open_store(address, create=True) as store, psycopg.connect(address, autocommit=True) as other:
        with store.sink.claimed(CLIP.id, lambda: None):
            store.sink.begin_video(CLIP)
            other.execute(b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            with pytest.raises(StoreError, match="has gone away"):
                store.sink.finish_stage(CLIP.id, "shots", "late", timeline(1))
        with store.sink.claimed(CLIP.id, lambda: None):
            store.sink.finish_stage(CLIP.id, "shots", "again", timeline(1))
        assert store.sink.finished(CLIP.id) == {"shots": "again"}
