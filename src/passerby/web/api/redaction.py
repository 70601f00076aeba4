"""Plans of copies and the pictures to choose by, copies, and their audits."""

import mimetypes
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from passerby.service.desk import Desk
from passerby.web.access import Reader, Redactor, TheDesk
from passerby.web.api.documents import MOST_NUMBER, Copy, CopyList, Job, Look, MakeCopy, NewAnswer, Plan, PlanChange
from passerby.web.api.videos import Key, VideoId

router = APIRouter(tags=["redaction"])

JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}}}
Side = Annotated[int, Query(ge=16, le=4096)]
Face = Annotated[int, Path(ge=1, le=MOST_NUMBER)]
Time = Annotated[float, Query(ge=0, le=9e8)]


@router.post("/videos/{video}/plans", status_code=202)
def look(desk: TheDesk, caller: Redactor, video: VideoId, asked: Look, key: Key = "") -> Job:
    """Look for what a copy should hide; the job's result names the plan."""
    return Job(**desk.jobs.ask_look(video, asked.model_dump(), caller.name, key))


@router.get("/videos/{video}/plans")
def plans(desk: TheDesk, caller: Redactor, video: VideoId) -> dict[str, Any]:
    """The plans of a video, newest first."""
    return {"plans": desk.plans.of(video)}


@router.get("/plans/{plan}")
def plan(desk: TheDesk, caller: Redactor, plan: str) -> Plan:
    """A plan: what a copy will hide, and why."""
    return Plan(**desk.plans.get(plan))


@router.put("/plans/{plan}")
def change(desk: TheDesk, caller: Redactor, plan: str, asked: PlanChange) -> Plan:
    """Put a corrected plan in the place of a version of it."""
    return Plan(**desk.plans.change(plan, asked.plan, asked.version))


@router.delete("/plans/{plan}", status_code=204)
def remove(desk: TheDesk, caller: Redactor, plan: str) -> None:
    """Throw a plan away."""
    desk.plans.remove(plan)


@router.get("/plans/{plan}/tracks/{number}/picture", response_class=Response, responses=JPEG)
def track(
    desk: TheDesk, caller: Redactor, plan: str, number: Annotated[int, Path(ge=-MOST_NUMBER, le=MOST_NUMBER)]
) -> Response:
    """What a track hides. The picture is made for this answer and kept nowhere."""
    return Response(desk.plans.track_picture(plan, number), media_type="image/jpeg")


@router.get("/plans/{plan}/frame", response_class=Response, responses=JPEG)
def frame(desk: TheDesk, caller: Redactor, plan: str, time: Time, side: Side = 1280) -> Response:
    """A frame as the copy will show it."""
    return Response(desk.plans.hidden_frame(plan, time, side), media_type="image/jpeg")


@router.post("/plans/{plan}/copies", status_code=202)
def make(desk: TheDesk, caller: Redactor, plan: str, asked: MakeCopy, key: Key = "") -> Job:
    """Make a copy as the plan says, and audit it; the job's result names the copy."""
    job = desk.jobs.ask_copy(plan, asked.name, caller.name, key)
    desk.accounts.note(caller.name, "redact", job["video"])
    return Job(**job)


@router.get("/copies")
def copies(desk: TheDesk, caller: Reader, video: Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")] = "") -> CopyList:
    """The copies that are ready, newest first. A viewer has those alone that passed, or that were released."""
    return CopyList(copies=[Copy(**copy) for copy in desk.copies.every(video, for_viewers=not caller.may_do("redact"))])


@router.get("/copies/{copy}")
def one_copy(desk: TheDesk, caller: Reader, copy: str) -> Copy:
    """A copy that is ready."""
    return Copy(**desk.copies.get(copy, for_viewers=not caller.may_do("redact")))


@router.get("/copies/{copy}/audit")
def newest_audit(desk: TheDesk, caller: Redactor, copy: str) -> dict[str, Any]:
    """The newest audit of a copy, as ``passerby audit --json``, with what was answered to it."""
    return desk.copies.audit(copy)


@router.post("/copies/{copy}/answers")
def answer(desk: TheDesk, caller: Redactor, copy: str, asked: NewAnswer) -> dict[str, Any]:
    """Say that a face that shows is nobody, and why: the audit with that said."""
    found = desk.copies.answer(copy, asked.face, asked.time, asked.reason, caller.name)
    desk.accounts.note(caller.name, "answer", _video(desk, copy), {"copy": copy, "number": asked.face})
    return found


@router.delete("/copies/{copy}/answers/{face}")
def retract(desk: TheDesk, caller: Redactor, copy: str, face: Face, time: Time) -> dict[str, Any]:
    """Take that back: the audit without it. ``time`` is that of the face's first leak."""
    found = desk.copies.retract(copy, face, time)
    desk.accounts.note(caller.name, "retract", _video(desk, copy), {"copy": copy, "number": face})
    return found


@router.post("/copies/{copy}/release")
def release(desk: TheDesk, caller: Redactor, copy: str) -> Copy:
    """Let viewers see a copy that shows faces on purpose."""
    found = desk.copies.release(copy, caller.name)
    desk.accounts.note(caller.name, "release", found["video"], {"copy": copy})
    return Copy(**found)


@router.delete("/copies/{copy}/release")
def withdraw(desk: TheDesk, caller: Redactor, copy: str) -> Copy:
    """Let viewers see it no more."""
    found = desk.copies.withdraw(copy)
    desk.accounts.note(caller.name, "withdraw", found["video"], {"copy": copy})
    return Copy(**found)


def _video(desk: Desk, copy: str) -> str:
    return str(desk.copies.get(copy)["video"])


@router.get("/copies/{copy}/{what}", response_class=FileResponse, responses={200: {"content": {"video/*": {}}}})
def copy_file(
    desk: TheDesk, caller: Reader, copy: str, what: Literal["media", "plan", "manifest"], download: bool = False
) -> FileResponse:
    """The copy itself, by byte ranges; its plan; or its manifest: what was hidden, of what, by what and when.

    A plan can tell what a text that is hidden says, so it is for those who may see originals.
    """
    if what == "plan" and not caller.may_do("redact"):
        raise HTTPException(403, f"this needs the scope 'redact', which {caller.name!r} has not")
    video = desk.copies.get(copy, for_viewers=not caller.may_do("redact"))["video"]
    path = desk.copies.file(copy, what)
    if download:
        desk.accounts.note(caller.name, "download", video, {"copy": copy})
    kind = (mimetypes.guess_type(path.name)[0] or "video/mp4") if what == "media" else "application/json"
    return FileResponse(path, media_type=kind, filename=path.name if download else None)


@router.delete("/copies/{copy}", status_code=204)
def remove_copy(desk: TheDesk, caller: Redactor, copy: str) -> None:
    """Remove a copy, with its plan and manifest."""
    desk.copies.remove(copy)


@router.post("/copies/{copy}/audits", status_code=202)
def audit(desk: TheDesk, caller: Redactor, copy: str, key: Key = "") -> Job:
    """Look at every frame of a copy again; the job's report shows what is not hidden."""
    return Job(**desk.jobs.ask_audit(copy, caller.name, key))
