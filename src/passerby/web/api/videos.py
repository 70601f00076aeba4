"""Videos: listing, adding, what is known of them, their pictures and files, and what people say of them."""

import mimetypes
from hashlib import sha256
from pathlib import PurePath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.exceptions import HTTPException

from passerby.callers import Caller
from passerby.errors import UsageError
from passerby.export.formats import ending_of, format_names, media_type_of
from passerby.library import Library
from passerby.service.videos import listed
from passerby.web.access import Admin, Redactor, TheDesk, Viewer, Writer
from passerby.web.api.curation import filter_of
from passerby.web.api.curation_documents import ListQuery, VideoChange, VideoSaid
from passerby.web.api.documents import AddPath, Job, Notes, VideoList, VideoSummary
from passerby.web.api.entity_tags import is_known
from passerby.web.api.library_documents import NoteDocument, NoteList, VideoInsights
from passerby.web.api.ranges import file_answer
from passerby.web.api.responses import ANYTHING, FILE, HTML, JPEG, KNOWN, as_json
from passerby.web.guard import DOCUMENT_POLICY
from passerby.wording import in_unicode

router = APIRouter(tags=["videos"])

VideoId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="The SHA-256 of the file.")]
FOR_AN_HOUR = {"Cache-Control": "private, max-age=3600"}  # by the browser of who may see it
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=100, description="The same key gives the same job.")]


@router.get("/videos")
def list_videos(desk: TheDesk, caller: Viewer, query: Annotated[ListQuery, Query()]) -> VideoList:
    """The videos of the library, page by page."""
    start, curation = int(query.cursor or 0), desk.library(caller).curation
    total = curation.count(filter_of(query))
    found = [listed(each) for each in curation.listed(filter_of(query), query.sort, query.limit, start)]
    following = str(start + query.limit) if start + query.limit < total else None
    return VideoList(videos=[VideoSummary(**_for(caller, video)) for video in found], total=total, next=following)


@router.post("/videos", status_code=202)
def add_video(desk: TheDesk, caller: Admin, body: AddPath, key: Key = "") -> Job:
    """Add a file or a folder of the server's, under one of its roots. Uploads are another route."""
    return Job(**desk.jobs.ask_add(caller, body.path, key))


@router.get("/videos/{video}", response_model=VideoInsights)
def get_video(
    desk: TheDesk,
    caller: Viewer,
    video: VideoId,
    boxes: Annotated[bool, Query(description="Whether to tell where objects are, besides when.")] = True,
) -> Response:
    """All that is known of a video, as ``passerby show --json`` tells it (docs/json.md)."""
    return as_json(_for(caller, desk.library(caller).show(video, boxes=boxes).document()))


@router.delete("/videos/{video}", status_code=204)
def forget_video(desk: TheDesk, caller: Admin, video: VideoId) -> None:
    """Forget a video: nothing of it stays in the library, nor an uploaded original, nor its copies."""
    desk.forget(caller, video)


@router.patch("/videos/{video}")
def describe_video(desk: TheDesk, caller: Writer, video: VideoId, body: VideoChange) -> VideoSaid:
    """Give a video a title, a description or a state of review. A title that would say who somebody is is refused."""
    curation = desk.library(caller).curation
    said = curation.describe(video, title=body.title, description=body.description, review=body.review)
    return VideoSaid(
        title=said.title,
        description=said.description,
        review=said.review,
        collections=curation.collections_of(video),
    )


@router.get("/videos/{video}/strip", response_class=Response, responses=JPEG | KNOWN)
def get_strip(request: Request, desk: TheDesk, caller: Viewer, video: VideoId) -> Response:
    """Pictures of up to 12 moments side by side, people masked: all as wide as each other."""
    return _picture(request, desk.videos.strip(video))


@router.get("/videos/{video}/thumbnail", response_class=Response, responses=JPEG | KNOWN)
def get_thumbnail(
    request: Request,
    desk: TheDesk,
    caller: Viewer,
    video: VideoId,
    moment: Annotated[int | None, Query(ge=0, le=10**9)] = None,
) -> Response:
    """The picture of a moment, people masked; if none is named, one in which as little as possible is masked."""
    return _picture(request, desk.videos.thumbnail(video, moment))


