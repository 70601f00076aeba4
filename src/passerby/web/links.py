"""The page that somebody sees who was given a link to safe copies, and nothing else of the library.

It needs no script: the form of a password, the players and the summaries are plain HTML.
"""

import mimetypes
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from passerby.dates import format_moment
from passerby.errors import LogInError, MissingExtraError, TooManyTriesError, UnknownError
from passerby.service.shares import Shown
from passerby.web.access import TheDesk, require_same_origin
from passerby.web.api.ranges import file_answer
from passerby.web.pages import render

router = APIRouter(dependencies=[Depends(require_same_origin)])

COOKIE = "passerby-link"
# The form names where it comes from; with no referrer at all browsers would call it "null".
REFERRER = {"Referrer-Policy": "same-origin"}
LONGEST_FORM = 8 << 10  # bytes
# How the lines of a summary begin that are for people who watch a copy; others are for those who made it.
FOR_RECEIVERS = ("hidden", "not looked for", "less certain", "left visible", "sound")

LinkToken = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@router.get("/s/{token}")
def shared(request: Request, desk: TheDesk, token: LinkToken) -> Response:
    """What a link leads to; opened or not."""
    try:
        return _page(request, token, desk.shares.shown(token, _visit(request)))
    except UnknownError:
        return render(request, None, "link_ended.html", 404)


@router.post("/s/{token}")
async def open_shared(request: Request, desk: TheDesk, token: LinkToken) -> Response:
    """Open a link; with its password, if it has one."""
    form = parse_qs((await request.body())[:LONGEST_FORM].decode(errors="replace"))
    password = form.get("password", [""])[0]
    address = request.client.host if request.client else ""
    try:
        visit = await run_in_threadpool(desk.shares.open, token, password, address)
    except UnknownError:
        return render(request, None, "link_ended.html", 404)
    except (LogInError, MissingExtraError) as error:
        shown = await run_in_threadpool(desk.shares.shown, token, "")
        waits = error.seconds if isinstance(error, TooManyTriesError) else 0
        return _page(request, token, shown, status=429 if waits else 401, waits=waits)
    answer = RedirectResponse(f"/s/{token}", 303, REFERRER)
    secure = request.app.state.is_tls or request.url.scheme == "https"
    answer.set_cookie(COOKIE, visit, path=f"/s/{token}", httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/s/{token}/{copy}")
def shared_copy(request: Request, desk: TheDesk, token: LinkToken, copy: str, download: bool = False) -> Response:
    """A copy of a link that was opened, by byte ranges."""
    try:
        name, file = desk.shares.file(token, _visit(request), copy, download=download)
    except UnknownError:
        return render(request, None, "link_ended.html", 404)
    kind = mimetypes.guess_type(name)[0] or "video/mp4"
    return file_answer(request.headers, file, kind, name if download else None, kept=False)


def _visit(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def _page(request: Request, token: str, shown: Shown, status: int = 200, waits: int | None = None) -> Response:
    context = {
        "token": token,
        "share": shown.share,
        "is_opened": shown.is_opened,
        "copies": shown.copies,
        "for_receivers": FOR_RECEIVERS,
        "ends": format_moment(shown.share.expires)[:10],
        "left": str(shown.share.most - shown.share.opened),
        "is_wrong": waits is not None,
        "waits": waits or 0,
    }
    answer = render(request, None, "link.html", status, context=context)
    answer.headers.update(REFERRER)
    return answer
