"""Searching, and the labels that can be searched for."""

import re
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response

from passerby.errors import UsageError
from passerby.web.access import TheDesk, Viewer
from passerby.web.api.responses import as_json
from passerby.web.api.search_documents import SearchAnswer

router = APIRouter(tags=["search"])
# What the address of a search calls otherwise than `Library.search`, for notices.
SPELLED = {"on_screen": "text"}


@router.get("/search", response_model=SearchAnswer)
async def search_moments(
    request: Request,
    desk: TheDesk,
    caller: Viewer,
    words: Annotated[str, Query(max_length=2000, description='Words, "phrases", and times such as: after 10:00')] = "",
    label: Annotated[str | None, Query(max_length=200, description="A label, exactly.")] = None,
    text: Annotated[str, Query(max_length=2000, description="Words on screen.")] = "",
    said: Annotated[str, Query(max_length=2000, description="Words that are said.")] = "",
    like: Annotated[str | None, Query(max_length=200, description="VIDEO@SECONDS: what looks like it.")] = None,
    video: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$", description="Only in this video.")] = None,
    recorded_after: Annotated[str | None, Query(max_length=40)] = None,
    recorded_before: Annotated[str | None, Query(max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 40,
    cursor: Annotated[str, Query(pattern=r"^\d{0,4}$", description="The `next` of the page before.")] = "",
) -> Response:
    """The moments that answer best, page by page."""
    # More than 10 parameters: each is a part of the query in the address
    if like is not None and not re.fullmatch(r"[0-9a-f]{64}@[0-9]{1,9}(\.[0-9]{1,9})?", like):
        raise UsageError("like: expected the id of a video, @, and seconds")
    if not (words.strip() or text.strip() or said.strip() or label or like):
        raise UsageError("expected words, text, said, label or like to search for, found none")
    find = partial(
        desk.library(caller).search,
        words,
        label=label or None,
        on_screen=text,
        said=said,
        like=like,
        video=video,
        recorded=(recorded_after or None, recorded_before or None),
        limit=limit,
        start=(start := int(cursor or 0)),
    )
    found = await to_thread.run_sync(find, limiter=request.app.state.searches)
    told = found.detailed_document(SPELLED)
    end = start + len(found)
    return as_json(told | {"next": str(start + limit) if found.more else None, "total": None if found.more else end})
