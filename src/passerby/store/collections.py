"""Collections of videos, and cases, which are collections too. A video may be in several."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredCollection:
    """A collection, or a case."""

    id: str
    name: str
    description: str
    is_case: bool
    user: str  # who made it
    created: float  # seconds since 1970
    videos: int  # in it; those in the trash are not counted


class CollectionStore(Protocol):
    """The collections of a library. Methods that take an id raise UnknownError if there is none with it."""

    def make(self, name: str, description: str, user: str, *, is_case: bool) -> str:
        """The id of a new one. Raises UsageError if there is one of that name."""

    def change(self, collection: str, name: str, description: str, *, is_case: bool) -> None:
        """Raises UsageError if there is another of that name."""

    def remove(self, collection: str) -> None:
        """Remove a collection; its videos stay in the library."""

    def get(self, collection: str) -> StoredCollection: ...

    def all(self) -> list[StoredCollection]:
        """All collections, by name."""

    def put(self, collection: str, videos: Sequence[str]) -> int:
        """Add videos, by their ids; how many were not in it before. Those that are not in the library are left out."""

    def take_out(self, collection: str, videos: Sequence[str]) -> int:
        """Have videos be in it no more; how many were."""

    def of(self, video: str) -> list[str]:
        """The ids of the collections that a video is in, by their names."""

    def admit(self, collection: str, user: str) -> None:
        """Let a user see a case; a second time changes nothing, nor does a name that is no user's."""

    def dismiss(self, collection: str, user: str) -> None:
        """Let a user see a case no more."""

    def people(self, collection: str) -> list[str]:
        """The users who may see a case, by name, besides admins."""

    def open_to(self, user: str) -> set[str]:
        """The ids of the cases that a user may see."""
