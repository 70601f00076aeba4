"""The chain of custody of an item or a case: what the log has of it, the oldest first, with how the clock was then."""

from __future__ import annotations

import json
from dataclasses import dataclass

from passerby.dates import format_moment
from passerby.documents import Document
from passerby.store.audit_log import Detail, LogFilter, StoredEntry
from passerby.store.library import Store

MOST_LINKS = 1000  # that are told of one thing: the newest


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the log, as a link of a chain."""

    number: int  # in the log
    time: str  # ISO 8601, UTC
    clock: str  # whether a time server kept the clock right then; "" where that was not noted
    user: str
    action: str
    details: dict[str, Detail]
    hash: str

    @classmethod
    def of(cls, entry: StoredEntry) -> Link:
        details = json.loads(entry.details)
        clock = details.pop("clock", "")
        return cls(entry.number, format_moment(entry.time), clock, entry.user, entry.action, details, entry.hash)

    def document(self) -> Document:
        return {
            "number": self.number,
            "time": self.time,
            "clock": self.clock,
            "user": self.user,
            "action": self.action,
            "details": self.details,
            "hash": self.hash,
        }


def chain(store: Store, subject: str) -> tuple[Link, ...]:
    """What the log has of a subject: the id of a video, or ``collection:ID``."""
    newest = store.log.latest(MOST_LINKS, LogFilter(subject=subject))
    return tuple(Link.of(entry) for entry in reversed(newest))
