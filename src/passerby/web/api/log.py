"""The log."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from passerby.web.access import Admin, TheDesk
from passerby.web.api.account_documents import LogEntryDocument, LogPage, NamedLogEntry, NewestEntries
from passerby.web.api.documents import MOST_NUMBER
from passerby.web.api.responses import CSV

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


class LogQuery(BaseModel):
    """Which entries are wanted; of what is left empty, all."""

    before: int | None = Field(None, ge=1, le=MOST_NUMBER, description="Entries older than the one of this number.")
    user: str = Field("", max_length=64)
    action: str = Field("", max_length=64)
    subject: str = Field("", max_length=200, description="The id of a video, or `user:NAME` and the like.")
    words: str = Field(
        "",
        max_length=200,
        description="Each a part of the user, the action, the details or the subject, or of what that video or "
        "collection is called.",
        examples=["bea march.mp4"],
    )


class NewestQuery(LogQuery):
    limit: int = Field(50, ge=1, le=1000)
    cursor: str = Field("", pattern=r"^\d{0,15}$", description="The `next` of the page before.")


@router.get("/log/latest")
def list_latest_log_entries(desk: TheDesk, caller: Admin, query: Annotated[NewestQuery, Query()]) -> NewestEntries:
    """Who did what, the newest first, with the names of videos: all, or those of a user, an act, words."""
    asked = query.model_dump(exclude={"limit", "cursor", "before"})
    before = int(query.cursor) if query.cursor else query.before
    found = desk.custody.newest(query.limit + 1, before=before, **asked)
    shown = [NamedLogEntry.model_validate(entry) for entry in found[: query.limit]]
    return NewestEntries(entries=shown, next=str(shown[-1].number) if len(found) > query.limit else None)


@router.get("/log/csv", response_class=StreamingResponse, responses=CSV)
def export_log(desk: TheDesk, caller: Admin, query: Annotated[LogQuery, Query()]) -> StreamingResponse:
    """The same, all of it, as a table: CSV in UTF-8."""
    headers = {"Content-Disposition": 'attachment; filename="passerby-log.csv"'}
    table = desk.custody.table(**query.model_dump())
    return StreamingResponse(table, media_type="text/csv; charset=utf-8", headers=headers)
