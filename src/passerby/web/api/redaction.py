"""Plans of copies and the pictures to choose by, copies, and their audits."""

import mimetypes
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

from passerby.service.copies import CopyPart
from passerby.service.pictures import HiddenFrame
from passerby.web.access import Reader, Redactor, TheDesk
from passerby.web.api.documents import (
    MOST_NUMBER,
    Boxed,
    Copy,
    CopyList,
    DraftFrame,
    DraftStretch,
    FollowedPath,
    Job,
    Look,
    MakeCopy,
    NewAnswer,
    Plan,
    PlanChange,
    Regions,
)
from passerby.web.api.videos import Key, VideoId

router = APIRouter(tags=["redaction"])

JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}}}
Side = Annotated[int, Query(ge=16, le=4096)]
Face = Annotated[int, Path(ge=1, le=MOST_NUMBER)]


Time = Annotated[float, Query(ge=0, le=9e8)]


@router.post("/videos/{video}/plans", status_code=202)
def look(desk: TheDesk, caller: Redactor, video: VideoId, asked: Look, key: Key = "") -> Job:
    """Look for what a copy should hide; the job's result names the plan."""
    return Job(**desk.jobs.ask_look(caller, video, asked.model_dump(), key))


@router.get("/videos/{video}/plans")
def plans(desk: TheDesk, caller: Redactor, video: VideoId) -> dict[str, Any]:
    """The plans of a video, newest first."""
    return {"plans": desk.plans.of(video)}


@router.get("/plans/{plan}")
def plan(desk: TheDesk, caller: Redactor, plan: str) -> Plan:
    """A plan: what a copy will hide, and why."""
    return Plan(**desk.plans.get(caller, plan))


@router.put("/plans/{plan}")
def change(desk: TheDesk, caller: Redactor, plan: str, asked: PlanChange) -> Plan:
    """Put a corrected plan in the place of a version of it."""
    return Plan(**desk.plans.change(caller, plan, asked.plan, asked.version))


@router.delete("/plans/{plan}", status_code=204)
def remove(desk: TheDesk, caller: Redactor, plan: str) -> None:
    """Throw a plan away."""
    desk.plans.remove(caller, plan)


@router.get("/plans/{plan}/tracks/{number}/picture", response_class=Response, responses=JPEG)
def track(
    desk: TheDesk, caller: Redactor, plan: str, number: Annotated[int, Path(ge=-MOST_NUMBER, le=MOST_NUMBER)]
) -> Response:
    """What a track hides. The picture is made for this answer and kept nowhere."""
    return Response(desk.plans.track_picture(caller, plan, number), media_type="image/jpeg")


@router.get("/plans/{plan}/frame", response_class=Response, responses=JPEG)
def frame(desk: TheDesk, caller: Redactor, plan: str, time: Time, side: Side = 1280) -> Response:
    """A frame as the copy will show it."""
    return _picture(desk.plans.hidden_frame(caller, plan, time, side))


@router.post("/plans/{plan}/frame", response_class=Response, responses=JPEG)
def frame_of_draft(desk: TheDesk, caller: Redactor, plan: str, asked: DraftFrame) -> Response:
    """A frame as the copy would show it if the plan were another; the header `Passerby-Time` is when it begins."""
    return _picture(desk.plans.hidden_frame(caller, plan, asked.time, asked.side, asked.plan))


@router.post("/plans/{plan}/regions")
def regions(desk: TheDesk, caller: Redactor, plan: str, asked: DraftStretch) -> Regions:
    """Where the copy hides something, moment by moment, for a stretch of time; or would, if the plan were another."""
    return Regions(**desk.plans.regions(plan, asked.start, asked.end, asked.plan))


@router.post("/plans/{plan}/follow")
def follow(desk: TheDesk, caller: Redactor, plan: str, asked: Boxed) -> FollowedPath:
    """Follow what somebody has boxed to both ends of its shot; the plan itself is not changed."""
    return FollowedPath(**desk.plans.follow(plan, asked.time, asked.box))


@router.post("/plans/{plan}/copies", status_code=202)
def make(desk: TheDesk, caller: Redactor, plan: str, asked: MakeCopy, key: Key = "") -> Job:
    """Make a copy as the plan says, and audit it; the job's result names the copy."""
    return Job(**desk.jobs.ask_copy(caller, plan, asked.name, key))


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
    return desk.copies.audit(caller, copy)


@router.post("/copies/{copy}/answers")
def answer(desk: TheDesk, caller: Redactor, copy: str, asked: NewAnswer) -> dict[str, Any]:
    """Say that a face that shows is nobody, and why: the audit with that said."""
    return desk.copies.answer(caller, copy, asked.face, asked.time, asked.reason)


@router.delete("/copies/{copy}/answers/{face}")
def retract(desk: TheDesk, caller: Redactor, copy: str, face: Face, time: Time) -> dict[str, Any]:
    """Take that back: the audit without it. ``time`` is that of the face's first leak."""
    return desk.copies.retract(caller, copy, face, time)


@router.post("/copies/{copy}/release")
def release(desk: TheDesk, caller: Redactor, copy: str) -> Copy:
    """Let viewers see a copy that shows faces on purpose."""
    return Copy(**desk.copies.release(caller, copy))


@router.delete("/copies/{copy}/release")
def withdraw(desk: TheDesk, caller: Redactor, copy: str) -> Copy:
    """Let viewers see it no more."""
    return Copy(**desk.copies.withdraw(caller, copy))


@router.get("/copies/{copy}/{what}", response_class=FileResponse, responses={200: {"content": {"video/*": {}}}})
def copy_file(desk: TheDesk, caller: Reader, copy: str, what: CopyPart, download: bool = False) -> FileResponse:
    """The copy itself, by byte ranges; its plan; or its manifest: what was hidden, of what, by what and when.

    A plan can tell what a text that is hidden says, so it is for those who may see originals.
    """
    if what == "plan" and not caller.may_do("redact"):
        raise HTTPException(403, f"this needs the scope 'redact', which {caller.name!r} has not")
    path = desk.copies.file(caller, copy, what, download=download)
    kind = (mimetypes.guess_type(path.name)[0] or "video/mp4") if what == "media" else "application/json"
    return FileResponse(path, media_type=kind, filename=path.name if download else None)


@router.delete("/copies/{copy}", status_code=204)
def remove_copy(desk: TheDesk, caller: Redactor, copy: str) -> None:
    """Remove a copy, with its plan and manifest."""
    desk.copies.remove(caller, copy)


def _picture(frame: HiddenFrame) -> Response:
    return Response(frame.jpeg, media_type="image/jpeg", headers={"Passerby-Time": f"{frame.seconds!r}"})


@router.post("/copies/{copy}/audits", status_code=202)
def audit(desk: TheDesk, caller: Redactor, copy: str, key: Key = "") -> Job:
    """Look at every frame of a copy again; the job's report shows what is not hidden."""
    return Job(**desk.jobs.ask_audit(caller, copy, key))
