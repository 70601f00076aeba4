"""Jobs, live."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from passerby.errors import StoreError
from passerby.web.access import Redactor, TheDesk, Writer, caller_or_none
from passerby.web.api.documents import Job, JobList
from passerby.web.guard import DOCUMENT_POLICY

router = APIRouter(tags=["jobs"])

POLL_SECONDS = 0.1
PING_SECONDS = 15.0
SHOWN = 50  # jobs in a stream of changes


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


@router.get("/jobs")
def list_jobs(
    desk: TheDesk,
    caller: Writer,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[str, Query(pattern=r"^[0-9a-f]{0,16}$", description="Jobs older than this one.")] = "",
    cursor: Annotated[str, Query(pattern=r"^[0-9a-f]{0,16}$", description="The `next` of the page before.")] = "",
    video: Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")] = "",
    active: bool = False,
) -> JobList:
    """The newest jobs, newest first, page by page."""
    found = desk.jobs.latest(limit=limit + 1, before=cursor or before, video=video, active=active)
    shown = [Job(**job) for job in found[:limit]]
    return JobList(jobs=shown, next=shown[-1].id if len(found) > limit else None)


@router.get("/jobs/events", response_class=EventStream)
async def stream_jobs(request: Request, desk: TheDesk, caller: Writer) -> EventStream:
    """The newest jobs whenever one changes, as server-sent events named ``jobs``."""

    async def changes() -> AsyncIterator[str]:
        seen, quiet = -1, 0.0
        closing: asyncio.Event = request.app.state.closing
        while not closing.is_set() and not await request.is_disconnected():
            now = desk.job_changes.number
            if now != seen:
                try:
                    asks = await caller_or_none(request)  # a session may have ended, or a role been changed
                    if asks is None or not asks.may_do("write"):
                        return
                    found = await run_in_threadpool(lambda: desk.jobs.latest(limit=SHOWN))
                except StoreError:  # it is asked again until the library is there
                    quiet = PING_SECONDS
                else:
                    seen, quiet = now, 0.0
                    yield f"event: jobs\nid: {now}\ndata: {json.dumps({'jobs': found})}\n\n"
            if quiet >= PING_SECONDS:
                quiet = 0.0
                yield ": still here\n\n"
            with suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), POLL_SECONDS)
            quiet += POLL_SECONDS

    return EventStream(changes(), headers={"X-Accel-Buffering": "no"})


@router.get("/jobs/{job}")
def get_job(desk: TheDesk, caller: Writer, job: str) -> Job:
    """How a job is."""
    return Job(**desk.jobs.get(job))


@router.delete("/jobs/{job}", status_code=202)
def stop_job(desk: TheDesk, caller: Writer, job: str) -> Job:
    """Stop a job: within two seconds its processes are gone, and what they began to write."""
    return Job(**desk.jobs.stop(caller, job))


@router.post("/jobs/{job}/retry", status_code=202)
def retry(desk: TheDesk, caller: Writer, job: str) -> Job:
    """Ask again for a job that has failed or was stopped: a new one, which waits for its turn."""
    return Job(**desk.jobs.retry(caller, job))


@router.get("/jobs/{job}/report", response_class=HTMLResponse)
def get_job_report(desk: TheDesk, caller: Redactor, job: str) -> HTMLResponse:
    """The page of an audit, with pictures of what shows; kept until the server is started anew."""
    return HTMLResponse(desk.jobs.report(caller, job), headers={"Content-Security-Policy": DOCUMENT_POLICY})
