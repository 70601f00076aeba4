"""Logging in and out, users, tokens, and the log."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from passerby.callers import Caller
from passerby.web.access import (
    COOKIE,
    Admin,
    Person,
    Reader,
    TheDesk,
    caller_or_none,
    csrf_token,
    require_same_origin,
)
from passerby.web.api.documents import MOST_NUMBER, LogIn, NewPassword, NewToken, NewUser, Session, UserChange

router = APIRouter(tags=["who may what"])

Number = Annotated[int, Path(ge=1, le=MOST_NUMBER)]


@router.get("/session")
def session(request: Request, caller: Reader) -> Session:
    """Who asks, and what they may."""
    return _session(request, caller, request.cookies.get(COOKIE, ""))


@router.post("/session", dependencies=[Depends(require_same_origin)])
async def log_in(request: Request, response: Response, desk: TheDesk, asked: LogIn) -> Session:
    """Log in: the session lies in a cookie that no script can read."""
    await asyncio.sleep(await run_in_threadpool(desk.accounts.delay, asked.name))
    token = await run_in_threadpool(desk.accounts.log_in, asked.name, asked.password, _address(request))
    caller = await run_in_threadpool(desk.accounts.caller_of_session, token)
    if caller is None:  # the user was removed at this moment
        return await log_in(request, response, desk, asked)
    response.set_cookie(COOKIE, token, max_age=30 * 86400, httponly=True, samesite="lax", secure=_is_tls(request))
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
def change_password(request: Request, desk: TheDesk, caller: Person, asked: NewPassword) -> None:
    """Give oneself another password: all sessions of one's own end, but this one. Tokens stay."""
    session = request.cookies.get(COOKIE, "")
    desk.accounts.change_password(caller.name, asked.current, asked.new, session=session, address=_address(request))


def _is_tls(request: Request) -> bool:
    return request.app.state.is_tls or request.url.scheme == "https"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


@router.get("/users")
def users(desk: TheDesk, caller: Admin) -> dict[str, Any]:
    """All users and their roles."""
    return {"users": desk.accounts.users()}


@router.post("/users", status_code=201)
def add_user(desk: TheDesk, caller: Admin, asked: NewUser) -> dict[str, Any]:
    """Take a user in."""
    desk.accounts.add_user(asked.name, asked.password, asked.role, by=caller)
    return {"users": desk.accounts.users()}


@router.patch("/users/{name}")
def change_user(desk: TheDesk, caller: Admin, name: str, asked: UserChange) -> dict[str, Any]:
    """Give a user another password or role."""
    if asked.password is not None:
        desk.accounts.set_password(name, asked.password, by=caller)
    if asked.role is not None:
        desk.accounts.set_role(name, asked.role, by=caller)
    return {"users": desk.accounts.users()}


@router.delete("/users/{name}", status_code=204)
def remove_user(desk: TheDesk, caller: Admin, name: str) -> None:
    """Remove a user, with sessions and tokens."""
    desk.accounts.remove_user(name, by=caller)


@router.get("/tokens")
def tokens(request: Request, desk: TheDesk, caller: Reader) -> dict[str, Any]:
    """The caller's own tokens, without what they are."""
    return {"tokens": desk.accounts.tokens(caller.name) if request.app.state.accounts_needed else []}


@router.post("/tokens", status_code=201)
def make_token(desk: TheDesk, caller: Person, asked: NewToken) -> dict[str, Any]:
    """Make a token of the caller's own, for no more than the caller may; it is told now and never again."""
    scopes = [scope for scope in asked.scopes if scope in caller.scopes]
    token = desk.accounts.make_token(caller.name, asked.label, scopes, asked.days, by=caller)
    return {"token": token, "scopes": scopes, "days": asked.days}


@router.delete("/tokens/{number}", status_code=204)
def revoke_token(desk: TheDesk, caller: Person, number: Number) -> None:
    """Revoke a token of the caller's own."""
    desk.accounts.revoke_token(caller.name, number, by=caller)


@router.get("/log")
def log(
    desk: TheDesk,
    caller: Admin,
    after: Annotated[int, Query(ge=0, le=MOST_NUMBER)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Who did what, from the entry after the number ``after``."""
    count, last = desk.custody.head()
    return {"entries": desk.custody.entries(after, limit), "count": count, "head": last}
