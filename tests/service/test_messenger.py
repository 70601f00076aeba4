"""Telling addresses that a job has ended: signed, and nobody who may not be told."""

import hashlib
import hmac
import json
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import parse_headers
from pathlib import Path
from typing import Any

import pytest

from libraries import add
from passerby import signed_posts
from passerby.addresses import check_address
from passerby.client import Client
from passerby.errors import ApiError, UsageError
from passerby.service.messenger import Messenger
from passerby.settings import Settings
from passerby.signed_posts import SIGNATURE, signature
from passerby.store import jobs as stored_jobs
from passerby.store.library import open_store
from passerby.store.sql import deliveries
from receiver import Receiver, receiving
from serving import server, server_process


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(deliveries, "PAUSES", (0.05, 0.05))
    return Settings(library=str(tmp_path / "library"), private_hooks=1)


@pytest.fixture
def messenger(settings: Settings) -> Iterator[Messenger]:
    open_store(settings.library, create=True).close()
    messenger = Messenger(settings)
    messenger.start()
    yield messenger
    messenger.end()


def end_a_job(settings: Settings, message: str = "") -> str:
    """Have a job end; its id."""
    with open_store(settings.library, create=True) as store:
        job = store.jobs.get(store.jobs.put("add", {"path": "/secret/x.mp4"}))
        assert job is not None
        store.jobs.end(job, "done", message, {}, "")
    return job.id


def waiting(library: Path) -> int:
    """How many deliveries there are."""
    with closing(sqlite3.connect(library / "library.db")) as db:
        return int(db.execute("SELECT count(*) FROM deliveries").fetchone()[0])


def wait_until_none_waits(library: Path) -> None:
    until = time.monotonic() + 15
    while waiting(library):
        assert time.monotonic() < until
        time.sleep(0.05)


def hook_for(settings: Settings, url: str) -> str:
    with open_store(settings.library, create=True) as store:
        return store.hooks.put(url).secret


