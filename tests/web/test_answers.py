"""How answers are sent: heads, tags, what browsers keep, compressed or not; and requests that say what nobody reads."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from clips import make_clip
from libraries import add_file
from passerby.store.library import open_store
from passerby.web import static_files
from passerby.web.access import csrf_token, is_csrf_token
from passerby.web.api import documents
from serving import PASSWORD, make_users, server

API = "/api/v1"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers")
    make_users(folder / "library", {"ada": "admin"})
    return folder / "library"


@pytest.fixture(scope="module")
def video(library: Path) -> str:
    with open_store(library, create=True) as store:
        return add_file(store, make_clip(library.parent / "clip.mp4"))


@pytest.fixture(scope="module")
def client(library: Path, video: str) -> Iterator[httpx.Client]:
    with server(library) as address, httpx.Client(base_url=address) as client:
        yield client


# HEAD


def test_whatever_answers_get_answers_head(client: httpx.Client, video: str) -> None:
    paths = ["/", "/jobs", f"/videos/{video}", f"{static_files.HASHED}/app.css", "/static/icon.svg"]
    paths += [f"{API}{path}" for path in ("/videos", "/health", "/jobs/events", f"/videos/{video}/media", "/nothing")]
    for path in paths:
        with client.stream("GET", path, headers={"Accept-Encoding": "identity"}) as whole:
            head = client.head(path)
            assert (head.status_code, head.content) == (whole.status_code, b""), path
            assert head.headers["content-type"] == whole.headers["content-type"]
            assert head.headers.get("content-length") == whole.headers.get("content-length"), path
    assert client.head(f"{API}/videos/{video}/views").status_code == 405
    assert 'method="HEAD",route="/api/v1/videos/{video}/media"' in client.get(f"{API}/metrics").text


def test_a_head_of_an_original_is_noted_as_its_bytes_are(library: Path, video: str) -> None:
    with server(library) as address:
        httpx.head(f"{address}{API}/videos/{video}/media")
        last = httpx.get(f"{address}{API}/log", params={"limit": 1000}).json()["entries"][-1]
    assert (last["action"], last["subject"]) == ("view_original", video)


# What browsers keep


def test_pages_name_files_that_browsers_may_keep_for_good(client: httpx.Client) -> None:
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text))
    assert addresses
    for address in addresses:
        answer = client.get(address)
        assert address.startswith(static_files.HASHED)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, static_files.FOR_GOOD)


def test_what_is_known_is_not_sent_again(client: httpx.Client, video: str) -> None:
    for path, kept in (
        ("/static/app.css", "no-cache"),
        (f"{static_files.HASHED}/app.css", static_files.FOR_GOOD),
        (f"{API}/videos/{video}/media", "no-store"),
    ):
        whole = client.get(path, headers={"Accept-Encoding": "identity"})
        tag = whole.headers["etag"]
        assert whole.headers["cache-control"] == kept
        for known in (tag, f'"other", W/{tag}', "*"):
            again = client.get(path, headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), (path, known)
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


# Compressed


def test_what_is_read_is_compressed_and_what_is_packed_already_is_not(client: httpx.Client, video: str) -> None:
    for path in ("/", f"{static_files.HASHED}/app.css", f"{API}/openapi.json", f"{API}/models"):
        answer = client.get(path)
        assert answer.headers["content-encoding"] == "gzip", path
        assert "Accept-Encoding" in answer.headers["vary"]
        assert answer.headers.get("etag", "W/").startswith("W/")
        assert "content-encoding" not in client.get(path, headers={"Accept-Encoding": "identity"}).headers
    assert "content-encoding" not in client.get(f"{API}/videos/{video}/media").headers


def test_no_secret_is_told_twice_in_the_same_letters(library: Path, video: str) -> None:
    with server(library, accounts=True) as address, httpx.Client(base_url=address) as client:
        first = client.post(f"{API}/session", json={"name": "ada", "password": PASSWORD})
        assert "content-encoding" not in first.headers
        told = [first.json()["csrf"], *(client.get(f"{API}/session").json()["csrf"] for _ in range(2))]
        assert len(set(told)) == 3
        for token in told:
            headers = {"X-CSRF-Token": token}
            assert client.delete(f"{API}/hooks/none", headers=headers).status_code == 204
        made = client.post(f"{API}/tokens", json={"scopes": ["read"], "label": "x" * 100}, headers=headers)
        assert (made.status_code, "content-encoding" in made.headers) == (201, False)


@pytest.mark.parametrize("shown", ["", "00", "é", "0" * 128, "zz" * 64, csrf_token("other"), csrf_token("mine")[:-2]])
def test_other_tokens_are_none_of_the_session(shown: str) -> None:
    assert is_csrf_token(csrf_token("mine"), "mine")
    assert not is_csrf_token(shown, "mine")


# Ranges


@pytest.mark.parametrize(
    ("asked", "status"),
    [("bytes=99999999-", 416), ("bytes=99999999-,999999999-", 416), ("bytes=-0", 416), ("bytes=9-5", 200),
     ("bytes=x", 200), ("bytes=0-1,4-5", 206), ("bytes=0-1,99999999-", 206), ("BYTES= 0-", 206)],
)  # fmt: skip
def test_ranges_are_answered_as_the_standard_says(client: httpx.Client, video: str, asked: str, status: int) -> None:
    answer = client.get(f"{API}/videos/{video}/media", headers={"Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-range"].startswith("bytes */")


def test_what_is_no_http_is_told_as_all_errors_are(client: httpx.Client) -> None:
    parts = urlsplit(str(client.base_url))
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer
    assert b"urn:passerby:MalformedRequest" in answer


# Pages


def test_lists_come_page_by_page(client: httpx.Client, video: str) -> None:
    found = client.get(f"{API}/search", params={"words": "clip", "limit": 1}).json()
    assert [hit["video"] for hit in found["hits"]] == [video]
    assert found["hits"][0]["reasons"] == [{"kind": "name", "label": "clip.mp4", "score": None}]
    assert (found["more"], found["next"], found["total"], found["notices"]) == (False, None, 1, [])
    assert client.get(f"{API}/search", params={"words": "clip", "cursor": "1"}).json()["hits"] == []
    told, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{API}/log", params={"limit": 1, "cursor": cursor}).json()
        told += [entry["number"] for entry in page["entries"]]
        cursor = page["next"]
    assert told == list(range(1, len(told) + 1))
    assert len(told) > 2
    for path in ("/jobs", "/copies", "/videos"):
        assert client.get(f"{API}{path}").json()["next"] is None


# What nobody would read, or see


@pytest.mark.parametrize(
    ("path", "near"),
    [("/videos?order=desc", ""), ("/videos?limt=3", "limit"), ("/search?words=x&lable=dog", "label"),
     ("/health?x=1", ""), ("/jobs?activ=true", "active")],
)  # fmt: skip
def test_unknown_parameters_are_refused_and_the_near_one_is_named(client: httpx.Client, path: str, near: str) -> None:
    answer = client.get(API + path)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (f"is {near} meant?" in answer.json()["detail"]) == bool(near)


@pytest.mark.parametrize("sign", ["\0", "\n", "\x1b", "\x85", "\u2028", "\u202e", "\u2066"])
def test_signs_that_nobody_sees_are_refused_everywhere(client: httpx.Client, video: str, sign: str) -> None:
    text = f"a{sign}b"
    asked = [
        client.get(f"{API}/videos", params={"named": text}),
        client.get(f"{API}/search", params={"words": text}),
        client.get(f"{API}/copies/{quote(text)}"),
        client.post(f"{API}/videos/{video}/notes", json={"start": 0, "end": 1, "given": [text]}),
        client.post(f"{API}/videos", json={"path": text}),
        client.post(f"{API}/tokens", json={"label": text, "scopes": ["read"]}),
        client.post(f"{API}/hooks", json={"url": text}),
    ]
    for answer in asked:
        assert answer.status_code in (400, 422), answer.url
        assert sign not in answer.json()["detail"]
    assert client.get(f"{API}/videos/{video}/notes").json() == {"notes": []}


def test_every_body_looks_for_such_signs_and_says_nothing_of_passwords() -> None:
    def bodies(kind: type[documents.Document]) -> Iterator[type[documents.Document]]:
        for each in kind.__subclasses__():
            yield each
            yield from bodies(each)

    for kind in bodies(documents.Document):
        texts = [name for name, field in kind.model_fields.items() if field.annotation in (str, str | None)]
        for name in texts:
            given: dict[str, Any] = {name: "a\u202eb"}
            seen = name not in kind.secret
            with pytest.raises(ValueError, match="signs that can be seen" if seen else ".") as error:
                kind.model_validate(given | {"no such field": 1})
            assert ("signs that can be seen" in str(error.value)) == seen, (kind, name)
