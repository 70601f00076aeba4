"""What holds for every route of the API, as its description names them: none is missed because nobody listed it."""

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

import httpx
import numpy as np
import pytest

from clips import make_clip
from copies import ORIGINAL, copy_of_nothing
from libraries import MOMENT_TICKS, add_copy, add_file
from passerby.client import Client
from passerby.pictures import jpeg
from passerby.records import Thumbnail
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import Plan
from passerby.redact.plan.policy import Policy
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.web.app import create_app
from passerby.web.sending import LEAST_BYTES
from serving import listening
from watched_sources import be_watched, describe, show_preview

PROBLEM = "application/problem+json"
API = "/api/v1"
DONE = ("200", "201", "202", "204")
# Values of the parameters of paths that are the same in every library.
PLACES: dict[str, Any] = {
    "name": "json", "number": 1, "what": "media", "version": 1, "face": 1, "source": "gate", "piece": "init-1.mp4",
}  # fmt: skip
# What there is none of in the library of this test: routes with these answer 404.
ABSENT = {"job", "comment", "search", "upload", "hook", "session", "piece", "number", "batch", "hold", "user"}
# What routes cannot do without.
QUERIES = {
    "/videos/{video}/frame": "?time=0", "/plans/{plan}/frame": "?time=0", "/plans/{plan}/pictures": "?tracks=1",
    "/search": "?words=clip", "/search/facets": "?words=clip",
}  # fmt: skip
# What is not twice of the same length: some say by which clock they were told.
CHANGING = ("/session", "/metrics", "/health", "/log/csv", "/sources", "/sources/{source}")
NOT_THERE = {
    "/plans/{plan}/tracks/{number}/picture": 400, "/copies/{copy}/audit": 404,
    "/sources/{source}/stream/index.m3u8": 404, "/items/{video}": 404, "/items/{video}/chain": 404,
    "/items/{video}/checks": 404, "/items/{video}/report": 404,
}  # fmt: skip
# Lists that are told whole, since they are short by what they are.
WHOLE = {
    "contact", "sessions", "users", "tokens", "notes", "chapters", "comments", "collections", "searches", "plans",
    "versions", "presets", "shares", "models", "batches", "hooks", "sources", "segments", "counts",
    "shapes", "ids",  # of all videos, as numbers and ids alone: what they are for
    "cases", "items", "chain", "checks", "bags", "preview",  # of a case, which is read as a whole
    "facets",  # of the first moments of a search
    "session", "audit",  # no lists, though they hold some
}  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    library = tmp_path_factory.mktemp("routes") / "library"
    clip = make_clip(library.parent / "clip.mp4")
    with open_store(library, create=True) as store:
        video = add_file(store, clip)
        store.sink.finish_stage(
            video, "thumbnails", "key", [Thumbnail(0, MOMENT_TICKS // 2, jpeg(np.zeros((90, 160, 3), np.uint8), 80))]
        )
        plan = store.plans.put(video, plan_file.dump(Plan(ORIGINAL, Policy(), (), ())))
        add_copy(
            store, "c0ffee00c0ffee00", video,
            safe__mp4=clip.read_bytes(), manifest__json=json.dumps(copy_of_nothing().document()).encode(),
        )  # fmt: skip
        describe(store, "gate")
        be_watched(store, "gate")
    show_preview(library, "gate")
    app = create_app(Settings(library=str(library)), accounts=False, loopback=True)
    app.state.places = PLACES | {"video": video, "plan": plan, "copy": "c0ffee00c0ffee00"}
    return app


@pytest.fixture(scope="module")
def client(app: Any) -> Iterator[httpx.Client]:
    with listening(app) as address:
        with Client(address) as told:
            made = told.ask("POST", "/collections", json={"name": "spring", "case": True}).json()
        app.state.places |= {"collection": made["id"], "case": made["id"]}
        with httpx.Client(base_url=address, headers={"Accept-Encoding": "identity"}, timeout=60) as client:
            yield client


def operations(app: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and what the description says, of each route."""
    for path, methods in app.openapi()["paths"].items():
        for method, told in methods.items():
            yield method.upper(), path, told


def address(app: Any, path: str) -> str:
    return path.format(**dict.fromkeys(ABSENT, "0" * 16) | app.state.places)


def read_routes(app: Any) -> Iterator[tuple[str, str, dict[str, Any], int]]:
    """Path, address, what the description says, and the status that is expected, of each route that is read."""
    for method, path, told in operations(app):
        if method == "GET":
            place = path.removeprefix(API)
            usual = 404 if any(f"{{{name}}}" in path for name in ABSENT) else 200
            yield path, address(app, path) + QUERIES.get(place, ""), told, NOT_THERE.get(place, usual)


def schema_of(app: Any, content: dict[str, Any]) -> dict[str, Any]:
    """What the JSON of a body or an answer is said to be; {} for what is no JSON."""
    schema = content.get("application/json", {}).get("schema", {})
    if "anyOf" in schema:
        schema = schema["anyOf"][0]  # or null
    named: dict[str, Any] = app.openapi()["components"]["schemas"]
    return named[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else {}


# By the description


def test_every_body_and_every_document_has_a_type(app: Any) -> None:
    for method, path, told in operations(app):
        body = told.get("requestBody", {}).get("content", {})
        assert body or method not in ("PUT", "PATCH"), (method, path)
        if "application/json" in body:
            assert schema_of(app, body)["additionalProperties"] is False, (method, path)
        (answer,) = [told["responses"][status] for status in DONE if status in told["responses"]]
        if "application/json" in answer.get("content", {}):
            assert len(answer["content"]) > 1 or schema_of(app, answer["content"])["properties"], (method, path)


def test_every_list_comes_page_by_page_or_is_short(app: Any) -> None:
    whole = set()
    for method, path, told in operations(app):
        schema = schema_of(app, told["responses"].get("200", {}).get("content", {}))
        holds = {name: each.get("type") for name, each in schema.get("properties", {}).items()}
        if method == "GET" and "array" in holds.values() and not path.endswith("}"):
            parameters = {each["name"] for each in told.get("parameters", ())}
            if "cursor" in parameters:
                assert "limit" in parameters, path
                assert schema["properties"]["next"]["anyOf"] == [{"type": "string"}, {"type": "null"}], path
            else:
                whole.add(path.rsplit("/", 1)[1])
    assert whole == WHOLE


def test_every_tag_is_explained(app: Any) -> None:
    used = {tag for _, _, told in operations(app) for tag in told["tags"]}
    assert used == {tag["name"] for tag in app.openapi()["tags"]}


# By the server


def test_every_route_refuses_parameters_that_it_does_not_know(app: Any, client: httpx.Client) -> None:
    for method, path, _ in operations(app):
        answer = client.request(method, address(app, path), params={"nosuch": 1})
        assert answer.status_code == 400, (method, path)
        if method != "HEAD":
            assert answer.headers["content-type"] == PROBLEM, (method, path)
            assert "nosuch" in answer.json()["detail"], (method, path)


def test_every_answer_is_of_the_status_and_the_kind_that_is_described(app: Any, client: httpx.Client) -> None:
    faults = []
    for path, where, told, status in read_routes(app):
        with client.stream("GET", where) as answer:
            kind = answer.headers["content-type"].partition(";")[0]
        kinds = [PROBLEM] if status >= 400 else list(told["responses"]["200"]["content"])
        if answer.status_code != status or not any(fnmatch(kind, each) for each in kinds):
            faults.append(f"{path}: expected {status} {kinds}, found {answer.status_code} {kind}")
    assert not faults, "\n".join(faults)


def test_every_head_is_that_of_the_whole(app: Any, client: httpx.Client) -> None:
    for path, where, _, _ in read_routes(app):
        with client.stream("GET", where) as whole:
            head = client.head(where)
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        assert head.headers["content-type"] == whole.headers["content-type"], path
        if not path.endswith(CHANGING):
            assert head.headers.get("content-length") == whole.headers.get("content-length"), path


def test_every_answer_says_who_may_keep_it_and_is_not_sent_again_where_it_is_known(
    app: Any, client: httpx.Client
) -> None:
    for path, where, told, status in read_routes(app):
        with client.stream("GET", where) as whole:
            kept, tag = whole.headers["cache-control"], whole.headers.get("etag")
        assert kept == "no-store" or kept.startswith("private, "), path
        assert (tag is not None) == ("304" in told["responses"] and status == 200), path
        if tag is not None:
            again = client.get(where, headers={"If-None-Match": tag})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), path


def test_every_long_document_is_compressed(app: Any, client: httpx.Client) -> None:
    for path, where, told, status in read_routes(app):
        if status == 200 and {"application/json", "text/csv"} & set(told["responses"]["200"]["content"]):
            plain = client.get(where)
            packed = client.get(where, headers={"Accept-Encoding": "gzip"})
            is_long = len(plain.content) >= LEAST_BYTES and plain.headers["content-type"] != "video/mp4"
            assert (packed.headers.get("content-encoding") == "gzip") == is_long, path
