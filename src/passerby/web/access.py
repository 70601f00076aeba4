"""Who asks, and whether they may: the dependencies of all routes.

Without accounts, which only a loopback address allows, everybody who can connect is the admin. A browser's other pages
are nobody: requests that change something must come from this server's own pages (``require_same_origin``), and those
with a session must show its token in a header, which no other page can read.
"""

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, get_args
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from passerby.callers import LOCAL, Caller, Scope
from passerby.service.desk import Desk

COOKIE = "passerby"
CSRF_HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SessionTokenError(HTTPException):
    """What was shown is not the token of the session: another one was begun since the page was loaded."""


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def csrf_token(session: str) -> str:
    """What requests of a session that change something show in a header.

    Another one each time, so that the lengths of compressed answers that hold it tell nothing of it (BREACH).
    """
    mask = secrets.token_bytes(hashlib.sha256().digest_size)
    return (mask + _exclusive(mask, _csrf_secret(session))).hex()


def is_csrf_token(shown: str, session: str) -> bool:
    """Whether ``csrf_token`` has made it of this session."""
    try:
        given = bytes.fromhex(shown)
    except ValueError:
        return False
    mask, hidden = given[: len(given) // 2], given[len(given) // 2 :]
    return hmac.compare_digest(_exclusive(mask, hidden), _csrf_secret(session))


def _csrf_secret(session: str) -> bytes:
    return hmac.new(session.encode(), b"passerby csrf", hashlib.sha256).digest()


def _exclusive(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=False))


def require_same_origin(request: Request) -> None:
    """Raise 403 for what another site's page asks; its links may lead to our pages all the same.

    Not to the API: what is shown by it is noted in the log, and nobody else may make entries in the caller's name.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    is_link = (
        request.method in SAFE_METHODS
        and request.headers.get("sec-fetch-mode") == "navigate"
        and not request.url.path.startswith("/api/v")
    )
    origin = request.headers.get("origin")
    if (site not in ("same-origin", "none") and not is_link) or (
        request.method not in SAFE_METHODS and origin is not None and not _is_own(origin, request)
    ):
        raise HTTPException(403, "this request comes from another site's page")


def _is_own(origin: str, request: Request) -> bool:
    public = request.app.state.public
    if public is not None and origin == public.origin:
        return True
    try:
        return urlsplit(origin).netloc == request.headers.get("host", "")
    except ValueError:
        return False


async def caller_or_none(request: Request) -> Caller | None:
    """Who asks; None for somebody who has not logged in."""
    require_same_origin(request)
    if not request.app.state.accounts_needed:
        return LOCAL
    accounts = desk_of(request).accounts
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return await run_in_threadpool(accounts.caller_of_token, token.strip())
    session = request.cookies.get(COOKIE)
    if not session:
        return None
    if request.method not in SAFE_METHODS and not is_csrf_token(request.headers.get(CSRF_HEADER, ""), session):
        raise SessionTokenError(403, f"expected the session's token in {CSRF_HEADER}; load the page anew")
    return await run_in_threadpool(accounts.caller_of_session, session)


async def _caller(caller: Annotated[Caller | None, Depends(caller_or_none)]) -> Caller:
    if caller is None:
        raise HTTPException(401, "log in first, or send a token", {"WWW-Authenticate": "Bearer"})
    return caller


def _requiring(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    async def require(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
        if not caller.may_do(scope):
            raise HTTPException(403, f"this needs the scope {scope!r}, which {caller.name!r} has not")
        return caller

    return require


# What asks for each scope, by which the API is described.
REQUIRED: Mapping[Scope, Callable[..., Awaitable[Caller]]] = {scope: _requiring(scope) for scope in get_args(Scope)}


async def require_session(request: Request, caller: Annotated[Caller, Depends(_caller)]) -> Caller:
    """Raise 403 for a token: one that fell into wrong hands must not make others that outlive it."""
    if "authorization" in request.headers and request.app.state.accounts_needed:
        raise HTTPException(403, "this needs a log-in; a token cannot do it")
    return caller


# Parameters of routes, by what they let in: who may read (masked pictures and safe copies), who may see and hide what
# originals show, who may add and tag, who keeps evidence, and who may do everything.
Viewer = Annotated[Caller, Depends(REQUIRED["read"])]
Redactor = Annotated[Caller, Depends(REQUIRED["redact"])]
Custodian = Annotated[Caller, Depends(REQUIRED["custody"])]
Writer = Annotated[Caller, Depends(REQUIRED["write"])]
Admin = Annotated[Caller, Depends(REQUIRED["admin"])]
Person = Annotated[Caller, Depends(require_session)]
TheDesk = Annotated[Desk, Depends(desk_of)]
