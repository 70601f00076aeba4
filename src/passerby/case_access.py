"""Who sees a case: admins, and the users who are named to it; collections that are no cases are for all."""

from __future__ import annotations

from dataclasses import dataclass

from passerby.callers import Caller
from passerby.errors import UnknownError
from passerby.store.collections import StoredCollection
from passerby.store.library import Store


@dataclass(frozen=True, slots=True)
class CaseAccess:
    """What one caller sees of the collections of an open library."""

    store: Store
    caller: Caller

    def opened(self) -> list[StoredCollection]:
        """The collections that the caller sees, by name."""
        known = self.store.collections.all()
        if self.caller.may_do("admin"):
            return known
        mine = self.store.collections.open_to(self.caller.name)
        return [kept for kept in known if not kept.is_case or kept.id in mine]

    def get(self, collection: str) -> StoredCollection:
        """One by its id. Raises UnknownError, for a case that the caller does not see as for none."""
        found = next((kept for kept in self.opened() if kept.id == collection), None)
        if found is None:
            raise UnknownError(f"there is no collection with the id {collection} (any more)")
        return found

    def of(self, video: str) -> list[StoredCollection]:
        """Those that a video is in, by name."""
        ids = {*self.store.collections.of(video)}
        return [kept for kept in self.opened() if kept.id in ids]

    def sees_item(self, video: str) -> bool:
        """Whether the caller sees an item of evidence: one of a case of theirs, or with ``custody`` one of no case."""
        if self.caller.may_do("admin"):
            return True
        kept = [self.store.collections.get(collection) for collection in self.store.collections.of(video)]
        if not any(each.is_case for each in kept):
            return self.caller.may_do("custody")
        return self.caller.may_do("redact") and any(each.is_case for each in self.of(video))
