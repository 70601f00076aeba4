"""Jobs through kills of everything, and their stops, keys and events."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from clips import make_clip
from libraries import add_file
from passerby.client import Client
from passerby.errors import ApiError
from passerby.service.desk import Desk
from passerby.service.jobs.base import Leftover
from passerby.service.jobs.cleanup import remove_unfinished
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.web.server import CLOSING_SECONDS
from pictures import cuts
from processes import workers_of
from serving import server, server_process

PATIENCE = 600.0  # after which something hangs, on however busy a machine


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "three shots.mp4"
    return make_clip(path, size=(320, 180), rate=12, frames=96, picture=cuts((320, 180), [32, 32, 32]))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> dict[str, Any]:
    """What is known of the clip after an add that nothing has disturbed."""
    with server(tmp_path_factory.mktemp("undisturbed") / "library") as address, Client(address) as client:
        return known(client, client.wait(client.upload(clip)["id"]))


def known(client: Client, job: dict[str, Any]) -> dict[str, Any]:
    assert job["status"] == "done", job
    return client.show(job["video"]) | {"path": "", "recorded": "", "recorded_source": ""}


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


def files_of(library: Path) -> set[str]:
    folders = [library / name for name in ("uploads", "originals", "copies")]
    return {str(path.relative_to(library)) for folder in folders if folder.exists() for path in folder.rglob("*")}


def test_a_server_killed_in_the_middle_of_an_add_does_it_once(
    tmp_path: Path, clip: Path, undisturbed: dict[str, Any]
) -> None:
    library = tmp_path / "library"
    with server_process(library) as served, Client(served.address) as client:
        job = client.upload(clip)["id"]
        wait_until(lambda: is_indexing(client, job))
        served.kill()
    with server_process(library) as served, Client(served.address) as client:
        assert known(client, client.wait(job, seconds=PATIENCE)) == undisturbed
        assert [each["id"] for each in client.jobs()] == [job]
        assert len(list(client.videos())) == 1
    assert len([path for path in files_of(library) if path.endswith(".mp4")]) == 1
    with open_store(library, create=False) as store:
        assert store.health.check() == []


def test_a_server_that_is_killed_again_and_again_does_the_job(
    tmp_path: Path, clip: Path, undisturbed: dict[str, Any]
) -> None:
    library = tmp_path / "library"
    job = ""
    for _ in range(3):
        with server_process(library) as served, Client(served.address) as client:
            job = job or client.upload(clip)["id"]
            wait_until(lambda: client.job(job)["status"] == "running")  # noqa: B023
            served.kill()
    with server_process(library) as served, Client(served.address) as client:
        assert known(client, client.wait(job, seconds=PATIENCE)) == undisturbed


def test_the_end_of_all_processes_costs_a_job_no_attempt(tmp_path: Path, clip: Path) -> None:
    """As a service manager ends a service, and the kernel one that has no memory left."""
    library = tmp_path / "library"
    job = ""
    for way in (signal.SIGTERM, signal.SIGKILL):
        with server_process(library) as served, Client(served.address) as client:
            job = job or client.upload(clip)["id"]
            wait_until(lambda: client.job(job)["status"] == "running")  # noqa: B023
            for process in workers_of(served.process.pid):
                process.send_signal(way)
            time.sleep(0.3)  # the server may be the last to go
            served.process.send_signal(way)
            served.process.wait(PATIENCE)
        with open_store(library, create=False) as store:
            found = store.jobs.get(job)
        assert found is not None
        assert found.attempts - (found.status == "running") == 0


def test_a_job_whose_process_is_killed_is_done_again(tmp_path: Path, clip: Path, undisturbed: dict[str, Any]) -> None:
    with server_process(tmp_path / "library") as served, Client(served.address) as client:
        job = client.upload(clip)["id"]
        wait_until(lambda: is_indexing(client, job))
        for process in workers_of(served.process.pid):
            process.kill()
        assert known(client, client.wait(job, seconds=PATIENCE)) == undisturbed


def test_a_job_whose_process_always_dies_fails_and_leaves_nothing(tmp_path: Path, clip: Path) -> None:
    with server_process(tmp_path / "library") as served, Client(served.address) as client:
        job = client.upload(clip)["id"]
        while client.job(job)["status"] not in ("failed", "done"):
            for process in workers_of(served.process.pid):
                process.kill()
            time.sleep(0.05)
        assert (client.job(job)["status"], "died" in client.job(job)["message"]) == ("failed", True)
        assert files_of(tmp_path / "library") == set()
        assert list(client.videos()) == []
        assert client.wait(client.upload(clip)["id"])["status"] == "done"


def test_a_server_that_is_ended_any_number_of_times_does_the_job(
    tmp_path: Path, clip: Path, undisturbed: dict[str, Any]
) -> None:
    library = tmp_path / "library"
    job = ""
    for _ in range(3):
        with server(library) as address, Client(address) as client:
            job = job or client.upload(clip)["id"]
            wait_until(lambda: client.job(job)["status"] == "running")  # noqa: B023
    with server(library) as address, Client(address) as client:
        assert known(client, client.wait(job, seconds=PATIENCE)) == undisturbed


@pytest.mark.parametrize("step", ["", "indexing"])
def test_what_is_stopped_ends_at_once_and_leaves_nothing(tmp_path: Path, clip: Path, step: str) -> None:
    library = tmp_path / "library"
    with server(library) as address, Client(address) as client:
        job = client.upload(clip)["id"]
        waiting = client.upload(clip, name="second.mp4")["id"]
        wait_until(lambda: client.job(job)["status"] == "running" and client.job(job)["step"] == step)
        children = psutil.Process().children(recursive=True)
        ours = [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        assert client.stop(waiting)["status"] == "cancelled"
        client.stop(job)
        assert client.wait(job)["status"] == "cancelled"
        assert not any(process.is_running() and process.status() != "zombie" for process in ours)
        wait_until(lambda: list(client.videos()) == [])
        assert client.stop(job)["status"] == "cancelled"
    with server(library):
        pass
    assert files_of(library) == set()


def test_an_upload_that_is_stopped_before_its_turn_leaves_nothing(tmp_path: Path, clip: Path) -> None:
    library = tmp_path / "library"
    long = make_clip(tmp_path / "long.mp4", size=(320, 180), frames=1500)
    with server(library) as address, Client(address) as client:
        first = client.upload(long)["id"]
        second = client.upload(clip)["id"]
        assert client.job(second)["status"] == "waiting"
        client.stop(second)
        assert client.job(second)["status"] == "cancelled"
        assert not [name for name in files_of(library) if name.endswith(clip.name)]
        client.stop(first)
        client.wait(first)
        assert files_of(library) <= {"uploads", "originals", "copies"}


def test_what_was_stopped_is_asked_for_again(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "long.mp4", size=(320, 180), frames=1500)
    with server(tmp_path / "library", roots=str(tmp_path)) as address, Client(address) as client:
        job = client.add_path(str(clip))["id"]
        client.stop(job)
        assert client.wait(job)["can_retry"]
        again = client.retry(job)
        assert again["id"] != job
        assert again["asked"] == client.job(job)["asked"]
        with pytest.raises(ApiError, match="has not failed"):
            client.retry(again["id"])
        client.stop(again["id"])


def test_an_upload_that_was_stopped_must_be_uploaded_again(tmp_path: Path, clip: Path) -> None:
    with server(tmp_path / "library") as address, Client(address) as client:
        job = client.upload(clip)["id"]
        client.stop(job)
        assert not client.wait(job)["can_retry"]
        with pytest.raises(ApiError, match="upload it again"):
            client.retry(job)


def test_a_stop_after_the_end_takes_nothing_away(tmp_path: Path, clip: Path) -> None:
    """The executor may see the stop after the job has settled its file, and before it has heard of its end."""
    library = tmp_path / "library"
    with server(library) as address, Client(address) as client:
        job = client.wait(client.upload(clip)["id"])
        with open_store(library, create=False) as store:
            remove_unfinished(store, Leftover("original", job["asked"]["upload"]))
        assert client.ask("GET", f"/videos/{job['video']}/media").content == clip.read_bytes()


def test_a_file_that_is_forgotten_is_not_taken_in_again_by_the_same_job(tmp_path: Path, clip: Path) -> None:
    library, footage = tmp_path / "library", tmp_path / "footage"
    footage.mkdir()
    make_clip(footage / "a long one.mp4", size=(320, 180), frames=300)
    zebrafish = footage / "zebrafish.mp4"
    zebrafish.write_bytes(clip.read_bytes())
    with server_process(library, roots=footage, workers=1) as served, Client(served.address) as client:
        video = client.wait(client.add_path(str(zebrafish))["id"])["video"]
        job = client.add_path(str(footage))["id"]
        wait_until(lambda: is_indexing(client, job))
        client.forget(video)
        assert client.job(job)["status"] == "running"
        served.kill()  # what was forgotten is so for the next server, too
    with server_process(library, roots=footage, workers=1) as served, Client(served.address) as client:
        ended = client.wait(job, seconds=PATIENCE)
        (other,) = client.videos()
        assert (ended["status"], ended["result"]["videos"]) == ("done", [other["id"]])
        assert ended["result"]["counts"]["done"] == 1
        files = [path for path in library.rglob("*") if path.is_file()]
        assert not [path for path in files if b"zebrafish" in path.read_bytes()]
        assert client.wait(client.add_path(str(footage))["id"])["result"]["counts"]["done"] == 1


def test_a_killed_server_leaves_no_process_of_pictures(tmp_path: Path, clip: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        video = add_file(store, clip)
    with server_process(tmp_path / "library") as served, Client(served.address) as client:
        assert client.ask("GET", f"/videos/{video}/frame", params={"time": 1}).content
        served.kill()  # fails if a process is left


def test_a_decoder_that_dies_costs_one_picture(tmp_path: Path, clip: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        video = add_file(store, clip)
    with server(tmp_path / "library") as address, Client(address) as client:
        assert client.ask("GET", f"/videos/{video}/frame", params={"time": 1}).content
        (decoder,) = workers_of(os.getpid())
        decoder.suspend()  # so that it dies with a picture in hand
        statuses: list[int] = []

        def ask() -> None:
            answer = httpx.get(f"{address}/api/v1/videos/{video}/frame", params={"time": 0}, timeout=30)
            statuses.append(answer.status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        time.sleep(0.3)
        decoder.kill()
        asking.join()
        assert statuses == [422]
        assert client.ask("GET", f"/videos/{video}/frame", params={"time": 0}).content


def test_a_key_gives_the_same_job_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "footage").mkdir()
    with server(tmp_path / "library", roots=str(tmp_path / "footage")) as address, Client(address) as client:
        first = client.add_path(str(tmp_path / "footage"), key="a")
        assert client.add_path(str(tmp_path / "footage"), key="a")["id"] == first["id"]
        assert client.add_path(str(tmp_path / "footage"), key="b")["id"] != first["id"]
        assert client.add_path(str(tmp_path / "footage"))["id"] != client.add_path(str(tmp_path / "footage"))["id"]
        (tmp_path / "footage" / "more").mkdir()
        with pytest.raises(ApiError) as error:
            client.add_path(str(tmp_path / "footage" / "more"), key="a")
        assert (error.value.status, "Idempotency-Key" in error.value.detail) == (400, True)


@pytest.mark.parametrize(("model", "reason"), [("d-fine-own", "--from FILE"), ("nanodet", "nothing to pull")])
def test_what_there_is_nowhere_to_fetch_from_makes_no_job(tmp_path: Path, model: str, reason: str) -> None:
    with server(tmp_path / "library") as address, Client(address) as client:
        with pytest.raises(ApiError, match=reason) as error:
            client.ask("POST", f"/models/{model}")
        assert error.value.status == 400
        assert client.jobs() == []


def test_only_what_lies_under_a_root_is_added(tmp_path: Path, clip: Path) -> None:
    footage, outside = tmp_path / "footage", tmp_path / "outside"
    footage.mkdir()
    outside.mkdir()
    (footage / clip.name).write_bytes(b"no video")
    (outside / clip.name).write_bytes(clip.read_bytes())
    (footage / "link.mp4").symlink_to(outside / clip.name)
    with server(tmp_path / "library", roots=f"{tmp_path / 'none'}:{footage}") as address, Client(address) as client:
        for path in (outside / clip.name, footage / ".." / "outside", footage / "link.mp4", footage / "none", "/", ""):
            with pytest.raises(ApiError, match="PASSERBY_ROOTS"):
                client.add_path(str(path))
        job = client.wait(client.add_path(str(footage / clip.name))["id"])
        assert (job["status"], job["asked"]["name"]) == ("failed", clip.name)
        assert clip.name in job["message"]
        assert str(footage) not in json.dumps(job)


def test_changes_come_as_events(tmp_path: Path) -> None:
    with (
        server(tmp_path / "library") as address,
        Client(address) as client,
        httpx.stream("GET", f"{address}/api/v1/jobs/events", timeout=30) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = iter_events(answer.iter_lines())
        assert next(events) == []
        (tmp_path / "x.mp4").write_bytes(b"no video")
        job = client.upload(tmp_path / "x.mp4")["id"]
        statuses = []
        while "failed" not in statuses:
            (found,) = next(events)
            assert found["id"] == job
            statuses.append(found["status"])
    assert statuses[-1] == "failed"
    assert "running" in statuses


def test_a_stream_of_events_does_not_keep_a_server_that_ends(tmp_path: Path) -> None:
    with (
        server_process(tmp_path / "library") as served,
        httpx.stream("GET", f"{served.address}/api/v1/jobs/events", timeout=30) as answer,
    ):
        lines = answer.iter_lines()
        assert next(iter_events(lines)) == []
        served.process.send_signal(signal.SIGINT)
        began = time.monotonic()
        assert not [line for line in lines if line]  # which ends as answers do, not as connections break
        assert time.monotonic() - began < CLOSING_SECONDS / 2
        assert served.process.wait(PATIENCE) == 130


def iter_events(lines: Any) -> Any:
    for line in lines:
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))["jobs"]


def test_two_servers_of_one_library_do_a_job_once(tmp_path: Path) -> None:
    library = tmp_path / "library"
    (tmp_path / "x.mp4").write_bytes(b"no video")
    with server(library) as address, server(library) as second, Client(second) as client, Client(address) as first:
        job = client.wait(client.upload(tmp_path / "x.mp4")["id"], seconds=PATIENCE)
        assert first.job(job["id"]) == job
        assert len(first.jobs()) == 1


def test_no_job_is_kept_of_what_is_not_there(tmp_path: Path) -> None:
    desk = Desk(Settings(library=str(tmp_path / "library")))
    with open_store(tmp_path / "library", create=False) as store, pytest.raises(Exception, match="not in the library"):
        store.jobs.put("redact", {"plan": "secret"}, video="0" * 64)
    assert desk.jobs.latest(limit=10) == []
    desk.pictures.close()
