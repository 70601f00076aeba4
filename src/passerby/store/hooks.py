"""Addresses that are told when a job ends."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Hook:
    """An address, and the secret that what is sent to it is signed with."""

    id: str
    url: str
    secret: str
    created: float  # seconds since 1970, UTC


class HookStore(Protocol):
    """The addresses of a library."""

    def put(self, url: str) -> Hook:
        """Keep an address; its secret is made here."""

    def all(self) -> list[Hook]: ...

    def remove(self, hook: str) -> None: ...
