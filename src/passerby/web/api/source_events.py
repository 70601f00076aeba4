"""What is told of watched sources: events, live too, and numbers by the hour."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool

from passerby.errors import StoreError, UsageError
from passerby.service.source_events import NumberedEvent, SourceEvents
from passerby.streams.zones import NAME
from passerby.web.access import TheDesk, Viewer, caller_or_none
from passerby.web.api.jobs import PING_SECONDS, EventStream
from passerby.web.api.source_documents import CountList, EventDocument, EventPage
from passerby.web.api.watched_sources import SourceName

router = APIRouter(tags=["sources"])

POLL_SECONDS = 0.5
UnixSeconds = Annotated[float | None, Query(ge=0, le=1e11, description="Seconds since 1970.")]


@router.get("/sources/{source}/events", response_model_exclude_unset=True)
def list_events(
    desk: TheDesk,
    caller: Viewer,
    source: SourceName,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str, Query(pattern=r"^\d{0,15}$", description="The `next` of the page before.")] = "",
) -> EventPage:
    """What was told of a source, the latest first, page by page."""
    found = desk.source_events.latest(source, limit=limit + 1, before=int(cursor or 0))
    shown = found[:limit]
    more = str(shown[-1][0]) if len(found) > limit else None
    return EventPage(events=[EventDocument(**document) for _, document in shown], next=more)


@router.get("/sources/{source}/counts")
def list_counts(
    desk: TheDesk,
    caller: Viewer,
    source: SourceName,
    day: Annotated[date | None, Query(description="By the source's own clock; today if nothing is asked for.")] = None,
    start: UnixSeconds = None,
    end: UnixSeconds = None,
) -> CountList:
    """How many people and vehicles there were in each zone in each hour of a day, or from `start` up to `end`."""
    if (start is None) != (end is None) or (day and start is not None):
        raise UsageError("expected day, or start and end, or nothing")
    return CountList(**desk.source_events.counts(source, day, start, end))


@router.get("/events", response_class=EventStream)
async def stream_events(
    request: Request,
    desk: TheDesk,
    caller: Viewer,
    source: Annotated[str, Query(pattern=f"^({NAME.pattern})?$", description="Only of this source.")] = "",
    last_event_id: Annotated[str, Header(pattern=r"^\d{0,15}$")] = "",
) -> EventStream:
    """What is told of watched sources from now on, as server-sent events named ``events``; with `Last-Event-ID`, from
    that one on.
    """

    async def changes() -> AsyncIterator[str]:
        seen = int(last_event_id) if last_event_id else None
        quiet = PING_SECONDS  # so that something comes at once
        closing: asyncio.Event = request.app.state.closing
        while not closing.is_set() and not await request.is_disconnected():
            with suppress(StoreError):  # it is asked again until the library is there
                seen, found = await run_in_threadpool(_news, desk.source_events, source, seen)
                if found:
                    asks = await caller_or_none(request)  # a session may have ended, or a role been changed
                    if asks is None or not asks.may_do("read"):
                        return
                    quiet = 0.0
                    told = json.dumps({"events": [document for _, document in found]})
                    yield f"event: events\nid: {seen}\ndata: {told}\n\n"
            if quiet >= PING_SECONDS:
                quiet = 0.0
                yield ": still here\n\n"
            with suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), POLL_SECONDS)
            quiet += POLL_SECONDS

    return EventStream(changes(), headers={"X-Accel-Buffering": "no"})


def _news(events: SourceEvents, source: str, seen: int | None) -> tuple[int, list[NumberedEvent]]:
    """The number of the newest event, and what came since one was seen; None: since now."""
    if seen is None:
        return events.newest(source), []
    found = events.after(source, seen)
    return (found[-1][0] if found else seen), found
