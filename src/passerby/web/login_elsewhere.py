"""Logging in with an account that users have elsewhere: where browsers are sent, and as whom they come back."""

import logging
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from passerby.errors import LogInError
from passerby.outside_login import LoginAttempt, OutsideLogin
from passerby.web.access import TheDesk, require_same_origin
from passerby.web.api.sessions import begin_session, browser_of
from passerby.web.pages import own_path, render

router = APIRouter(dependencies=[Depends(require_same_origin)])
logger = logging.getLogger(__name__)

START = "/login/elsewhere"
BACK = f"{START}/back"
COOKIE = "passerby-login"
SECONDS = 600  # for somebody to log in there


def _provider(desk: TheDesk) -> OutsideLogin:
    if desk.outside is None:
        raise HTTPException(404, "this server knows no other one to log in at")
    return desk.outside


Provider = Annotated[OutsideLogin, Depends(_provider)]


@router.get(START)
def begin_outside(
    request: Request, provider: Provider, following: Annotated[str, Query(alias="next", max_length=2000)] = ""
) -> Response:
    """Send the browser to the provider."""
    attempt = LoginAttempt.new()
    try:
        answer = RedirectResponse(provider.address(attempt, _origin(request) + BACK), 303)
    except LogInError as error:
        return _refused(request, error)
    kept = f"{attempt}.{quote(own_path(following), safe='').replace('.', '%2E')}"
    answer.set_cookie(COOKIE, kept, SECONDS, path=START, httponly=True, samesite="lax", secure=_is_secure(request))
    return answer


@router.get(BACK)
def end_outside(request: Request, desk: TheDesk, provider: Provider) -> Response:
    """Log in who comes back, as whom the provider names."""
    *parts, following = request.cookies.get(COOKIE, "").rsplit(".", 1)
    try:
        attempt = LoginAttempt.read("".join(parts))
        who = provider.user(attempt, dict(request.query_params), _origin(request) + BACK)
        address = request.client.host if request.client else ""
        token = desk.accounts.log_in_outside(who, address, browser_of(request), takes_in=provider.takes_in)
    except LogInError as error:
        answer = _refused(request, error)
    else:
        answer = RedirectResponse(own_path(unquote(following)), 303)
        begin_session(request, answer, token)
    answer.delete_cookie(COOKIE, path=START)
    return answer


@router.get(f"{START}/out")
def log_out_outside(request: Request, provider: Provider) -> Response:
    """Send the browser to where somebody logs out at the provider, too."""
    try:
        address = provider.log_out_address(f"{_origin(request)}/login")
    except LogInError as error:
        return _refused(request, error)
    return RedirectResponse(address or "/login", 303)


def _refused(request: Request, error: LogInError) -> Response:
    logger.warning("a log-in elsewhere was refused: %s", error)
    return render(request, None, "login.html", 403, context={"refusal": str(error)})


def _origin(request: Request) -> str:
    public = request.app.state.public
    return str(request.base_url).rstrip("/") if public is None else str(public.origin)


def _is_secure(request: Request) -> bool:
    return request.app.state.is_tls or request.url.scheme == "https"
