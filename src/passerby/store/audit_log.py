"""The log of who did what: append-only, each entry with the hash of the one before.

The hash of an entry is the SHA-256 of the JSON of the list of its columns, ``hash`` left out, in ASCII and without
spaces. The first entry's ``previous`` is 64 noughts. Number and hash of the last one, the *head*, are kept apart
too, and a new entry follows the head, so that a tail that was cut off is missed for good. All of that tells of changes
by those who do not know how it is made, and of damage. Who can write the file and does know can write all of it anew;
against that only a head that is kept elsewhere helps (``find``).

Law 4: entries outlive the video that they are about, so they have no place for its content. Actions and the names of
details are closed lists, a subject is an id, a detail is a number, a yes or no, or a word of this program.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol, get_args

Action = Literal[
    # Who may what.
    "log_in", "log_in_failed", "log_out", "end_session", "add_user", "set_password", "set_role", "remove_user",
    "make_token", "revoke_token", "link_user",
    # What was seen.
    "search", "view", "view_original", "view_plan", "view_copy", "view_report",
    # What left the library, or was made to leave it.
    "export", "copy", "redact", "audit", "download", "share", "unshare", "open_share", "release", "withdraw",
    # What was changed.
    "add", "tag", "teach", "unteach", "look", "change_plan", "remove_plan", "remove_copy", "answer", "retract", "stop",
    "pull", "add_hook", "remove_hook", "forget", "describe", "trash", "restore", "make_collection",
    "change_collection", "remove_collection", "collect", "take_out", "comment",
    "remove_comment", "correct", "change_chapters", "admit", "dismiss",
    # What is done with evidence.
    "take", "hold", "lift", "verify",
    # What is watched.
    "add_source", "change_source", "remove_source", "view_live",
]  # fmt: skip
DetailName = Literal[
    "role", "scopes", "days", "format", "moment", "start", "end", "hits", "number", "copy", "style", "audio", "masked",
    "done", "job", "plan", "version", "model", "sessions", "record", "hold", "sealed", "faults",
    "clock", "case",
]  # fmt: skip
Detail = int | float | str | Sequence[str]
# "" of nothing or of the whole library, the id of a video, or what the library itself has named.
_SUBJECT = re.compile(
    r"|[0-9a-f]{64}|(user|token|share|job|hook|collection):[a-z0-9._@-]{1,64}|source:[A-Za-z0-9_-]{1,50}"
)
# A name, or who acts without one, such as "(console)".
_USER = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}|\([a-z]{1,32}\)")
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
NO_ENTRY = "0" * 64  # the hash "before" the first


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One line of the log."""

    number: int  # from 1, without gaps
    time: int  # microseconds of UTC
    user: str
    action: str
    subject: str
    details: str  # JSON
    previous: str  # hash of the entry before
    hash: str


@dataclass(frozen=True, slots=True)
class LogWord:
    """A part of who did something, of what, of the details or of the subject; or of what the subject is called."""

    text: str  # in small letters
    called: Sequence[str] = ()  # the subjects that are called so: the log has no names of its own


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries are wanted; "", None and () for all."""

    before: int | None = None  # the number of an entry
    user: str = ""
    action: str = ""
    subject: str = ""
    words: Sequence[LogWord] = ()  # all of them


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the log."""

    count: int  # of entries
    hash: str  # of the last


def entry_hash(columns: Sequence[object]) -> str:
    """The hash of an entry, from its other columns in the order of ``StoredEntry``."""
    # repr: a value of a type that no entry has, which somebody else must have put there.
    return sha256(json.dumps(columns, separators=(",", ":"), default=repr).encode()).hexdigest()


def require_harmless(user: str, action: str, subject: str, details: Mapping[str, Detail]) -> None:
    """Raise ValueError for what could be the content of a video (law 4)."""
    if not _USER.fullmatch(user):
        raise ValueError(f"expected a user's name, found {user!r}")
    if action not in get_args(Action):
        raise ValueError(f"expected an action of the log, found {action!r}")
    if not _SUBJECT.fullmatch(subject):
        raise ValueError(f"expected the id of a video, user:NAME, token:NUMBER or nothing, found {subject!r}")
    for name, value in details.items():
        if name not in get_args(DetailName):
            raise ValueError(f"expected a detail that the log has a place for, found {name!r}")
        words = [value] if isinstance(value, str) else [] if isinstance(value, int | float) else value
        if wrong := [word for word in words if not _WORD.fullmatch(word)]:
            raise ValueError(f"detail {name}: expected numbers, or words of small letters, found {wrong[0]!r}")


class LogStore(Protocol):
    """The log of an open library. Every method raises StoreError, as those of Store do."""

    def append(self, time: int, user: str, action: Action, subject: str, details: Mapping[str, Detail]) -> None:
        """Add an entry; within a transaction, so that it is there if and only if what it tells of is.

        Raises ValueError for what an entry has no place for.
        """

    def entries(self, after: int, limit: int) -> list[StoredEntry]:
        """At most ``limit`` entries, in order, from the one after number ``after``."""

    def latest(self, limit: int, wanted: LogFilter) -> list[StoredEntry]:
        """At most ``limit`` entries, the newest first."""

    def head(self) -> Head:
        """The end of the log as it was noted when the last entry was added."""

    def find(self, hash_: str) -> int | None:
        """The number of the entry with this hash, 0 for that of a log without entries; None if there is none."""

    def fault(self) -> str:
        """Where the chain breaks first, in words; empty if it does not."""
