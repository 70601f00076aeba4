"""The log."""

from typing import Annotated

from fastapi import APIRouter, Query

from passerby.web.access import Admin, TheDesk
from passerby.web.api.account_documents import LogEntryDocument, LogPage
from passerby.web.api.documents import MOST_NUMBER

router = APIRouter(tags=["who may what"])


@router.get("/log")
def read_log(
    desk: TheDesk,
    caller: Admin,
    after: Annotated[int, Query(ge=0, le=MOST_NUMBER)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str, Query(pattern=r"^\d{0,15}$")] = "",
) -> LogPage:
    """Who did what, in order, page by page; ``after`` begins after the entry of a number."""
    count, last = desk.custody.head()
    entries = desk.custody.entries(int(cursor) if cursor else after, limit)
    end = entries[-1]["number"] if entries else count
    shown = [LogEntryDocument.model_validate(entry) for entry in entries]
    return LogPage(entries=shown, count=count, head=last, next=str(end) if end < count else None)
