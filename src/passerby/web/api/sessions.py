"""Logging in and out."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from passerby.callers import Caller
from passerby.web.access import (
    COOKIE,
    Person,
    TheDesk,
    Viewer,
    caller_or_none,
    csrf_token,
    require_same_origin,
)
from passerby.web.api.account_documents import OwnSession, OwnSessions
from passerby.web.api.documents import LogIn, NewPassword, Session
from passerby.web.user_agent import browser_name

router = APIRouter(tags=["who may what"])


@router.get("/session")
def get_session(request: Request, caller: Viewer) -> Session:
    """Who asks, and what they may."""
    return _session(request, caller, request.cookies.get(COOKIE, ""))


@router.post("/session", dependencies=[Depends(require_same_origin)])
async def log_in(request: Request, response: Response, desk: TheDesk, body: LogIn) -> Session:
    """Log in: the session lies in a cookie that no script can read."""
    await asyncio.sleep(await run_in_threadpool(desk.accounts.delay, body.name))
    browser = browser_of(request)
    token = await run_in_threadpool(desk.accounts.log_in, body.name, body.password, _address(request), browser)
    caller = await run_in_threadpool(desk.accounts.caller_of_session, token)
    if caller is None:  # the user was removed at this moment
        return await log_in(request, response, desk, body)
    begin_session(request, response, token)
    return _session(request, caller, token)


@router.delete("/session", status_code=204)
def log_out(
    request: Request, response: Response, desk: TheDesk, caller: Annotated[Caller | None, Depends(caller_or_none)]
) -> None:
    """Log out."""
    token = request.cookies.get(COOKIE)
    if token and caller is not None:
        desk.accounts.log_out(token)
    response.delete_cookie(COOKIE)


def _session(request: Request, caller: Caller, token: str) -> Session:
    return Session(
        name=caller.name,
        role=caller.role,
        scopes=sorted(caller.scopes),
        csrf=csrf_token(token) if token else "",
        accounts=request.app.state.accounts_needed,
    )


@router.put("/session/password", status_code=204)
def change_password(request: Request, desk: TheDesk, caller: Person, body: NewPassword) -> None:
    """Give oneself another password: all sessions of one's own end, but this one. Tokens stay."""
    session = request.cookies.get(COOKIE, "")
    desk.accounts.change_password(caller.name, body.current, body.new, session=session, address=_address(request))


def begin_session(request: Request, response: Response, token: str) -> None:
    """Have the browser keep what lets it in."""
    response.set_cookie(COOKIE, token, max_age=30 * 86400, httponly=True, samesite="lax", secure=_is_tls(request))


@router.get("/sessions")
def list_own_sessions(desk: TheDesk, caller: Person) -> OwnSessions:
    """Where one is logged in."""
    return OwnSessions(sessions=[OwnSession(**each) for each in desk.accounts.sessions(caller)])


@router.delete("/sessions/{session}", status_code=204)
def end_own_session(desk: TheDesk, caller: Person, session: str) -> None:
    """End one of one's own sessions, wherever it is."""
    desk.accounts.end_session(caller, session)


def browser_of(request: Request) -> str:
    """What to tell the session by that is begun."""
    return browser_name(request.headers.get("User-Agent", ""))


def _is_tls(request: Request) -> bool:
    return request.app.state.is_tls or request.url.scheme == "https"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
