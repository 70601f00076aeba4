"""What surrounds all answers: headers, limits on bodies, byte ranges, names in headers, counters."""

import json
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from clips import make_clip
from libraries import add, add_file
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.web import guard
from passerby.web.app import create_app
from serving import listening, make_users, server

API = "/api/v1"
NO_VIDEO = "0" * 64


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server(tmp_path_factory.mktemp("guard") / "library") as address:
        yield address


@pytest.fixture
def app(tmp_path: Path) -> Any:
    return create_app(Settings(library=str(tmp_path / "library")), accounts=False, loopback=True)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/static/passerby.css", None),
        ("/static/nothing.js", 404),
        ("/static/..%2fapp.py", 404),
        ("/nowhere", 404),
        (f"{API}/videos", 200),
        (f"{API}/videos?limit=0", 422),
        (f"{API}/videos/{NO_VIDEO}", 404),
        (f"{API}/nowhere", 404),
        (f"{API}/health", 200),
        (f"{API}/metrics", 200),
        (f"{API}/openapi.json", 200),
        ("/login", 303),
    ],
)
def test_every_kind_of_answer_has_all_headers(address: str, path: str, status: int | None) -> None:
    answer = httpx.get(address + path)
    assert status is None or answer.status_code == status
    for name, value in guard.HEADERS.items():
        assert answer.headers[name] == value, name
    assert "server" not in answer.headers
    if answer.status_code >= 400 and path.startswith(API):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


def test_a_method_that_a_route_has_not_is_told_as_a_problem(address: str) -> None:
    answer = httpx.delete(f"{address}{API}/videos")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


def test_a_fault_is_told_as_a_problem_with_all_headers(
    app: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app.state.desk.jobs, "counts", lambda: 1 // 0)
    with listening(app) as address, caplog.at_level(logging.CRITICAL, "passerby.web.guard"):
        answer = httpx.get(f"{address}{API}/metrics")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:passerby:Fault")
    assert "ZeroDivision" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == guard.HEADERS["Content-Security-Policy"]


# Bodies


@pytest.mark.parametrize("path", ["/session", "/hooks", f"/videos/{NO_VIDEO}/notes", "/uploads"])
def test_a_body_that_is_too_large_is_refused_by_what_it_announces(address: str, path: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(
            f"POST {API}{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {guard.MOST_BYTES + 1}\r\n\r\n".encode()
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("path", ["/session", "/hooks"])
def test_a_body_that_is_too_large_is_refused_as_it_comes(address: str, path: str) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * (guard.MOST_BYTES // 10)

    answer = httpx.post(f"{address}{API}{path}", content=chunks(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:passerby:LargeBody")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_plans_may_be_longer(address: str) -> None:
    asked = {"version": 1, "plan": {"plan": "x" * 2 * guard.MOST_BYTES}}
    assert httpx.put(f"{address}{API}/plans/none", json=asked).status_code == 404


@pytest.mark.parametrize("sent", [b"", b'{"url": '])
def test_a_body_that_does_not_come_is_given_up(app: Any, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.3)
    with listening(app) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), 10) as connection:
            head = f"POST {API}/hooks HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            connection.sendall(f"{head}Content-Length: 100\r\n\r\n".encode() + sent)
            answer = connection.recv(2000)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 50_000, b'{"url": 1}', b'{"url": "\\ud800"}', b"{" * 9,
     b'{"url": "http://\\u0000"}', b'{"url": null}', b'{"url": "x", "more": 1}', b'{"url": NaN}'],
)  # fmt: skip
def test_a_body_that_is_nothing_of_the_kind_is_refused(address: str, content: bytes) -> None:
    answer = httpx.post(f"{address}{API}/hooks", content=content, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        ("PUT", "/plans/none", {"version": 10**30, "plan": {}}),
        ("PUT", "/plans/none", {"version": 1, "plan": {"a": "\ud800"}}),
        ("GET", f"/log?after={10**30}", None),
        ("GET", f"/log?after={'9' * 5000}", None),
        ("DELETE", f"/tokens/{10**30}", None),
        ("DELETE", "/tokens/-1", None),
        ("GET", f"/plans/none/tracks/{10**30}/picture", None),
        ("GET", f"/videos/{NO_VIDEO}/frame?time=NaN", None),
        ("GET", f"/videos/{NO_VIDEO}/frame?time=1e999", None),
        ("GET", f"/videos/{NO_VIDEO}/thumbnail?moment={10**20}", None),
        ("POST", f"/videos/{NO_VIDEO}/notes", {"start": 1e-300, "end": 1, "given": ["x"]}),
        ("POST", "/videos", {"path": "a\0b"}),
        ("POST", "/videos", {"path": "x" * 4096}),
        ("POST", "/videos", {"path": "/" + "x/" * 2000}),
        ("POST", "/videos", {"path": "\ud800"}),
        ("POST", "/users", {"name": "\ud800", "password": "x" * 12, "role": "viewer"}),
        ("POST", "/users", {"name": "a\0", "password": "x" * 12, "role": "viewer"}),
        ("POST", f"/videos/{NO_VIDEO}/plans", {"hide": ["noses"]}),
        ("GET", "/search?words=%00", None),
        ("GET", "/search?words=%ff", None),
        ("GET", "/search?text=%22", None),
        ("GET", f"/search?like={NO_VIDEO}@1", None),
        ("GET", "/search?label=x&recorded_after=yesterday", None),
        ("GET", "/jobs?before=0000", None),
        ("GET", "/copies/none/media", None),
        ("GET", f"/videos/{NO_VIDEO}/exports/exe", None),
    ],
)  # fmt: skip
def test_nonsense_is_never_a_fault_of_the_server(address: str, method: str, path: str, asked: Any) -> None:
    content = None if asked is None else json.dumps(asked)
    headers = {"Content-Type": "application/json"}
    answer = httpx.request(method, f"{address}{API}{path}", content=content, headers=headers)
    assert answer.status_code < 500, answer.text


# Media


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, bytes]]:
    """The address of a server that holds one video, its id, and its bytes."""
    folder = tmp_path_factory.mktemp("media")
    clip = make_clip(folder / 'a "b"; filename=c.mp4', size=(64, 36), frames=12)
    with open_store(folder / "library", create=True) as store:
        video = add_file(store, clip)
    with server(folder / "library") as address:
        yield address, video, clip.read_bytes()


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        (None, 200, slice(None)),
        ("bytes=0-", 206, slice(None)),
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=5-5", 206, slice(5, 6)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=0-99999999", 206, slice(None)),
    ],
)
def test_originals_come_by_ranges(filed: tuple[str, str, bytes], asked: str | None, status: int, part: slice) -> None:
    address, video, content = filed
    answer = httpx.get(f"{address}{API}/videos/{video}/media", headers={"Range": asked} if asked else {})
    assert (answer.status_code, answer.content) == (status, content[part])
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["cache-control"] == "no-store"
    if status == 206:
        start = content.index(content[part]) if part.start is None or part.start >= 0 else len(content) + part.start
        assert answer.headers["content-range"].startswith(f"bytes {start if part.start else 0}-")


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=9-5", "bytes=x-y", "lines=0-9", "bytes=" + "0-1," * 500])
def test_ranges_that_are_none_are_no_fault(filed: tuple[str, str, bytes], asked: str) -> None:
    address, video, content = filed
    answer = httpx.get(f"{address}{API}/videos/{video}/media", headers={"Range": asked})
    assert answer.status_code in (200, 206, 400, 416)
    assert len(answer.content) <= 2 * len(content)


