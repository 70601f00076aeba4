"""Several servers on one library in PostgreSQL: real processes, which are killed, stopped, and lose their database."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from clips import make_clip
from libraries import add_copy, add_file
from passerby.accounts import Accounts
from passerby.client import Client
from passerby.errors import ApiError
from passerby.redact.audit.result import Audit
from passerby.service.copy_folder import manifest_bytes
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.store.postgres import schema
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.tries import FREE_OF_A_NAME
from pictures import cuts
from postgres_server import PostgresServer, new_database, own_server
from processes import workers_of
from serving import PASSWORD, ServerProcess, server_process

PATIENCE = 600.0  # after which something hangs, on however busy a machine
LEASE = 3.0  # seconds
API = "/api/v1"
COPY = "0123456789abcdef"
BODY = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


@dataclass(frozen=True)
class Served:
    """A server, and a client of it."""

    server: ServerProcess
    client: Client

    @property
    def workers(self) -> list[psutil.Process]:
        """The processes of its jobs: it was asked for no picture."""
        return workers_of(self.server.process.pid)


@dataclass(frozen=True)
class Several:
    """Two servers of one library."""

    database: PostgresServer
    library: str
    footage: Path
    blobs: Path
    token: str
    one: Served
    other: Served

    def by_who_works(self) -> tuple[Served, Served]:
        """The server that has a job in hand, and the other one."""

        def found() -> list[Served]:
            return [served for served in (self.one, self.other) if served.workers]

        (working,) = wait_until(found)
        return working, self.other if working is self.one else self.one


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shots(tmp_path_factory.mktemp("clips") / "three shots.mp4", 32)


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresServer]:
    with own_server() as server:
        yield server


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("blobs")


@pytest.fixture(scope="module")
def template(database: PostgresServer, blobs: Path) -> str:
    """The name of a database that others are copies of: a library with one user, ada."""
    address = new_database(database.address)
    with closing(PostgresDatabase(OneConnection(address, 60.0))) as db:
        schema.prepare(db, create=True, parts=2)
        db.set_state("blobs", str(blobs))
    Accounts(Settings(library=address)).add_user("ada", PASSWORD, "admin")
    return address.rpartition("/")[2]


@pytest.fixture(scope="module")
def several(database: PostgresServer, template: str, blobs: Path, clip: Path) -> Iterator[Several]:
    """For all tests; the last one ends a server."""
    with several_servers(database, template, blobs, clip.parent) as served:
        yield served


@contextmanager
def several_servers(database: PostgresServer, template: str, blobs: Path, footage: Path) -> Iterator[Several]:
    library = new_database(database.address, template)
    token = Accounts(Settings(library=library)).make_token("ada", "tests", ["read", "redact", "write", "admin"], 1)
    with a_server(library, token, footage) as one, a_server(library, token, footage) as other:
        yield Several(database, library, footage, blobs, token, one, other)


@contextmanager
def a_server(library: str, token: str, footage: Path) -> Iterator[Served]:
    options = ("--trusted-proxy", "127.0.0.1")
    with (
        server_process(library, *options, roots=footage, lease_seconds=LEASE) as server,
        Client(server.address, token) as client,
    ):
        yield Served(server, client)


def wait_until(true: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


def is_indexing(client: Client, job: str) -> bool:
    found = client.job(job)
    assert found["status"] in ("waiting", "running"), found
    return bool(found["step"] == "indexing")


class Events:
    """What a browser hears of jobs, taken down in a thread until its server ends."""

    def __init__(self, server: ServerProcess, token: str) -> None:
        self._server, self._token = server, token
        self._heard: list[dict[str, Any]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def of(self, job: str) -> list[str]:
        """The statuses of a job, as they were told."""
        return [each["status"] for each in list(self._heard) if each["id"] == job]

    def _listen(self) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        address = f"{self._server.address}{API}/jobs/events"
        with (
            suppress(httpx.TransportError),  # its server was ended
            httpx.stream("GET", address, headers=headers, timeout=PATIENCE) as answer,
        ):
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    self._heard += json.loads(line.removeprefix("data: "))["jobs"]


def test_a_job_is_done_once_and_its_progress_is_seen_at_both(several: Several, clip: Path) -> None:
    seen = [Events(served.server, several.token) for served in (several.one, several.other)]
    job = several.one.client.upload(clip)["id"]
    assert several.other.client.wait(job, seconds=PATIENCE)["status"] == "done"
    for events in seen:
        wait_until(lambda: "done" in events.of(job))  # noqa: B023
        assert "running" in events.of(job)
    with open_store(several.library, create=False) as store:
        found = store.jobs.get(job)
        assert found is not None
        assert (found.attempts, len(store.videos.all())) == (1, 1)


def test_any_server_stops_a_job(several: Several, clip: Path, tmp_path: Path) -> None:
    long = make_clip(tmp_path / "long.mp4", size=(320, 180), frames=600)
    job = several.one.client.upload(long)["id"]
    _, idle = several.by_who_works()
    idle.client.stop(job)
    assert several.one.client.wait(job, seconds=PATIENCE)["status"] == "cancelled"
    assert not list(several.blobs.rglob(long.name))


def test_an_upload_goes_on_at_another_server(several: Several, tmp_path: Path) -> None:
    content = b"no video" * 100
    address = several.one.client.begin_upload("x.mp4", len(content))
    half = len(content) // 2
    for served, offset, piece in ((several.one, 0, content[:half]), (several.other, half, content[half:])):
        assert served.client.ask("HEAD", address).headers["Upload-Offset"] == str(offset)
        answer = served.client.ask("PATCH", address, headers=BODY | {"Upload-Offset": str(offset)}, content=piece)
    job = several.one.client.ask("HEAD", address).headers["Passerby-Job"]
    assert answer.headers["Passerby-Job"] == job
    ended = several.one.client.wait(job, seconds=PATIENCE)
    assert (ended["status"], ended["asked"]["bytes"]) == ("failed", len(content))


def test_a_copy_is_downloaded_from_any_server_and_by_ranges(several: Several, clip: Path) -> None:
    with open_store(several.library, create=False) as store:
        video = add_file(store, make_clip(several.blobs / "other.mp4", frames=8))
        audit = Audit(clip, Path("safe.mp4"), 4, (), (), 1, 10, (), False, (), (), (), ())
        manifest = {"copy": {"name": "safe.mp4"}, "summary": [], "audit": audit.document()}
        add_copy(store, COPY, video, safe__mp4=clip.read_bytes(), manifest__json=manifest_bytes(manifest))
    for served in (several.one, several.other):
        assert served.client.ask("GET", f"/copies/{COPY}/media").content == clip.read_bytes()
        part = served.client.ask("GET", f"/copies/{COPY}/media", headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, clip.read_bytes()[10:20])


def test_who_logs_out_at_one_server_is_nobody_at_the_other(several: Several) -> None:
    with Client(several.one.server.address) as at_one, Client(several.other.server.address) as at_other:
        at_one.log_in("ada", PASSWORD)
        at_other._http.cookies.update(at_one._http.cookies)
        assert at_other.session()["name"] == "ada"
        at_one.log_out()
        with pytest.raises(ApiError) as error:
            at_other.session()
        assert error.value.status == 401


def test_tries_are_counted_over_all_servers(several: Several) -> None:
    headers = {"X-Forwarded-For": "192.0.2.7"}
    statuses = [
        httpx.post(
            f"{served.server.address}{API}/session",
            json={"name": "nobody", "password": "wrong"},
            headers=headers,
            timeout=PATIENCE,
        ).status_code
        for served in (several.one, several.other) * 3
    ]
    assert statuses == [401] * FREE_OF_A_NAME + [429]


def test_a_server_that_was_stopped_and_goes_on_finishes_nothing(several: Several, tmp_path: Path) -> None:
    with open_store(several.library, create=False) as store:
        video = add_file(store, shots(tmp_path / "looked through.mp4", 33))
    job = several.one.client.look(video, ["faces"], effort="fast")["id"]
    stopped, lively = several.by_who_works()
    wait_until(lambda: lively.client.job(job)["step"] == "looking")
    undead = [psutil.Process(stopped.server.process.pid), *stopped.workers]
    for process in undead:
        process.suspend()
    ended = lively.client.wait(job, seconds=PATIENCE)
    assert ended["status"] == "done", ended
    for process in reversed(undead):
        process.resume()
    wait_until(lambda: not any(process.is_running() and process.status() != "zombie" for process in undead[1:]))
    assert stopped.client.job(job) == ended
    assert len(lively.client.ask("GET", f"/videos/{video}/plans").json()["plans"]) == 1


def test_a_database_that_was_stopped_costs_no_job(several: Several, tmp_path: Path) -> None:
    events = Events(several.one.server, several.token)
    job = several.one.client.upload(shots(tmp_path / "interrupted.mp4", 34))["id"]
    wait_until(lambda: "running" in events.of(job))
    several.database.stop()
    for served in (several.one, several.other):
        with pytest.raises(ApiError, match="cannot be read or written at this moment") as error:
            served.client.jobs()
        assert error.value.status == 503
    several.database.start()
    ended = wait_until(lambda: end_of(several.other.client, job))
    assert ended["status"] == "done", ended
    wait_until(lambda: "done" in events.of(job))


def test_the_jobs_of_a_killed_server_are_taken_up(several: Several, tmp_path: Path) -> None:
    job = several.one.client.upload(shots(tmp_path / "taken up.mp4", 35))["id"]
    killed, left = several.by_who_works()
    wait_until(lambda: is_indexing(left.client, job))
    killed.server.kill()
    ended = left.client.wait(job, seconds=PATIENCE)
    assert ended["status"] == "done", ended
    with open_store(several.library, create=False) as store:
        found = store.jobs.get(job)
        assert found is not None
        assert found.attempts == 1
        assert store.health.check() == []


def shots(path: Path, first: int) -> Path:
    """A clip of three shots, of which the first has so many frames: each another video."""
    frames = [first, 32, 32]
    return make_clip(path, size=(320, 180), rate=12, frames=sum(frames), picture=cuts((320, 180), frames))


def end_of(client: Client, job: str) -> dict[str, Any] | None:
    """A job that has ended; None while it has not, and while nobody can tell."""
    try:
        found = client.job(job)
    except ApiError as error:
        if error.status != 503:
            raise
        return None
    return found if found["ended"] else None
