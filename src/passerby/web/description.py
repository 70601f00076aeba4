"""The description of the API (OpenAPI 3.1): what FastAPI makes of the routes, and what it cannot know of them."""

from collections.abc import Iterator
from threading import Lock
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

from passerby.web.access import COOKIE, CSRF_HEADER, REQUIRED, SAFE_METHODS, caller_or_none, require_session
from passerby.web.problems import MEDIA_TYPE

TAGS = {
    "videos": "The videos of the library: listing, adding, what is known of them, their pictures and files.",
    "library": "What people make of it: lists with counts, titles, collections and cases, the trash, kept searches.",
    "comments": "What users say to each other of a video.",
    "evidence": "Cases, items of evidence, their chains of custody, holds, checks, and bags for others.",
    "uploads": "Uploads by tus 1.0.0: https://tus.io/protocols/resumable-upload.",
    "search": "Moments that answer to words.",
    "redaction": "Plans of copies in which people are hidden, the copies, their audits, and who may see them.",
    "links": "Links to safe copies for people without an account.",
    "jobs": "Work that takes long, and how it is.",
    "sources": "Cameras, streams and folders that are watched: how they are, what was recorded and told of them.",
    "models": "The models of the catalog.",
    "webhooks": "Addresses that are told when a job ends.",
    "who may what": "Sessions, users, tokens, and the log of who did what.",
    "health": "Whether the server is well.",
}
SCHEMES: dict[str, Any] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "Set by `POST /session`; requests that change something show its token, too.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": CSRF_HEADER,
        "description": "The `csrf` of the session, as `POST /session` and `GET /session` tell it.",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "A token that `POST /tokens` has made: `pby_...`."},
}


def operation_id(route: APIRoute) -> str:
    """What programs that are made of the description call a route: as its function is called."""
    return route.name


class ApiDescription:
    """The description of an application; made once, when it is first asked for, and by one thread alone.

    FastAPI makes fields of parameters anew in each thread that is at it, and then misses those of the other.
    """

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._making = Lock()

    def __call__(self) -> dict[str, Any]:
        with self._making:
            if self._app.openapi_schema is None:
                self._app.openapi_schema = _made(self._app)
            return self._app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=[{"name": name, "description": told} for name, told in TAGS.items()],
    )
    made["components"]["securitySchemes"] = SCHEMES
    asks = _what_routes_ask(app)
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
            operation["security"] = asks[method.upper(), path]
            _tell_problems(operation["responses"])
    return made


def _tell_problems(responses: dict[str, Any]) -> None:
    """Errors are of one media type, whatever an answer is that is none."""
    for status, response in responses.items():
        if status in ("4XX", "5XX"):
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _what_routes_ask(app: FastAPI) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """By method and path, what lets in, each of them by itself."""
    optional: list[dict[str, Any]] = [] if app.state.accounts_needed else [{}]
    found = {}
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        if isinstance(dependant, Dependant):
            for method in context.methods or ():
                asked = _what_lets_in(set(_calls(dependant)), method)
                found[method, str(context.path)] = optional + asked if asked else asked
    return found


def _what_lets_in(calls: set[Any], method: str) -> list[dict[str, Any]]:
    scopes = [scope for scope, dependency in REQUIRED.items() if dependency in calls]
    session: dict[str, Any] = {"session": []} if method in SAFE_METHODS else {"session": [], "csrf": []}
    if require_session in calls:
        return [session]
    if scopes:
        return [{"token": [scopes[0]]}, session]
    return [{}, session] if caller_or_none in calls else []


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for each in dependant.dependencies:
        yield from _calls(each)
