"""The OpenAPI document: that the server does what it says, says nothing of people, and docs/api.md names all of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from libraries import add_rich
from passerby.models.vocabulary import check_names
from passerby.service.jobs.stored_kinds import KINDS_OF_JOBS
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.web.app import create_app
from passerby.web.problems import STATUSES
from serving import listening
from web_scopes import SCOPES

DOCS = Path(__file__).parents[2] / "docs"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")  # tus's name for bytes
PATIENCE_SECONDS = 120  # with a server on a busy machine
UNENDING = ["/api/v1/jobs/events", "/api/v1/events"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("described") / "library"
    with open_store(library, create=True) as store:
        add_rich(store, "word")
    return library


@pytest.fixture(scope="module")
def app(library: Path) -> Any:
    return create_app(Settings(library=str(library)), accounts=False, loopback=True)


@pytest.fixture(scope="module")
def address(app: Any) -> Iterator[str]:
    with listening(app) as address:
        yield address


def names(document: Any) -> Iterator[str]:
    """Keys, and the names of parameters, tags and choices, of an OpenAPI document."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield str(key)
            if key in ("name", "operationId", "title") and isinstance(value, str):
                yield value
            if key in ("enum", "tags") and isinstance(value, list):
                yield from map(str, value)
            if key not in ("examples", "example"):
                yield from names(value)
    elif isinstance(document, list):
        for value in document:
            yield from names(value)


def test_no_name_of_the_api_describes_a_person(app: Any) -> None:
    found = set(names(app.openapi()))
    assert {"on_screen", "hide", "effort"} & found
    assert {"faces", "reviewer", "Passerby-Job"} - {"Passerby-Job"} <= found
    check_names(sorted(found), "the API")


def test_every_route_of_the_api_is_described(app: Any) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if method in METHODS
    }
    hidden = {"GET /api/v1/openapi.json"}
    assert described | hidden == {route for route in SCOPES if " /api/v1/" in route}
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)


def test_programs_made_of_the_description_know_what_to_call_and_how_to_log_in(app: Any, library: Path) -> None:
    guarded = create_app(Settings(library=str(library)), accounts=True, loopback=True).openapi()
    operations = {
        (method, path): operation for path, methods in guarded["paths"].items() for method, operation in methods.items()
    }
    called = [operation["operationId"] for operation in operations.values()]
    assert len(set(called)) == len(called)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in called)
    assert set(guarded["components"]["securitySchemes"]) == {"session", "csrf", "token"}
    for (method, path), operation in operations.items():
        scope = SCOPES[f"{method.upper()} {path}"]
        session: dict[str, list[str]] = {"session": []}
        if method not in ("get", "head"):
            session["csrf"] = []
        anybody: list[dict[str, list[str]]] = [{}, session] if path.endswith("/session") and method == "delete" else []
        expected = {"anybody": anybody, "session": [session]}.get(scope, [{"token": [scope]}, session])
        assert operation["security"] == expected, (method, path)
    assert app.openapi()["paths"]["/api/v1/videos"]["get"]["security"][0] == {}  # without accounts


def test_no_answer_claims_to_be_what_it_is_not(app: Any) -> None:
    told = {
        operation["operationId"]: operation
        for methods in app.openapi()["paths"].values()
        for operation in methods.values()
    }
    for operation in told.values():
        assert set(operation["responses"]["4XX"]["content"]) == {"application/problem+json"}
    assert set(told["stream_jobs"]["responses"]["200"]["content"]) == {"text/event-stream"}
    assert set(told["get_thumbnail"]["responses"]["200"]["content"]) == {"image/jpeg"}
    assert "content" not in told["begin_upload"]["responses"]["201"]


def test_the_page_of_the_api_names_every_route_and_its_scope() -> None:
    text = (DOCS / "api.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+ /[^`]*)` \| (\w+) \|", text, re.MULTILINE)
    told = {f"{route.split()[0]} /api/v1{route.split()[1]}": scope for route, scope in rows}
    assert told == {route: scope for route, scope in SCOPES.items() if " /api/v1/" in route}


def test_the_page_of_the_api_names_every_job_and_error() -> None:
    text = (DOCS / "api.md").read_text("utf-8")
    for kind in KINDS_OF_JOBS:
        assert f"| `{kind}` |" in text, kind
    for error, status in STATUSES:
        assert re.search(rf"\| {status} \|[^\n]*`{error.__name__}`", text), error


def test_the_server_does_what_it_says(address: str) -> None:
    """Each route is asked all kinds of things that its description allows: nothing is a fault, or not as described."""
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json").exclude(path=UNENDING)
    faults = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @hypothesis_settings(
            max_examples=6,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            try:
                case.call_and_validate(checks=CHECKS, timeout=PATIENCE_SECONDS)
            except (Failure, BaseExceptionGroup) as error:
                faults.append(f"{case.method} {case.path}: {error!r:.600}")

        ask()
    assert not faults, "\n".join(faults[:8])
