"""Searches that people keep, each their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """What somebody asks again and again."""

    id: str
    name: str
    asked: Mapping[str, str]  # as the address of a search tells it
    created: float  # seconds since 1970


class SearchStore(Protocol):
    """The searches that people keep. One that names a video goes with it."""

    def put(self, user: str, name: str, asked: Mapping[str, str]) -> str:
        """Keep a search, in the place of that user's of that name; its id."""

    def of(self, user: str) -> list[KeptSearch]:
        """Those of a user, by name."""

    def remove(self, user: str, search: str) -> None:
        """Raises UnknownError if the user has no such search."""