def test_what_is_told_is_signed(settings: Settings, messenger: Messenger, receiver: Receiver) -> None:
    secret = hook_for(settings, receiver.url)
    job = end_a_job(settings)
    receiver.wait(1)
    headers, body = receiver.heard[0]
    told = dict(part.split("=") for part in headers[SIGNATURE].split(","))
    expected = hmac.new(secret.encode(), told["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(told["v1"], expected)
    assert abs(int(told["t"]) - time.time()) < 60
    assert headers["Host"] == receiver.url.split("/")[2]
    assert json.loads(body)["job"]["id"] == job
    assert b"secret" not in body


def test_a_signature_is_of_one_body_at_one_time_by_one_secret() -> None:
    made = signature("s", 1, b"x")
    assert made.startswith("t=1,v1=")
    assert len({made, signature("t", 1, b"x"), signature("s", 2, b"x"), signature("s", 1, b"y")}) == 4


def test_who_does_not_listen_is_told_again(settings: Settings, messenger: Messenger, receiver: Receiver) -> None:
    hook_for(settings, receiver.url)
    receiver.statuses = [500, 503]
    end_a_job(settings)
    receiver.wait(3)
    assert len({body for _, body in receiver.heard}) == 1  # the id of the delivery is in it
    end_a_job(settings, "other")
    receiver.wait(4)
    assert b"other" in receiver.heard[3][1]
    wait_until_none_waits(settings.library_path)


def test_nobody_is_led_elsewhere(settings: Settings, messenger: Messenger, receiver: Receiver) -> None:
    hook_for(settings, receiver.url)
    receiver.statuses = [302] * 3
    end_a_job(settings)
    receiver.wait(3)
    wait_until_none_waits(settings.library_path)
    end_a_job(settings, "other")
    receiver.wait(4)
    assert [b"other" in body for _, body in receiver.heard] == [False, False, False, True]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://ex\u00e4mple.invalid/", "http://[::1", "ftp://x/", "http://a..b/"]
)
def test_who_cannot_be_told_costs_the_others_nothing(
    url: str, settings: Settings, messenger: Messenger, receiver: Receiver
) -> None:
    hook_for(settings, url)
    hook_for(settings, receiver.url)
    for _ in range(2):
        end_a_job(settings)
    receiver.wait(2)


def test_an_answer_without_an_end_is_not_waited_for(settings: Settings, receiver: Receiver) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    hook_for(settings, f"http://127.0.0.1:{listening.getsockname()[1]}/")
    hook_for(settings, receiver.url)
    end_a_job(settings)
    messenger = Messenger(settings)
    messenger.start()
    connection, _ = listening.accept()
    connection.recv(10_000)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
    receiver.wait(1)
    messenger.end()
    connection.close()
    listening.close()


ADDRESSES = [
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1",
    "[::1]", "[::]", "[::ffff:10.0.0.1]", "[::ffff:127.0.0.1]",
    "[fe80::1]", "[fc00::1]", "[ff02::1]", "[64:ff9b::7f00:1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]", "[::127.0.0.1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "2130706433", "0x7f.1", "0177.0.0.1", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", ADDRESSES)
def test_addresses_within_are_refused(host: str) -> None:
    with pytest.raises(UsageError, match=r"(public internet|cannot be found)"):
        check_address(f"http://{host}/x", allow_private=False)


def test_a_name_that_leads_within_is_refused_even_if_only_sometimes(monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", ("93.184.215.14", port)), (2, 1, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(UsageError, match="private network"):
        check_address("https://example.org/", allow_private=False)


def test_a_name_that_leads_elsewhere_later_is_not_followed(
    settings: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was a public address when the hook was made leads to this machine now."""
    port = receiver.server_address[1]
    hook_for(settings, f"http://rebinding.example.org:{port}/")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", port))])
    end_a_job(settings)
    messenger = Messenger(Settings(library=settings.library))
    messenger.start()
    wait_until_none_waits(settings.library_path)  # given up
    messenger.end()
    assert receiver.heard == []


@pytest.mark.parametrize(
    "url",
    ["", "x", "//x", "file:///etc/passwd", "gopher://x/", "http://", "http://user:secret@example.org/", "http://[::1",
     "http://a..b/", "http://x:99999/", "http://ex\u00e4mple.org/", "http://x/\r\nHost: y",
     "http://" + "x" * 300 + "/"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"url: (expected|the host)"):
        check_address(url, allow_private=True)


def test_hooks_are_made_and_removed_by_the_api(tmp_path: Path, receiver: Receiver) -> None:
    with server(tmp_path / "library", private_hooks=1) as address, Client(address) as client:
        made = client.ask("POST", "/hooks", json={"url": receiver.url}).json()
        listed = client.ask("GET", "/hooks").json()["hooks"]
        assert [(hook["id"], hook["url"], "secret" in hook) for hook in listed] == [(made["id"], receiver.url, False)]
        path = tmp_path / "x.mp4"
        path.write_bytes(b"no video")
        job = client.wait(client.upload(path)["id"])
        receiver.wait(1)
        assert json.loads(receiver.heard[0][1])["job"] == {
            name: job[name] for name in ("id", "kind", "video", "status", "message")
        }
        client.ask("DELETE", f"/hooks/{made['id']}")
        assert client.ask("GET", "/hooks").json() == {"hooks": []}
    with server(tmp_path / "other") as address, Client(address) as client, pytest.raises(ApiError) as error:
        client.ask("POST", "/hooks", json={"url": receiver.url})
    assert (error.value.status, error.value.type) == (400, "UsageError")


def test_a_killed_server_loses_no_delivery(tmp_path: Path, receiver: Receiver) -> None:
    """It is killed when the delivery was sent and not answered; the next one sends the same again, once."""
    library = tmp_path / "library"
    path = tmp_path / "x.mp4"
    path.write_bytes(b"no video")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hook = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with server_process(library, private_hooks=1) as served, Client(served.address) as client:
            client.ask("POST", "/hooks", json={"url": hook})
            job = client.wait(client.upload(path)["id"])
            connection, _ = silent.accept()
            first = read_body(connection)
            served.kill()
            connection.close()
    assert json.loads(first)["job"]["id"] == job["id"]
    assert waiting(library) == 1
    with closing(sqlite3.connect(library / "library.db")) as db, db:  # instead of waiting for half a minute
        db.execute("UPDATE hooks SET url = ?", [receiver.url])
        db.execute("UPDATE deliveries SET due = 0")
    with server_process(library, private_hooks=1):
        receiver.wait(1)
        wait_until_none_waits(library)
    assert [body for _, body in receiver.heard] == [first]


def read_body(connection: socket.socket) -> bytes:
    """The body of a request."""
    with connection.makefile("rb") as request:
        request.readline()
        return request.read(int(parse_headers(request)["Content-Length"]))


def test_an_address_that_does_not_listen_does_not_keep_others_waiting(
    settings: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "PAUSES", (60.0,))
    monkeypatch.setattr(signed_posts, "SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hook_for(settings, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        for _ in range(20):
            end_a_job(settings)
        hook_for(settings, receiver.url)
        end_a_job(settings, "for both")
        messenger = Messenger(settings)
        messenger.start()
        receiver.wait(1)
        messenger.end()
    assert waiting(settings.library_path) == 21


def test_a_job_that_is_cancelled_before_its_turn_is_told(
    settings: Settings, messenger: Messenger, receiver: Receiver
) -> None:
    hook_for(settings, receiver.url)
    with open_store(settings.library, create=False) as store:
        store.jobs.stop(store.jobs.put("add", {"path": "/x"}))
    receiver.wait(1)
    assert json.loads(receiver.heard[0][1])["job"]["status"] == "cancelled"


def test_with_a_video_or_an_address_go_its_deliveries(settings: Settings) -> None:
    secret = hook_for(settings, "http://127.0.0.1:1/")
    with open_store(settings.library, create=False) as store:
        video = add(store, "zebrafish.mp4")
        for of in ("", video):
            job = store.jobs.get(store.jobs.put("add", {"path": "/x"}))
            assert job is not None
            store.jobs.end(job, "done", "", {}, of)
        assert waiting(settings.library_path) == 2
        store.videos.forget(video)
        assert waiting(settings.library_path) == 1
        (hook,) = store.hooks.all()
        assert hook.secret == secret
        store.hooks.remove(hook.id)
        assert waiting(settings.library_path) == 0


def test_a_job_of_which_somebody_is_still_to_be_told_is_not_old(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_jobs, "KEPT", 1)
    hook_for(settings, "http://127.0.0.1:1/")
    told = end_a_job(settings)
    for _ in range(3):
        end_a_job(settings)
    with open_store(settings.library, create=False) as store:
        assert store.jobs.get(told) is not None


def test_an_address_is_tested_at_once_and_what_waits_for_it_is_told(settings: Settings, receiver: Receiver) -> None:
    with server(Path(settings.library), private_hooks=1) as address, Client(address) as client:
        hook = client.ask("POST", "/hooks", json={"url": receiver.url}).json()["id"]
        assert client.ask("POST", f"/hooks/{hook}/test").json() == {"arrived": True, "status": 204}
        assert json.loads(receiver.heard[0][1])["event"] == "test"
        receiver.statuses = [500, 500]
        assert client.ask("POST", f"/hooks/{hook}/test").json() == {"arrived": False, "status": 500}
        with pytest.raises(ApiError, match="no such address"):
            client.ask("POST", "/hooks/0/test")


def test_what_an_address_has_not_been_told_is_counted(settings: Settings) -> None:
    with open_store(settings.library, create=True) as store:
        hook = store.hooks.put("https://example.org/")
        assert store.deliveries.undelivered() == {}
    end_a_job(settings)
    end_a_job(settings)
    with open_store(settings.library, create=False) as store:
        assert store.deliveries.undelivered()[hook.id].number == 2
