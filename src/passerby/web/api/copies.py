"""Copies: their files, their audits, and what people say of them."""

import mimetypes
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from passerby.service.copies import CopyPart
from passerby.web.access import Redactor, TheDesk, Viewer
from passerby.web.api.documents import MOST_NUMBER, Copy, CopyList, Job, NewAnswer
from passerby.web.api.library_documents import AuditDocument
from passerby.web.api.plans import Time
from passerby.web.api.ranges import file_answer
from passerby.web.api.responses import FILE, as_json
from passerby.web.api.videos import Key

router = APIRouter(tags=["redaction"])

Face = Annotated[int, Path(ge=1, le=MOST_NUMBER)]


@router.get("/copies")
def list_copies(
    desk: TheDesk,
    caller: Viewer,
    video: Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 500,
    cursor: Annotated[str, Query(pattern=r"^[0-9a-f]{0,16}$", description="The `next` of the page before.")] = "",
) -> CopyList:
    """The copies that are ready, newest first. A viewer has those alone that passed, or that were released."""
    found = desk.copies.all(video, for_viewers=not caller.may_do("redact"))
    names = [str(copy["id"]) for copy in found]
    start = names.index(cursor) + 1 if cursor in names else len(found) if cursor else 0
    shown = [Copy(**copy) for copy in found[start : start + limit]]
    return CopyList(copies=shown, next=shown[-1].id if start + limit < len(found) else None)


@router.get("/copies/{copy}")
def get_copy(desk: TheDesk, caller: Viewer, copy: str) -> Copy:
    """A copy that is ready."""
    return Copy(**desk.copies.get(copy, for_viewers=not caller.may_do("redact")))


@router.get("/copies/{copy}/audit", response_model=AuditDocument)
def get_copy_audit(desk: TheDesk, caller: Redactor, copy: str) -> Response:
    """The newest audit of a copy, as ``passerby audit --json``, with what was answered to it."""
    return as_json(desk.copies.audit(caller, copy))


@router.post("/copies/{copy}/answers", response_model=AuditDocument)
def answer_leak(desk: TheDesk, caller: Redactor, copy: str, body: NewAnswer) -> Response:
    """Say that a face that shows is nobody, and why: the audit with that said."""
    return as_json(desk.copies.answer(caller, copy, body.face, body.time, body.reason))


@router.delete("/copies/{copy}/answers/{face}", response_model=AuditDocument)
def retract_answer(desk: TheDesk, caller: Redactor, copy: str, face: Face, time: Time) -> Response:
    """Take that back: the audit without it. ``time`` is that of the face's first leak."""
    return as_json(desk.copies.retract(caller, copy, face, time))


@router.post("/copies/{copy}/release")
def release_copy(desk: TheDesk, caller: Redactor, copy: str) -> Copy:
    """Let viewers see a copy that shows faces on purpose."""
    return Copy(**desk.copies.release(caller, copy))


@router.delete("/copies/{copy}/release")
def withdraw_copy(desk: TheDesk, caller: Redactor, copy: str) -> Copy:
    """Let viewers see it no more."""
    return Copy(**desk.copies.withdraw(caller, copy))


@router.get("/copies/{copy}/{what}", response_class=Response, responses=FILE)
def get_copy_file(
    request: Request, desk: TheDesk, caller: Viewer, copy: str, what: CopyPart, download: bool = False
) -> Response:
    """The copy itself, by byte ranges; its plan; or its manifest: what was hidden, of what, by what and when.

    A plan can tell what a text that is hidden says, so it is for those who may see originals.
    """
    if what == "plan" and not caller.may_do("redact"):
        raise HTTPException(403, f"this needs the scope 'redact', which {caller.name!r} has not")
    name = str(desk.copies.get(copy, for_viewers=not caller.may_do("redact"))["name"])
    kind = (mimetypes.guess_type(name)[0] or "video/mp4") if what == "media" else "application/json"
    if download and what == "media" and (link := desk.copies.link(caller, copy, kind)):
        return RedirectResponse(link)
    called, file = desk.copies.file(caller, copy, what, download=download)
    return file_answer(request.headers, file, kind, called if download else None, kept=True)


@router.delete("/copies/{copy}", status_code=204)
def remove_copy(desk: TheDesk, caller: Redactor, copy: str) -> None:
    """Remove a copy, with its plan and manifest."""
    desk.copies.remove(caller, copy)


@router.post("/copies/{copy}/audits", status_code=202)
def audit_copy(desk: TheDesk, caller: Redactor, copy: str, key: Key = "") -> Job:
    """Look at every frame of a copy again; the job's report shows what is not hidden."""
    return Job(**desk.jobs.ask_audit(caller, copy, key))
