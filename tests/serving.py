"""Servers for tests: ``passerby serve`` as a process of its own, and the application in a thread of this one."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI

from passerby.accounts import Accounts
from passerby.client import Client
from passerby.settings import Settings
from passerby.web.app import create_app
from passerby.web.connections import ConnectionLimits
from passerby.web.server import Server, configured
from processes import wait_for_the_end_of

PASSWORD = "correct horse battery staple"  # of all users that tests make
LIMITS = ConnectionLimits()
USERS = {"vera": "viewer", "rita": "reviewer", "kim": "custodian", "ada": "admin"}


@dataclass(frozen=True)
class ServerProcess:
    """``passerby serve``, in a session of its own."""

    address: str
    process: "subprocess.Popen[str]"

    def kill(self) -> None:
        """End the server alone, with no chance to do anything more, and see that what it had started ends by itself."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        wait_for_the_end_of(self.process.pid)


@contextmanager
def server_process(library: Path | str, *options: str, **settings: object) -> Iterator[ServerProcess]:
    """A server on any free port of the loopback, ended as Ctrl-C does; what it says on stderr goes to ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PASSERBY_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "passerby", "--library", str(library), "serve", "--port", "0", *options],
        env=kept | {f"PASSERBY_{name.upper()}": str(value) for name, value in settings.items()},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("serving at http"), line
        yield ServerProcess(line.split()[2], process)
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(20)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
    wait_for_the_end_of(process.pid)


@contextmanager
def server(library: Path, *, accounts: bool = False, loopback: bool = True, **settings: Any) -> Iterator[str]:
    """The application in a thread of this process, its jobs in processes of their own; its address."""
    app = create_app(Settings(library=str(library), **settings), accounts=accounts, loopback=loopback)
    with listening(app) as address:
        yield address


@contextmanager
def listening(app: FastAPI, limits: ConnectionLimits = LIMITS) -> Iterator[str]:
    config = configured(app, limits, port=0, timeout_graceful_shutdown=1)
    running = Server(config, app)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive(), "the server has not started"
        thread.join(0.02)
    try:
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join(20)
        assert not thread.is_alive(), "the server has not ended"


def make_users(library: Path, users: Mapping[str, str] = USERS) -> None:
    """Users by their roles, all with PASSWORD, in a new library or one that is there; without ``users`` one of each."""
    if library.exists():
        _add_users(library, users)
    elif users:
        library.mkdir(parents=True)
        for name, content in _new_library(tuple(users.items())).items():
            (library / name).write_bytes(content)


@cache
def _new_library(users: tuple[tuple[str, str], ...]) -> dict[str, bytes]:
    """The files of a library of such users, made once: to hash a password takes long, as it should."""
    with TemporaryDirectory() as folder:
        library = Path(folder, "library")
        _add_users(library, dict(users))
        return {path.name: path.read_bytes() for path in library.iterdir() if path.is_file()}


def _add_users(library: Path, users: Mapping[str, str]) -> None:
    accounts = Accounts(Settings(library=str(library)))
    for name, role in users.items():
        accounts.add_user(name, PASSWORD, role)


def logged_in(address: str, name: str) -> Client:
    client = Client(address)
    client.log_in(name, PASSWORD)
    return client
