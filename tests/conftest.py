"""What every test runs under: no network but loopback, and property tests that are the same each time."""

import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from postgres_fixtures import new_postgres, new_postgres_library, postgres
from s3_server import S3Server, s3_server

__all__ = ["new_postgres", "new_postgres_library", "postgres"]  # fixtures of all tests

collect_ignore = ["gst_rtsp.py"]  # run by the system's Python, which has what it imports

settings.register_profile("passerby", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("passerby")

# What is started in the background ignores Ctrl-C, and so would all that it starts: tests send it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What tests start, often, finds its modules compiled, or each process would compile all of them again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The models, settings and keys of whoever runs the tests are not seen, and stay as they are."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name.lower())))
        yield


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if self.family != socket.AF_UNIX and not str(host).startswith(_LOOPBACK):
            raise RuntimeError(f"a test tried to reach {host!r}: tests use no network but loopback")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def shared_s3() -> Iterator[S3Server]:
    """One server of S3 for all tests, which none of them stops."""
    with s3_server() as server:
        yield server


@pytest.fixture
def s3(shared_s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The same, to which this process, and all that it starts, speaks."""
    for name, value in shared_s3.environment.items():
        monkeypatch.setenv(name, value)
    return shared_s3


@pytest.fixture
def bucket(s3: S3Server) -> str:
    """A new bucket there."""
    name = f"bucket-{secrets.token_hex(6)}"
    s3.client().create_bucket(Bucket=name)
    return name
