"""Plans of copies, and the pictures to correct them by."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from passerby.service.desk import Desk
from passerby.service.pictures import HiddenFrame
from passerby.service.plans import WrittenPlan
from passerby.web.access import Redactor, TheDesk
from passerby.web.api.documents import MOST_NUMBER, Job, MakeCopy
from passerby.web.api.entity_tags import IfMatch, is_known, plan_tag, require_match
from passerby.web.api.plan_documents import (
    Boxed,
    ChangedTracks,
    DraftFrame,
    DraftStretch,
    FollowedPath,
    JoinedTracks,
    JoinTracks,
    Look,
    Plan,
    PlanChange,
    PlanList,
    PlanSummary,
    PlanVersion,
    PlanVersions,
    Preset,
    PresetList,
    Regions,
)
from passerby.web.api.videos import Key, VideoId

router = APIRouter(tags=["redaction"])

JPEG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/jpeg": {}}}}
PLAN: dict[int | str, dict[str, Any]] = {200: {"model": Plan}}
KNOWN: dict[int | str, dict[str, Any]] = {304: {"description": "What is known already"}}
MOST_PICTURES = 64  # of tracks, in one answer
Numbers = Annotated[
    str,
    Query(
        pattern=rf"^-?\d{{1,9}}(,-?\d{{1,9}}){{0,{MOST_PICTURES - 1}}}$",
        description="Numbers of tracks, with commas between.",
        examples=["4,9,12"],
    ),
]
Side = Annotated[int, Query(ge=16, le=4096)]
Time = Annotated[float, Query(ge=0, le=9e8)]


@router.post("/videos/{video}/plans", status_code=202)
def begin_look(desk: TheDesk, caller: Redactor, video: VideoId, body: Look, key: Key = "") -> Job:
    """Look for what a copy should hide; the job's result names the plan."""
    return Job(**desk.jobs.ask_look(caller, video, body.model_dump(), key))


@router.get("/videos/{video}/plans")
def list_plans(desk: TheDesk, caller: Redactor, video: VideoId) -> PlanList:
    """The plans of a video, newest first."""
    return PlanList(plans=[PlanSummary(**plan) for plan in desk.plans.of(video)])


@router.get("/presets")
def list_presets(desk: TheDesk, caller: Redactor) -> PresetList:
    """Written policies for looks: interview, march, data set."""
    return PresetList(presets=[Preset(**preset) for preset in desk.plans.presets()])


@router.get("/plans/{plan}", response_class=Response, responses=PLAN | KNOWN)
def get_plan(request: Request, desk: TheDesk, caller: Redactor, plan: str) -> Response:
    """A plan: what a copy will hide, and why; its `ETag` is that of its version."""
    found = desk.plans.get(caller, plan)
    tag = plan_tag(plan, found.version)
    return Response(status_code=304, headers={"ETag": tag}) if is_known(request.headers, tag) else _json(found, tag)


@router.put("/plans/{plan}", response_class=Response, responses=PLAN)
def replace_plan(desk: TheDesk, caller: Redactor, plan: str, body: PlanChange, match: IfMatch = "") -> Response:
    """Put a corrected plan in the place of a version of it; 409 if that is not the newest."""
    _require_match(desk, plan, match)
    changed = desk.plans.replace(caller, plan, body.plan, body.version)
    return _json(changed, plan_tag(plan, changed.version))


@router.patch("/plans/{plan}")
def change_plan(
    response: Response, desk: TheDesk, caller: Redactor, plan: str, body: ChangedTracks, match: IfMatch = ""
) -> PlanSummary:
    """Change some of a version of a plan; 409, which says who has changed it, if that is not the newest."""
    _require_match(desk, plan, match)
    changed = PlanSummary(**desk.plans.change(caller, plan, body.changes, body.version))
    response.headers["ETag"] = plan_tag(plan, changed.version)
    return changed


@router.delete("/plans/{plan}", status_code=204)
def remove_plan(desk: TheDesk, caller: Redactor, plan: str) -> None:
    """Throw a plan away."""
    desk.plans.remove(caller, plan)


