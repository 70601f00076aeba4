"""A case as those see it who may: what is in it, who else sees it, and what holds it."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.callers import Caller
from passerby.case_access import CaseAccess
from passerby.dates import format_date
from passerby.documents import Document
from passerby.errors import UnknownError, UsageError
from passerby.store.collections import StoredCollection
from passerby.store.evidence import StoredHold
from passerby.store.library import Store


@dataclass(frozen=True, slots=True)
class Case:
    """A case, with counts of what is in it."""

    id: str
    name: str
    description: str
    made_by: str
    created: str  # ISO 8601, UTC
    items: int
    users: tuple[str, ...]  # who see it, besides admins
    holds: tuple[StoredHold, ...]  # on the case itself

    @classmethod
    def of(cls, store: Store, kept: StoredCollection) -> Case:
        return cls(
            kept.id,
            kept.name,
            kept.description,
            kept.user,
            format_date(int(kept.created)),
            len(store.evidence.all(kept.id)),
            tuple(store.collections.people(kept.id)),
            tuple(store.evidence.holds(case=kept.id)),
        )

    def document(self) -> Document:
        """As the API tells it."""
        return {
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "made_by": self.made_by,
            "created": self.created,
            "items": self.items,
            "users": list(self.users),
            "holds": [hold_document(hold) for hold in self.holds],
        }


def hold_document(hold: StoredHold) -> Document:
    """A hold, as ``evidence holds --json`` and the API tell it."""
    since = format_date(int(hold.since))
    return {
        "id": hold.id,
        "video": hold.video,
        "case": hold.case,
        "reason": hold.reason,
        "by": hold.user,
        "since": since,
    }


def cases(store: Store, caller: Caller) -> tuple[Case, ...]:
    """The cases that the caller sees, by name. Raises NotAllowedError."""
    caller.require("redact")
    return tuple(Case.of(store, kept) for kept in CaseAccess(store, caller).opened() if kept.is_case)


def known_case(store: Store, caller: Caller, name: str) -> StoredCollection:
    """The case of that id or name. Raises UsageError for none that the caller sees, NotAllowedError."""
    caller.require("redact")
    opened = CaseAccess(store, caller).opened()
    found = next((kept for kept in opened if name in (kept.id, kept.name)), None)
    if found is None:
        names = ", ".join(kept.name for kept in opened if kept.is_case) or "none yet"
        raise UnknownError(f"there is no case called {name!r}; there are: {names}")
    if not found.is_case:
        raise UsageError(f"{name}: expected a case, found a collection")
    return found


def admit(store: Store, caller: Caller, case: str, user: str) -> str:
    """Let a user see a case; the user's name. Raises UsageError for one that there is not, NotAllowedError."""
    caller.require("custody")
    found, known = known_case(store, caller, case), store.accounts.get(user.strip().lower())
    store.collections.admit(found.id, known.name)
    return known.name


def dismiss(store: Store, caller: Caller, case: str, user: str) -> None:
    """Let a user see a case no more. Raises UnknownError, NotAllowedError."""
    caller.require("custody")
    store.collections.dismiss(known_case(store, caller, case).id, user)
