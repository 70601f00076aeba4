"""Sources that are watched: describing them, how they are, what was recorded, and what they show now."""

import asyncio
from datetime import date
from email.utils import formatdate
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from passerby.streams.restream import PLAYLIST
from passerby.streams.zones import NAME
from passerby.web.access import Admin, TheDesk, Viewer
from passerby.web.api.entity_tags import is_known
from passerby.web.api.ranges import KEPT
from passerby.web.api.responses import JPEG, KNOWN, Responses
from passerby.web.api.source_documents import (
    DrawnZones,
    NewSource,
    SourceChange,
    SourceDay,
    SourceDocument,
    SourceList,
    SourceTest,
)

router = APIRouter(tags=["sources"])

SourceName = Annotated[str, Path(pattern=f"^{NAME.pattern}$", description="The name of a source.")]
PIECE = r"^(init-\d{1,9}\.mp4|part-\d{1,9}-\d{1,9}\.m4s|segment-\d{1,9}\.m4s)$"
WAIT_SECONDS, POLL_SECONDS = 4.0, 0.1  # for a part that is still to come
STREAM: Responses = {200: {"content": {PLAYLIST: {"schema": {"type": "string"}}}}}
MP4: Responses = {200: {"content": {"video/mp4": {"schema": {"type": "string", "format": "binary"}}}}}
HlsNumber = Annotated[int | None, Query(ge=0, le=10**9)]


@router.get("/sources")
def list_sources(desk: TheDesk, caller: Viewer) -> SourceList:
    """All sources, each with how it is now."""
    return SourceList(sources=[SourceDocument(**source) for source in desk.sources.all(caller)])


@router.post("/sources", status_code=201)
def add_source(desk: TheDesk, caller: Admin, body: NewSource) -> SourceDocument:
    """Have something watched: `passerby watch` takes it up. Files and folders lie under one of the server's roots."""
    return SourceDocument(**desk.sources.add(caller, body.model_dump()))


@router.post("/sources/test")
def test_source(desk: TheDesk, caller: Admin, body: NewSource) -> SourceTest:
    """Whether pictures come of a source, and of what size, within 15 s. None of them is shown or kept."""
    return SourceTest(**desk.sources.test(body.model_dump()))


@router.get("/sources/{source}")
def get_source(desk: TheDesk, caller: Viewer, source: SourceName) -> SourceDocument:
    """One source."""
    return SourceDocument(**desk.sources.get(caller, source))


@router.put("/sources/{source}")
def change_source(desk: TheDesk, caller: Admin, source: SourceName, body: SourceChange) -> SourceDocument:
    """Describe a source anew, but for its name."""
    return SourceDocument(**desk.sources.change(caller, source, body.model_dump()))


@router.delete("/sources/{source}", status_code=204)
def remove_source(desk: TheDesk, caller: Admin, source: SourceName) -> None:
    """Watch a source no more. What was recorded of it stays in the library."""
    desk.sources.remove(caller, source)


@router.put("/sources/{source}/zones")
def draw_zones(desk: TheDesk, caller: Admin, source: SourceName, body: DrawnZones) -> SourceDocument:
    """Give a source these zones, and these rules if there are any told."""
    told = body.model_dump()
    return SourceDocument(**desk.sources.draw(caller, source, told["zones"], told["rules"]))


@router.get("/sources/{source}/segments")
def list_segments(
    desk: TheDesk,
    caller: Viewer,
    source: SourceName,
    day: Annotated[date | None, Query(description="By the source's own clock; today if it is left out.")] = None,
) -> SourceDay:
    """What was recorded on a day, in its order, with the gaps before."""
    return SourceDay(**desk.sources.day(source, day))


@router.get("/sources/{source}/preview", response_class=Response, responses=JPEG | KNOWN)
def get_preview(request: Request, desk: TheDesk, caller: Viewer, source: SourceName) -> Response:
    """The latest picture, people hidden: another one each second. `Last-Modified` says when it was made."""
    jpeg, written = desk.sources.preview(source)
    headers = KEPT | {"ETag": f'"{sha256(jpeg).hexdigest()[:32]}"', "Last-Modified": formatdate(written, usegmt=True)}
    if is_known(request.headers, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(jpeg, media_type="image/jpeg", headers=headers)


@router.get("/sources/{source}/stream/index.m3u8", response_class=Response, responses=STREAM)
async def get_stream(
    request: Request,
    desk: TheDesk,
    caller: Viewer,
    source: SourceName,
    segment: Annotated[HlsNumber, Query(alias="_HLS_msn", description="Wait until this segment is there,")] = None,
    part: Annotated[HlsNumber, Query(alias="_HLS_part", description="and this part of it.")] = None,
) -> Response:
    """The hidden stream of a source that offers it, as low-latency HLS (RFC 8216bis)."""
    restream = await run_in_threadpool(desk.sources.restream, caller, source)
    if segment is not None:
        waited, closing = 0.0, request.app.state.closing
        while (
            waited < WAIT_SECONDS
            and not closing.is_set()
            and not await run_in_threadpool(restream.has, segment, part or 0)
        ):
            await asyncio.sleep(POLL_SECONDS)
            waited += POLL_SECONDS
    return Response(await run_in_threadpool(restream.playlist), media_type=PLAYLIST)


@router.get("/sources/{source}/stream/{piece}", response_class=Response, responses=MP4)
def get_stream_piece(
    desk: TheDesk, caller: Viewer, source: SourceName, piece: Annotated[str, Path(pattern=PIECE)]
) -> Response:
    """A piece that the playlist names."""
    return Response(desk.sources.restream(caller, source).piece(piece), media_type="video/mp4")
