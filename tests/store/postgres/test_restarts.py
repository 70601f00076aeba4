"""The server of the database goes away, and comes back: errors that say so, nothing lost, and work goes on."""

import signal
from collections.abc import Iterator

import pytest

from libraries import add
from passerby.errors import GoneError
from passerby.store.library import kept_quick, open_store
from postgres_server import QUICK, PostgresServer, new_database, own_server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    # Else what was committed last is lost with a server that is killed.
    with own_server(QUICK | {"synchronous_commit": "on"}) as started:
        yield started


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_work_goes_on_when_the_server_is_back(server: PostgresServer, how: signal.Signals) -> None:
    address = new_database(server.address)
    with open_store(address, create=True, wait_seconds=5) as store:
        made = add(store, "street.mp4")
        server.stop(how)
        with pytest.raises(GoneError, match="the server cannot be reached or has gone away"):
            store.videos.all()
        with pytest.raises(GoneError):
            store.sink.finish_stage(made, "tags", "key", [])
        server.start()
        assert [video.id for video in store.videos.all()] == [made]
        store.sink.finish_stage(made, "tags", "key", [])
        assert store.records.finished(made)["tags"] == "key"


def test_connections_that_are_kept_are_made_anew(server: PostgresServer) -> None:
    address = new_database(server.address)
    with kept_quick(address):
        with open_store(address, create=False) as store:
            made = add(store, "street.mp4")
        server.stop()
        server.start()
        with open_store(address, create=False) as store:
            assert [video.id for video in store.videos.all()] == [made]


def test_who_holds_a_video_writes_nothing_once_its_connection_is_lost(server: PostgresServer) -> None:
    address = new_database(server.address)
    with open_store(address, create=True, wait_seconds=5) as store:
        made = add(store, "street.mp4")
        with store.sink.claimed(made, lambda: None):
            server.stop()
            server.start()
            with pytest.raises(GoneError):
                store.sink.finish_stage(made, "tags", "key", [])
        assert "tags" not in store.records.finished(made)
