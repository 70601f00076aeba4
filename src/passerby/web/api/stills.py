"""Pictures: sent, and given back with what was asked for hidden."""

import json
import mimetypes
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from passerby.redact.plan.kinds import Kind
from passerby.redact.plan.policy import Shape, Style
from passerby.service.stills import HiddenStill
from passerby.web.access import Redactor, TheDesk

router = APIRouter(tags=["redaction"])

_PICTURE = {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}, "required": True}
Zones = Annotated[
    list[Annotated[str, Field(max_length=100)]], Query(max_length=200, description="Places: X1,Y1,X2,Y2.")
]


@router.post(
    "/stills",
    response_class=Response,
    responses={200: {"content": {"image/*": {}}}},
    openapi_extra={"requestBody": _PICTURE},
)
async def redact_still(
    request: Request,
    desk: TheDesk,
    caller: Redactor,
    name: Annotated[str, Query(min_length=1, max_length=255, examples=["march.jpg"])],
    hide: Annotated[list[Kind], Query(max_length=10)] = ["faces"],  # noqa: B006 - FastAPI copies it
    zones: Zones = [],  # noqa: B006
    style: Style = "solid",
    shape: Shape = "box",
) -> Response:
    """A picture with things hidden in it, without its metadata; the header `Passerby-Summary` says what was done.

    Nothing of it is kept.
    """
    content = await request.body()

    def work() -> HiddenStill:
        return desk.stills.redact(caller, name, content, hide=hide, zones=zones, style=style, shape=shape)

    made = await run_in_threadpool(work)
    kind = mimetypes.guess_type(made.name)[0] or "application/octet-stream"
    return Response(made.content, media_type=kind, headers={"Passerby-Summary": json.dumps(made.summary)})