def test_a_frame_and_a_hidden_thumbnail_are_not_kept_by_browsers(filed: tuple[str, str, bytes]) -> None:
    address, video, _ = filed
    answer = httpx.get(f"{address}{API}/videos/{video}/frame", params={"time": 0.1, "side": 32})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xff\xd8")


def test_an_original_that_was_taken_away_is_told(filed: tuple[str, str, bytes], tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        video = add(store, "gone.mp4")
    with server(tmp_path / "library") as address:
        for what in ("media", "frame?time=0"):
            answer = httpx.get(f"{address}{API}/videos/{video}/{what}")
            assert answer.status_code in (404, 422), answer.text


def test_names_that_are_no_utf8_are_shown_all_the_same(tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        video = add(store, "caf\udce9.mp4", content="caf")
    with server(tmp_path / "library") as address:
        listed = httpx.get(f"{address}{API}/videos").json()["videos"]
        assert [one["name"] for one in listed] == ["caf\ufffd.mp4"]
        assert httpx.get(f"{address}{API}/videos/{video}").json()["name"] == "caf\ufffd.mp4"
        for name in ("json", "otio", "fcpxml", "csv"):
            assert httpx.get(f"{address}{API}/videos/{video}/exports/{name}").status_code == 200, name
        assert httpx.get(f"{address}{API}/videos/{video}/page").status_code == 200


# Counters


def test_requests_are_counted_by_their_routes(address: str) -> None:
    httpx.get(f"{address}{API}/videos/{NO_VIDEO}")
    for _ in range(3):
        httpx.request(f"X{time.monotonic_ns()}", f"{address}{API}/videos")
        httpx.get(f"{address}/nowhere-{time.monotonic_ns()}")
    text = httpx.get(f"{address}{API}/metrics").text
    assert re.search(r'passerby_requests_total\{method="GET",route="/api/v1/videos/\{video\}",status="404"\} \d', text)
    assert NO_VIDEO not in text
    assert "nowhere-" not in text
    assert not re.search(r'method="X', text)
    assert 'passerby_jobs{status="running"} 0.0' in text
    assert "passerby_videos 0.0" in text


def test_health_needs_no_log_in(tmp_path: Path) -> None:
    make_users(tmp_path / "library")
    with server(tmp_path / "library", accounts=True) as address:
        assert httpx.get(f"{address}{API}/health").json()["status"] == "ok"
        assert httpx.get(f"{address}{API}/metrics").status_code == 401


def test_many_at_once_are_answered(address: str) -> None:
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(httpx.get(f"{address}{API}/videos", timeout=60).status_code)

    threads = [threading.Thread(target=ask) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 30