@router.get("/plans/{plan}/versions")
def list_plan_versions(desk: TheDesk, caller: Redactor, plan: str) -> PlanVersions:
    """Who has made which version of a plan, the newest first."""
    return PlanVersions(versions=[PlanVersion(**version) for version in desk.plans.versions(plan)])


@router.get("/plans/{plan}/versions/{version}", response_class=Response, responses=PLAN)
def get_plan_version(
    desk: TheDesk, caller: Redactor, plan: str, version: Annotated[int, Path(ge=1, le=MOST_NUMBER)]
) -> Response:
    """A plan as it was in a version."""
    return _json(desk.plans.version(caller, plan, version))


@router.post("/plans/{plan}/joined")
def join_tracks(desk: TheDesk, caller: Redactor, plan: str, body: JoinTracks) -> JoinedTracks:
    """What makes one of several tracks that are one passer-by, by place and time; the plan itself is not changed."""
    changes, joined = desk.plans.joined(plan, body.changes, body.tracks)
    return JoinedTracks(changes=changes, joined=joined)


@router.get("/plans/{plan}/tracks/{number}/picture", response_class=Response, responses=JPEG)
def get_track_picture(
    desk: TheDesk, caller: Redactor, plan: str, number: Annotated[int, Path(ge=-MOST_NUMBER, le=MOST_NUMBER)]
) -> Response:
    """What a track hides. The picture is made for this answer and kept nowhere."""
    return Response(desk.plan_views.track_picture(caller, plan, number), media_type="image/jpeg")


@router.get("/plans/{plan}/pictures", response_class=Response, responses=JPEG)
def get_track_pictures(
    desk: TheDesk, caller: Redactor, plan: str, tracks: Numbers, side: Annotated[int, Query(ge=16, le=256)] = 72
) -> Response:
    """What many tracks hide: one picture of squares side by side, in the order in which the tracks are named."""
    numbers = list(map(int, tracks.split(",")))
    return Response(desk.plan_views.track_pictures(caller, plan, numbers, side), media_type="image/jpeg")


@router.get("/plans/{plan}/frame", response_class=Response, responses=JPEG)
def get_hidden_frame(desk: TheDesk, caller: Redactor, plan: str, time: Time, side: Side = 1280) -> Response:
    """A frame as the copy will show it."""
    return _picture(desk.plan_views.hidden_frame(caller, plan, time, side))


@router.post("/plans/{plan}/frame", response_class=Response, responses=JPEG)
def try_hidden_frame(desk: TheDesk, caller: Redactor, plan: str, body: DraftFrame) -> Response:
    """A frame as the copy would show it if the plan were another; the header `Passerby-Time` is when it begins."""
    return _picture(
        desk.plan_views.hidden_frame(caller, plan, body.time, body.side, draft=body.plan, changes=body.changes)
    )


@router.post("/plans/{plan}/regions")
def try_hidden_regions(desk: TheDesk, caller: Redactor, plan: str, body: DraftStretch) -> Regions:
    """Where the copy hides something, moment by moment, for a stretch of time; or would, if the plan were another."""
    return Regions(**desk.plan_views.regions(plan, body.start, body.end, draft=body.plan, changes=body.changes))


@router.post("/plans/{plan}/follow")
def follow_box(desk: TheDesk, caller: Redactor, plan: str, body: Boxed) -> FollowedPath:
    """Follow what somebody has boxed to both ends of its shot; the plan itself is not changed."""
    return FollowedPath(**desk.plan_views.follow(plan, body.time, body.box))


@router.post("/plans/{plan}/copies", status_code=202)
def make_copy(desk: TheDesk, caller: Redactor, plan: str, body: MakeCopy, key: Key = "") -> Job:
    """Make a copy as the plan says, and audit it; the job's result names the copy."""
    return Job(**desk.jobs.ask_copy(caller, plan, body.name, key))


def _picture(frame: HiddenFrame) -> Response:
    return Response(frame.jpeg, media_type="image/jpeg", headers={"Passerby-Time": f"{frame.seconds!r}"})


def _require_match(desk: Desk, plan: str, condition: str) -> None:
    if condition:
        require_match(condition, plan_tag(plan, desk.plans.stored(plan).version))


def _json(plan: WrittenPlan, tag: str = "") -> Response:
    return Response(plan.text, media_type="application/json", headers={"ETag": tag} if tag else None)
