"""The log."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from passerby.evidence.custody import Custody, NamedEntry
from passerby.store.audit_log import LogFilter
from passerby.web.access import Admin, TheDesk
from passerby.web.api.account_documents import LogEntryDocument, LogPage, NamedLogEntry, NewestEntries
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


def _wanted(
    before: Annotated[int | None, Query(ge=1, le=MOST_NUMBER, description="Entries older than this one.")] = None,
    user: Annotated[str, Query(max_length=64)] = "",
    action: Annotated[str, Query(max_length=64)] = "",
    subject: Annotated[str, Query(max_length=200, description="The id of a video, or user:NAME and the like.")] = "",
) -> LogFilter:
    return LogFilter(before, user.strip(), action, subject.strip())


Wanted = Annotated[LogFilter, Depends(_wanted)]


@router.get("/log/latest")
def latest_log_entries(
    desk: TheDesk, caller: Admin, wanted: Wanted, limit: Annotated[int, Query(ge=1, le=1000)] = 50
) -> NewestEntries:
    """Who did what, the newest first, with the names of videos: those of a user, an action, a subject."""
    found = desk.custody.latest(limit, wanted)
    following = found[-1]["number"] if len(found) == limit else None
    return NewestEntries(entries=[NamedLogEntry.model_validate(entry) for entry in found], next=following)


@router.get("/log/csv", response_class=StreamingResponse)
def export_log(desk: TheDesk, caller: Admin, wanted: Wanted) -> StreamingResponse:
    """The same, all of it, as a table: CSV in UTF-8."""
    headers = {"Content-Disposition": 'attachment; filename="passerby-log.csv"'}
    return StreamingResponse(_lines(desk.custody, wanted), media_type="text/csv; charset=utf-8", headers=headers)


ROWS = 1000  # read at once
COLUMNS = ("number", "time", "user", "action", "subject", "name", "details", "previous", "hash")


def _lines(custody: Custody, wanted: LogFilter) -> Iterator[str]:
    yield _row(COLUMNS)
    before = wanted.before
    while True:
        found = custody.latest(ROWS, LogFilter(before, wanted.user, wanted.action, wanted.subject))
        yield "".join(map(_entry_row, found))
        if len(found) < ROWS:
            return
        before = found[-1]["number"]


def _entry_row(entry: NamedEntry) -> str:
    told = {**entry, "details": json.dumps(entry["details"], sort_keys=True)}
    return _row([_harmless(str(told[name])) for name in COLUMNS])


def _harmless(text: str) -> str:
    """``text`` as no program for tables takes it for a formula.

    >>> _harmless("=1+1"), _harmless("march.mp4")
    ("'=1+1", 'march.mp4')
    """
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