@router.get("/videos/{video}/media", response_class=Response, responses=FILE)
def get_original(request: Request, desk: TheDesk, caller: Redactor, video: VideoId) -> Response:
    """The original, by byte ranges as players ask for them."""
    file = desk.videos.original(caller, video)
    if file is None:
        raise HTTPException(404, "the original is not where it was when it was added")
    kind = mimetypes.guess_type(desk.videos.path_of(video).name)[0] or "application/octet-stream"
    kind = kind if kind.startswith("video/") else "application/octet-stream"
    return file_answer(request.headers, file, kind, kept=False)


@router.get("/videos/{video}/frame", response_class=Response, responses=JPEG)
def get_frame(
    desk: TheDesk,
    caller: Redactor,
    video: VideoId,
    time: Annotated[float, Query(ge=0, le=9e8)],
    side: Annotated[int, Query(ge=16, le=4096)] = 1280,
) -> Response:
    """One frame of the original, for files that a browser cannot play."""
    return Response(desk.videos.frame(caller, video, time, side), media_type="image/jpeg")


@router.post("/videos/{video}/views", status_code=204)
def note_view(desk: TheDesk, caller: Redactor, video: VideoId) -> None:
    """Note in the log that the caller is about to look at the original; pages ask this before they show it."""
    desk.videos.note_view(caller, video)


@router.get("/videos/{video}/page", response_class=Response, responses=HTML)
def get_video_page(desk: TheDesk, caller: Viewer, video: VideoId) -> Response:
    """All that is known of a video as one page that can be kept and mailed, as ``passerby show --html``."""
    return Response(
        desk.library(caller).page(video), media_type="text/html", headers={"Content-Security-Policy": DOCUMENT_POLICY}
    )


@router.get("/videos/{video}/exports/{name}", response_class=Response, responses=ANYTHING)
def export_video(desk: TheDesk, caller: Viewer, video: VideoId, name: str) -> Response:
    """What is known of a video in another format: docs/exports.md."""
    names = format_names()
    if name not in names:
        raise UsageError(f"format: expected one of {', '.join(sorted(names))}, found {name!r}")
    content = desk.library(caller).export(video, name, named_only=not caller.may_do("redact"))
    file = f"{PurePath(desk.videos.path_of(video).name).stem}{ending_of(name)}"
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(in_unicode(file), safe='')}"}
    return Response(content, media_type=media_type_of(name), headers=headers)


@router.get("/videos/{video}/notes")
def list_notes(desk: TheDesk, caller: Viewer, video: VideoId) -> NoteList:
    """What people have said of a video."""
    return _notes(desk.library(caller), video)


@router.post("/videos/{video}/notes", status_code=201)
def add_notes(desk: TheDesk, caller: Writer, video: VideoId, body: Notes) -> NoteList:
    """Say that labels fit a stretch of a video, and that others do not; no model changes that."""
    desk.library(caller).tag(video, f"{body.start:.9f}-{body.end:.9f}", body.given, body.rejected)
    return _notes(desk.library(caller), video)


@router.delete("/videos/{video}/notes")
def remove_note(
    desk: TheDesk,
    caller: Writer,
    video: VideoId,
    label: Annotated[str, Query(min_length=1, max_length=100)],
    start: Annotated[float, Query(ge=0, le=9e8)],
    end: Annotated[float, Query(ge=0, le=9e8)],
) -> NoteList:
    """Take back what was said of a label and a stretch, as `notes` tell it; one that there is not is no error."""
    library = desk.library(caller)
    library.curation.take_back(video, label, (start, end))
    return _notes(library, video)


def _for(caller: Caller, video: dict[str, Any]) -> dict[str, Any]:
    """Where a file lies on the server is no business of those who may not see it."""
    return video if caller.may_do("redact") else video | {"path": ""}


def _notes(library: Library, video: str) -> NoteList:
    return NoteList(notes=[NoteDocument(**note.document()) for note in library.notes(video)])


def _picture(request: Request, jpeg: bytes) -> Response:
    headers = FOR_AN_HOUR | {"ETag": f'"{sha256(jpeg).hexdigest()[:32]}"'}
    if is_known(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(jpeg, media_type="image/jpeg", headers=headers)
