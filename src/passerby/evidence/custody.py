"""The log of a library: the one door through which every use of a video is noted.

What does something with a video notes it: the library, the redaction and the parts of the service, never the doors
(command line, API, MCP) by which that was asked for. Those say who asks, and so cannot forget it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypedDict

from passerby.batching import Batching
from passerby.callers import CONSOLE, Caller
from passerby.dates import Clock, format_moment, utc_now
from passerby.evidence import log_table
from passerby.recent_events import RecentEvents
from passerby.store.audit_log import Action, Detail, LogFilter, LogWord, StoredEntry
from passerby.store.library import Store, is_library, may_be_written, open_store
from passerby.store.listing import VideoFilter

TABLE_ROWS = 1000  # that are read at once
HOURLY = 60 * 60 * 1_000_000  # microseconds


class LogEntry(TypedDict):
    """An entry as in ``log --json``."""

    number: int  # from 1, without gaps
    time: str  # ISO 8601, UTC, to the microsecond
    user: str
    action: str
    subject: str
    details: dict[str, Detail]
    previous: str  # hash of the entry before
    hash: str


class NamedEntry(LogEntry):
    """The same with the name of the video that it is about; "" for none, and for one that is not here any more."""

    name: str


@dataclass(frozen=True, slots=True)
class _Noted:
    caller: str
    action: Action
    subject: str
    details: dict[str, Detail]


class Custody:
    """Keeps the log of a library, and tells of it. Opens its database for each call, so that it may be kept for long.

    Every method raises StoreError if the library cannot be read or written: what cannot be noted is not shown. Where
    there is no library, there is no log, and nothing is noted.
    """

    def __init__(self, address: str, clock: Clock = utc_now) -> None:
        """``address`` is the library's."""
        self._address = address
        self._clock = clock
        self._batching = Batching(self._append)
        self._recent = RecentEvents(HOURLY)

    def has_log(self) -> bool:
        """Whether there is a library, and so a log."""
        return is_library(self._address)

    def note(self, caller: Caller, action: Action, subject: str = "", **details: Detail) -> None:
        """Add an entry to the log. ``subject`` is the id of a video, ``kind:name`` of what the library named, or "".

        Raises ValueError for an action, a subject or a detail that the log has no place for: see store/audit_log.py.
        It is on the disk when this returns; entries of several threads at once wait for the disk together.

        Whoever sits at the machine may read a library that may not be written, such as a backup, without an entry:
        its files are open to them as they are. Nobody else may.
        """
        if caller == CONSOLE and not may_be_written(self._address):
            return
        if self.has_log():
            self._batching.put(_Noted(caller.name, action, subject, details))

    def note_hourly(self, caller: Caller, action: Action, subject: str, **details: Detail) -> None:
        """As ``note``, for what is asked for in many pieces: once an hour for each session, or anew after a restart."""
        what = (caller.name, caller.session, action, subject, json.dumps(details, sort_keys=True))
        now = self._clock()
        if not self._recent.has(what, now):
            self.note(caller, action, subject, **details)
            self._recent.add(what, now)  # not before: nothing is shown whose entry is not on the disk

    def note_file(self, caller: Caller, action: Action, sha256: str, **details: Detail) -> None:
        """As ``note``, of a file by its hash; a file that is no video of the library leaves no entry in its log."""
        if self.has_log() and self._is_kept(sha256):
            self.note(caller, action, sha256, **details)

    def entries(self, after: int = 0, limit: int = 100) -> list[LogEntry]:
        """At most ``limit`` entries, in order, from the one after number ``after``."""
        with self._open() as store:
            return [_shown(entry) for entry in store.log.entries(after, limit)]

    def newest(
        self,
        limit: int = 100,
        *,
        before: int | None = None,
        user: str = "",
        action: str = "",
        subject: str = "",
        words: str = "",
    ) -> list[NamedEntry]:
        """At most ``limit`` entries, the newest first, with the names of their videos.

        Only those ``before`` the entry of that number, and of that user, action and subject, where these are told. Each
        of ``words`` is in who, what, the details, the subject, or the name of that video or collection.
        """
        with self._open() as store:
            called = [LogWord(word, _called(store, word)) for word in words.casefold().split()]
            found = store.log.latest(limit, LogFilter(before, user.strip(), action, subject.strip(), called))
            names = {video.id: video.name for video in store.videos.with_ids({entry.subject for entry in found})}
            return [{**_shown(entry), "name": names.get(entry.subject, "")} for entry in found]

    def table(
        self, *, before: int | None = None, user: str = "", action: str = "", subject: str = "", words: str = ""
    ) -> Iterator[str]:
        """All of these entries as CSV, in pieces."""
        yield log_table.header()
        while True:
            found = self.newest(TABLE_ROWS, before=before, user=user, action=action, subject=subject, words=words)
            yield log_table.lines_of(found)
            if len(found) < TABLE_ROWS:
                return
            before = found[-1]["number"]

    def head(self) -> tuple[int, str]:
        """How many entries there are, and the hash of the last: to be kept elsewhere, and compared later."""
        with self._open() as store:
            head = store.log.head()
            return head.count, head.hash

    def fault(self, known: str | None = None) -> str:
        """What is wrong with the log, in words; empty if nothing is.

        ``known`` is the hash of its end at an earlier time: it must still be in the chain.
        """
        with self._open() as store:
            fault = store.log.fault()
            if not fault and known is not None and store.log.find(known) is None:
                fault = f"no entry of the log has the hash {known}: it was written anew since, or is another library's"
            return fault

    def _append(self, noted: Sequence[_Noted]) -> None:
        with self._open() as store, store.transaction():
            for one in noted:
                store.log.append(self._clock(), one.caller, one.action, one.subject, one.details)

    def _is_kept(self, video_id: str) -> bool:
        with self._open() as store:
            return store.sink.video(video_id) is not None  # also in the trash: what is done with its file is noted

    def _open(self) -> Store:
        return open_store(self._address, create=False)


class NotedBefore(Custody):
    """For the process of a job: what it does was noted when somebody asked for it, and leaves no second entry."""

    def has_log(self) -> bool:
        return False


def _called(store: Store, word: str) -> list[str]:
    """The subjects of the log that are called so."""
    collections = [f"collection:{each.id}" for each in store.collections.all() if word in each.name.casefold()]
    return [*store.listing.ids(VideoFilter(named=word), "added"), *collections]


def _shown(entry: StoredEntry) -> LogEntry:
    return {
        "number": entry.number,
        "time": format_moment(entry.time),
        "user": entry.user,
        "action": entry.action,
        "subject": entry.subject,
        "details": json.loads(entry.details),
        "previous": entry.previous,
        "hash": entry.hash,
    }
