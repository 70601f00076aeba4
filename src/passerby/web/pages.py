"""The pages: frames of HTML that the modules in ``static/`` fill by the API."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from starlette.exceptions import HTTPException

from passerby.callers import Caller
from passerby.errors import PasserbyError
from passerby.export.formats import format_names
from passerby.redact.plan.kinds import CHOICES, TRACK_NAMES
from passerby.version import __version__
from passerby.web import static_files
from passerby.web.access import COOKIE, TheDesk, caller_or_none, csrf_token, desk_of
from passerby.web.languages import COOKIE as LANGUAGE_COOKIE
from passerby.web.languages import Language, Languages

router = APIRouter()
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
templates.env.add_extension(static_files.KeptForGood)
# What each format is for, and what its files are; those of other packages go by their own names.
EXPORTS: Mapping[str, tuple[str, str]] = {
    "csv": ("Table of all that was found", "CSV"),
    "sheet": ("Contact sheet", "PNG"),
    "text": ("Transcript to read", "TXT"),
    "srt": ("Subtitles", "SRT"),
    "webvtt": ("Subtitles for the web", "WebVTT"),
    "webvtt-chapters": ("Chapters", "WebVTT"),
    "ffmetadata": ("Chapters for players", "FFMETADATA"),
    "chapters-text": ("Chapters for a description", "TXT"),
    "webvtt-metadata": ("Findings with their times", "WebVTT"),
    "edl": ("Edit list", "EDL"),
    "otio": ("Timeline for editing programs", "OTIO"),
    "fcpxml": ("Timeline for Final Cut Pro", "FCPXML"),
    "json": ("All that is known, for programs", "JSON"),
    "coco": ("Boxes for training, COCO", "JSON"),
    "cvat": ("Boxes for training, CVAT", "XML"),
    "mot": ("Tracks for training, MOT", "ZIP"),
    "yolo": ("Boxes for training, YOLO", "ZIP"),
    "annotations": ("Web annotations", "JSON-LD"),
}
ON_THE_WEB = "iiif"  # a format that needs the address of a video on the web

Whoever = Annotated[Caller | None, Depends(caller_or_none)]


@router.get("/")
def library(request: Request, caller: Whoever, desk: TheDesk) -> Response:
    kinds = {"choices": CHOICES, "missing": desk.plans.missing_models()}
    return _page(request, caller, "library.html", context=kinds)


@router.get("/collections")
def collections(request: Request, caller: Whoever) -> Response:
    return _page(request, caller, "collections.html")


@router.get("/cases")
def cases(request: Request, caller: Whoever) -> Response:
    return _page(request, caller, "cases.html", scope="redact")


@router.get("/cases/{case}")
def one_case(request: Request, caller: Whoever, desk: TheDesk, case: str) -> Response:
    return _page(request, caller, "case.html", scope="redact", found=desk.sees_case(caller, case))


@router.get("/items/{video}")
def item(request: Request, caller: Whoever, desk: TheDesk, video: str) -> Response:
    return _page(request, caller, "item.html", scope="redact", found=desk.sees_item(caller, video))


@router.get("/trash")
def trash(request: Request, caller: Whoever) -> Response:
    return _page(request, caller, "trash.html", scope="write")


@router.get("/search")
def search(request: Request, caller: Whoever) -> Response:
    return _page(request, caller, "search.html")


@router.get("/videos/{video}")
def video(request: Request, caller: Whoever, desk: TheDesk, video: str) -> Response:
    return _page(request, caller, "video.html", found=desk.videos.has(video))


def _exports(language: Language) -> list[tuple[str, str, str]]:
    """The names of formats, each with what it is for and what its files are, those of most use first."""
    others = {name: (name, "") for name in format_names() if name not in EXPORTS and name != ON_THE_WEB}
    return [(name, language.say(words), kind) for name, (words, kind) in {**EXPORTS, **others}.items()]


@router.get("/videos/{video}/share")
def share(request: Request, caller: Whoever, desk: TheDesk, video: str) -> Response:
    kinds = {"choices": CHOICES, "track_names": TRACK_NAMES, "missing": desk.plans.missing_models()}
    return _page(request, caller, "share.html", scope="redact", found=desk.videos.has(video), context=kinds)


@router.get("/stills")
def stills(request: Request, caller: Whoever, desk: TheDesk) -> Response:
    kinds = {"choices": CHOICES, "missing": desk.plans.missing_models()}
    return _page(request, caller, "stills.html", scope="redact", context=kinds)


@router.get("/live")
def live(request: Request, caller: Whoever) -> Response:
    return _page(request, caller, "live.html", context={"choices": CHOICES})


@router.get("/live/{source}")
def watched_source(request: Request, caller: Whoever, desk: TheDesk, source: str) -> Response:
    shown = {"choices": CHOICES, "source": source}
    return _page(request, caller, "source.html", found=desk.sources.has(source), context=shown)


@router.get("/jobs")
def jobs(request: Request, caller: Whoever) -> Response:
    return _page(request, caller, "jobs.html", scope="write")


@router.get("/jobs/{job}")
def one_job(request: Request, caller: Whoever, desk: TheDesk, job: str) -> Response:
    return _page(request, caller, "job.html", scope="write", found=desk.jobs.has(job))


@router.get("/batches")
def batches(request: Request, caller: Whoever) -> Response:
    return _page(request, caller, "batches.html", scope="redact")


@router.get("/settings")
def settings(request: Request, caller: Whoever) -> Response:
    return _page(request, caller, "settings.html")


@router.get("/api/docs")
def api_docs(request: Request, caller: Whoever) -> Response:
    """The routes of the API; its description is for anybody, too."""
    return render(request, caller, "api_docs.html", 200)


@router.get("/login")
def log_in(request: Request, caller: Whoever, following: Annotated[str, Query(alias="next")] = "") -> Response:
    if caller is not None:
        return RedirectResponse(own_path(following), 303)
    return render(request, None, "login.html", 200, following=own_path(following))


def _page(
    request: Request,
    caller: Caller | None,
    name: str,
    *,
    scope: str = "read",
    found: bool = True,
    context: Mapping[str, object] = MappingProxyType({}),
) -> Response:
    if caller is None:
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse("/login" if asked == "/" else f"/login?next={quote(asked, safe='/')}", 303)
    if scope not in caller.scopes:
        return render(request, caller, "forbidden.html", 403)
    if not found:
        return render(request, caller, "missing.html", 404)
    return render(request, caller, name, 200, context=context)


def wants_page(request: Request) -> bool:
    """Whether a person has followed a link, and no program has asked."""
    is_ours = not request.url.path.startswith(("/api/", "/static/"))
    return is_ours and request.method == "GET" and "text/html" in request.headers.get("accept", "")


async def error_page(request: Request, status: int) -> HTMLResponse:
    """What went wrong, for people: nothing of what the server knows of it."""
    try:
        caller = await caller_or_none(request)
    except (HTTPException, PasserbyError):
        caller = None
    return render(request, caller, "missing.html" if status == 404 else "fault.html", status)


def fault_page(request: Request) -> HTMLResponse:
    """That the program itself is at fault: nothing is asked of it but this page."""
    return render(request, None, "fault.html", 500)


def own_path(path: str) -> str:
    r"""``path`` if it leads to a page of this server, as browsers read it; else the library's.

    >>> own_path("/videos/ab?q=1"), own_path("//evil.example"), own_path("/\\evil.example"), own_path("https:x")
    ('/videos/ab?q=1', '/', '/', '/')
    """
    # Browsers take a backslash for a slash, and leave out tabs and line breaks.
    return path if re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f-\x9f]*", path) else "/"


def render(
    request: Request,
    caller: Caller | None,
    name: str,
    status: int,
    *,
    following: str = "/",
    context: Mapping[str, object] = MappingProxyType({}),
) -> HTMLResponse:
    """A template, in the language of who asks."""
    session, desk = request.cookies.get(COOKIE, ""), desk_of(request)
    languages: Languages = request.app.state.languages
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    language = languages.wanted(chosen, request.headers.get("accept-language", ""))
    everywhere = {
        "_": language.say,
        "language": language,
        "languages": languages.by_code.values(),
        "chosen_language": chosen,
        "caller": caller,
        "csrf": csrf_token(session) if session else "",
        "accounts": request.app.state.accounts_needed,
        "version": __version__,
        "exports": _exports(language),
        "following": following,
        "outside": "" if desk.outside is None else desk.outside.host,
    }
    headers = {"Content-Language": language.code, "Vary": "Accept-Language, Cookie"}
    return templates.TemplateResponse(request, name, {**everywhere, **context}, status, headers)
