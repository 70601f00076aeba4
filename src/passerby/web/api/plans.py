"""Plans of copies, and the pictures to correct them by."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from passerby.service.pictures import HiddenFrame
from passerby.web.access import Redactor, TheDesk
from passerby.web.api.documents import (
    MOST_NUMBER,
    Boxed,
    DraftFrame,
    DraftStretch,
    FollowedPath,
    Job,
    Look,
    MakeCopy,
    Plan,
    PlanChange,
    Regions,
)
from passerby.web.api.videos import Key, VideoId

router = APIRouter(tags=["redaction"])

JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}}}
Side = Annotated[int, Query(ge=16, le=4096)]
Time = Annotated[float, Query(ge=0, le=9e8)]


@router.post("/videos/{video}/plans", status_code=202)
def look(desk: TheDesk, caller: Redactor, video: VideoId, body: Look, key: Key = "") -> Job:
    """Look for what a copy should hide; the job's result names the plan."""
    return Job(**desk.jobs.ask_look(caller, video, body.model_dump(), key))


@router.get("/videos/{video}/plans")
def plans(desk: TheDesk, caller: Redactor, video: VideoId) -> dict[str, Any]:
    """The plans of a video, newest first."""
    return {"plans": desk.plans.of(video)}


@router.get("/plans/{plan}")
def plan(desk: TheDesk, caller: Redactor, plan: str) -> Plan:
    """A plan: what a copy will hide, and why."""
    return Plan(**desk.plans.get(caller, plan))


@router.put("/plans/{plan}")
def change(desk: TheDesk, caller: Redactor, plan: str, body: PlanChange) -> Plan:
    """Put a corrected plan in the place of a version of it."""
    return Plan(**desk.plans.change(caller, plan, body.plan, body.version))


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
def frame_of_draft(desk: TheDesk, caller: Redactor, plan: str, body: DraftFrame) -> Response:
    """A frame as the copy would show it if the plan were another; the header `Passerby-Time` is when it begins."""
    return _picture(desk.plans.hidden_frame(caller, plan, body.time, body.side, body.plan))


@router.post("/plans/{plan}/regions")
def regions(desk: TheDesk, caller: Redactor, plan: str, body: DraftStretch) -> Regions:
    """Where the copy hides something, moment by moment, for a stretch of time; or would, if the plan were another."""
    return Regions(**desk.plans.regions(plan, body.start, body.end, body.plan))


@router.post("/plans/{plan}/follow")
def follow(desk: TheDesk, caller: Redactor, plan: str, body: Boxed) -> FollowedPath:
    """Follow what somebody has boxed to both ends of its shot; the plan itself is not changed."""
    return FollowedPath(**desk.plans.follow(plan, body.time, body.box))


@router.post("/plans/{plan}/copies", status_code=202)
def make(desk: TheDesk, caller: Redactor, plan: str, body: MakeCopy, key: Key = "") -> Job:
    """Make a copy as the plan says, and audit it; the job's result names the copy."""
    return Job(**desk.jobs.ask_copy(caller, plan, body.name, key))


def _picture(frame: HiddenFrame) -> Response:
    return Response(frame.jpeg, media_type="image/jpeg", headers={"Passerby-Time": f"{frame.seconds!r}"})
