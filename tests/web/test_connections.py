"""What connections may cost, and what a server keeps open of its library."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from passerby.addresses import Networks
from passerby.settings import Settings
from passerby.web.app import create_app
from passerby.web.connections import ConnectionLimits
from serving import listening, server

LONG = 600.0  # seconds: longer than any test


def test_the_log_of_the_database_is_kept_between_requests_and_emptied_at_the_end(tmp_path: Path) -> None:
    log = tmp_path / "library" / "library.db-wal"
    with server(tmp_path / "library") as address:
        for _ in range(3):
            httpx.get(f"{address}/api/v1/videos").raise_for_status()
            inode = log.stat().st_ino
            httpx.get(f"{address}/api/v1/search", params={"words": "harbour"}).raise_for_status()
            assert log.stat().st_ino == inode  # or closing the connection had copied it into the database
    assert not log.exists()


@contextmanager
def limited(library: Path, limits: ConnectionLimits) -> Iterator[str]:
    app = create_app(Settings(library=str(library)), accounts=False, loopback=True)
    with listening(app, limits) as address:
        yield address


def connect(address: str, source: str = "127.0.0.1") -> socket.socket:
    to = urlsplit(address)
    return socket.create_connection((to.hostname or "", to.port or 0), 120, (source, 0))


def ask(address: str, source: str) -> int:
    with httpx.Client(transport=httpx.HTTPTransport(local_address=source), timeout=120) as client:
        return client.get(f"{address}/api/v1/health").status_code


def has_ended(connection: socket.socket) -> bool:
    """Whether the server ends it; waits until it does, or answers."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("limits", [ConnectionLimits(LONG, of_one=8), ConnectionLimits(LONG, of_one=999, of_all=8)])
def test_silent_connections_cost_others_nothing(tmp_path: Path, limits: ConnectionLimits) -> None:
    with limited(tmp_path / "library", limits) as address, ExitStack() as kept:
        silent = [kept.enter_context(connect(address)) for _ in range(600)]
        for source in ("127.0.0.2", "127.0.0.1"):
            assert [ask(address, source) for _ in range(3)] == [200] * 3
        assert all(has_ended(each) for each in silent[: -limits.of_one])


def test_who_is_at_work_is_not_ended_for_others(tmp_path: Path) -> None:
    with limited(tmp_path / "library", ConnectionLimits(LONG, of_one=2)) as address, ExitStack() as kept:
        at_work = kept.enter_context(connect(address))
        head = b"POST /api/v1/videos HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        at_work.sendall(head)
        assert at_work.recv(99).startswith(b"HTTP/1.1 100")
        silent = [kept.enter_context(connect(address)) for _ in range(9)]
        assert all(has_ended(each) for each in silent[:-1])
        at_work.sendall(b"{}")
        assert at_work.recv(12) == b"HTTP/1.1 422"


def test_connections_of_a_trusted_proxy_are_those_of_many(tmp_path: Path) -> None:
    limits = ConnectionLimits(LONG, of_one=2, proxies=Networks.parse(["127.0.0.0/30"]))
    with limited(tmp_path / "library", limits) as address, ExitStack() as kept:
        proxied = [kept.enter_context(connect(address)) for _ in range(9)]
        for each in proxied:
            each.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert each.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("sent", [b"", b"G", b"GET / HTTP/1.1\r\nHost: localhost\r\n"])
def test_a_head_that_does_not_come_ends_the_connection(tmp_path: Path, sent: bytes) -> None:
    with limited(tmp_path / "library", ConnectionLimits(head_seconds=0.01)) as address, connect(address) as slow:
        slow.sendall(sent)
        assert has_ended(slow)


def test_the_next_head_on_a_connection_is_timed_too(tmp_path: Path) -> None:
    with limited(tmp_path / "library", ConnectionLimits(head_seconds=1)) as address, connect(address) as slow:
        slow.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\nGET")
        file = slow.makefile("rb")
        assert b"200" in file.readline()
        slow.sendall(b" ")
        file.read()  # to the end of the connection


def test_a_body_may_take_longer_than_a_head(tmp_path: Path) -> None:
    with limited(tmp_path / "library", ConnectionLimits(head_seconds=1)) as address, connect(address) as slow:
        slow.sendall(b"POST /api/v1/videos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n")
        with connect(address) as silent:
            assert has_ended(silent)  # so long has passed since
        slow.sendall(b"{}")
        assert slow.recv(12) == b"HTTP/1.1 422"
