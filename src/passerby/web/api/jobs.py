"""Jobs, live; models, which jobs fetch; and addresses that are told when jobs end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from passerby.web.access import Admin, Reader, Redactor, TheDesk, Writer, caller_or_none
from passerby.web.api.documents import Job, JobList, NewHook
from passerby.web.api.videos import Key
from passerby.web.guard import DOCUMENT_POLICY
from passerby.web.noted import noted

router = APIRouter(tags=["jobs"])

POLL_SECONDS = 0.3
PING_SECONDS = 15.0
SHOWN = 50  # jobs in a stream of changes


@router.get("/jobs")
def jobs(
    desk: TheDesk,
    caller: Writer,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    before: Annotated[str, Query(pattern=r"^[0-9a-f]{0,16}$", description="Jobs older than this one.")] = "",
    video: Annotated[str, Query(pattern=r"^([0-9a-f]{64})?$")] = "",
    active: bool = False,
) -> JobList:
    """The newest jobs, newest first."""
    found = desk.jobs.latest(limit=limit, before=before, video=video, active=active)
    return JobList(jobs=[Job(**job) for job in found])


@router.get("/jobs/events", response_class=StreamingResponse)
async def events(request: Request, desk: TheDesk, caller: Writer) -> StreamingResponse:
    """The newest jobs whenever one changes, as server-sent events named ``jobs``."""

    async def changes() -> AsyncIterator[str]:
        seen, quiet = -1, 0.0
        closing: asyncio.Event = request.app.state.closing
        while not closing.is_set() and not await request.is_disconnected():
            now = await run_in_threadpool(desk.jobs.changes)
            if now != seen:
                asks = await caller_or_none(request)  # a session may have ended, or a role been changed, since it began
                if asks is None or not asks.may_do("write"):
                    return
                seen, quiet = now, 0.0
                found = await run_in_threadpool(lambda: desk.jobs.latest(limit=SHOWN))
                yield f"event: jobs\nid: {now}\ndata: {json.dumps({'jobs': found})}\n\n"
            elif quiet >= PING_SECONDS:
                quiet = 0.0
                yield ": still here\n\n"
            with suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), POLL_SECONDS)
            quiet += POLL_SECONDS

    return StreamingResponse(changes(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@router.get("/jobs/{job}")
def one_job(desk: TheDesk, caller: Writer, job: str) -> Job:
    """How a job is."""
    return Job(**desk.jobs.get(job))


@router.delete("/jobs/{job}", status_code=202)
@noted("stop", details=lambda asked, answer: {"job": asked["job"]})
def stop(desk: TheDesk, caller: Writer, job: str) -> Job:
    """Stop a job: within two seconds its processes are gone, and what they began to write."""
    desk.jobs.stop(job)
    return Job(**desk.jobs.get(job))


@router.get("/jobs/{job}/report", response_class=HTMLResponse)
@noted("view_report", hourly=True)
def report(desk: TheDesk, caller: Redactor, job: str) -> HTMLResponse:
    """The page of an audit, with pictures of what shows; kept until the server is started anew."""
    text = desk.jobs.report(job).read_text("utf-8")
    return HTMLResponse(text, headers={"Content-Security-Policy": DOCUMENT_POLICY})


@router.get("/models", tags=["models"])
def models(desk: TheDesk, caller: Reader) -> dict[str, Any]:
    """The models of the catalog, as ``passerby models list --json``."""
    return {"models": [model.document() for model in desk.library.models.list()]}


@router.post("/models/{name}", status_code=202, tags=["models"])
@noted("pull", details=lambda asked, job: {"model": asked["name"], "job": job.id})
def pull(desk: TheDesk, caller: Admin, name: str, key: Key = "") -> Job:
    """Fetch a model of the catalog."""
    return Job(**desk.jobs.ask_pull(name, caller.name, key))


@router.get("/hooks", tags=["webhooks"])
def hooks(desk: TheDesk, caller: Admin) -> dict[str, Any]:
    """The addresses that are told when a job ends."""
    return {"hooks": desk.webhooks.every()}


@router.post("/hooks", status_code=201, tags=["webhooks"])
@noted("add_hook", of=lambda asked, hook: f"hook:{hook['id']}")
def add_hook(desk: TheDesk, caller: Admin, asked: NewHook) -> dict[str, Any]:
    """Have an address told when a job ends, signed with the ``secret`` that is told here and never again."""
    return desk.webhooks.add(asked.url)


@router.delete("/hooks/{hook}", status_code=204, tags=["webhooks"])
@noted("remove_hook")
def remove_hook(desk: TheDesk, caller: Admin, hook: str) -> None:
    """Tell an address no more."""
    desk.webhooks.remove(hook)
