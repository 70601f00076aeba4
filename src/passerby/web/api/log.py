"""The log."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from passerby.web.access import Admin, TheDesk
from passerby.web.api.documents import MOST_NUMBER

router = APIRouter(tags=["who may what"])


@router.get("/log")
def log(
    desk: TheDesk,
    caller: Admin,
    after: Annotated[int, Query(ge=0, le=MOST_NUMBER)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Who did what, from the entry after the number ``after``."""
    count, last = desk.custody.head()
    return {"entries": desk.custody.entries(after, limit), "count": count, "head": last}
