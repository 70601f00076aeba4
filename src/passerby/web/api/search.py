"""Searching, and the labels that can be searched for."""

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response

from passerby.errors import UsageError
from passerby.searcher import AskedSearch
from passerby.web.access import TheDesk, Viewer
from passerby.web.api.responses import as_json
from passerby.web.api.search_documents import FoundKind, FoundLabel, FoundVideo, SearchAnswer, SearchFacetsDocument

router = APIRouter(tags=["search"])
# What the address of a search calls otherwise than `Library.search`, for notices.
SPELLED = {"on_screen": "text"}
T = TypeVar("T")


def _asked(
    words: Annotated[str, Query(max_length=2000, description='Words, "phrases", and times such as: after 10:00')] = "",
    label: Annotated[str | None, Query(max_length=200, description="A label, exactly.")] = None,
    text: Annotated[str, Query(max_length=2000, description="Words on screen.")] = "",
    said: Annotated[str, Query(max_length=2000, description="Words that are said.")] = "",
    like: Annotated[str | None, Query(max_length=200, description="VIDEO@SECONDS: what looks like it.")] = None,
    video: Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$", description="Only in this video.")] = None,
    recorded_after: Annotated[str | None, Query(max_length=40)] = None,
    recorded_before: Annotated[str | None, Query(max_length=40)] = None,
) -> AskedSearch:
    """What is asked for. Raises UsageError where that is nothing."""
    if like is not None and not re.fullmatch(r"[0-9a-f]{64}@[0-9]{1,9}(\.[0-9]{1,9})?", like):
        raise UsageError("like: expected the id of a video, @, and seconds")
    if not (words.strip() or text.strip() or said.strip() or label or like):
        raise UsageError("expected words, text, said, label or like to search for, found none")
    dates = recorded_after or None, recorded_before or None
    return AskedSearch(words, label or None, text, said, like, video, dates)


Asked = Annotated[AskedSearch, Depends(_asked)]


@router.get("/search", response_model=SearchAnswer)
async def search_moments(
    request: Request,
    desk: TheDesk,
    caller: Viewer,
    asked: Asked,
    limit: Annotated[int, Query(ge=1, le=200)] = 40,
    cursor: Annotated[str, Query(pattern=r"^\d{0,4}$", description="The `next` of the page before.")] = "",
) -> Response:
    """The moments that answer best, page by page."""
    start = int(cursor or 0)
    library = desk.library(caller)
    found = await _run(request, lambda: library.search(**asdict(asked), limit=limit, start=start))
    told = found.detailed_document(SPELLED)
    end = start + len(found)
    return as_json(told | {"next": str(start + limit) if found.more else None, "total": None if found.more else end})


@router.get("/search/facets")
async def count_search_facets(request: Request, desk: TheDesk, caller: Viewer, asked: Asked) -> SearchFacetsDocument:
    """How many moments answer in all, by what they may be narrowed, and what may be meant instead."""
    library = desk.library(caller)
    facets = await _run(request, lambda: library.search_facets(asked))
    return SearchFacetsDocument(
        moments=facets.moments,
        in_videos=facets.in_videos,
        videos=[FoundVideo(**video._asdict()) for video in facets.videos],
        kinds=[FoundKind(kind=kind, moments=moments) for kind, moments in facets.kinds],
        labels=[FoundLabel(label=label, moments=moments) for label, moments in facets.labels],
        near=list(facets.near),
    )


async def _run(request: Request, work: Callable[[], T]) -> T:
    """Do it in one of the threads of searches."""
    return await to_thread.run_sync(work, limiter=request.app.state.searches)
