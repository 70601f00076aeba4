"""What people say of redacted copies: who lets viewers see one, and what an audit took for a face and is nobody.

It goes with the copy, and so with its video (law 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from passerby.records import PixelBox


@dataclass(frozen=True, slots=True)
class Release:
    """Somebody's word that viewers may see a copy."""

    user: str
    time: float  # seconds since 1970, UTC


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """Somebody's word that nobody is to be seen in some leaks of a copy."""

    number: int
    reason: str
    user: str
    time: float  # seconds since 1970, UTC
    leaks: tuple[tuple[float, PixelBox], ...]  # their times in the video, rising, and their places


class CopyStore(Protocol):
    """Releases and answers of a library; copies are named as their folders are."""

    def release(self, copy: str, user: str) -> None:
        """Keep that viewers may see it, in place of what was kept before. Raises StoreError if there is none."""

    def withdraw(self, copy: str) -> None: ...

    def released(self, copy: str) -> Release | None: ...

    def answer(self, copy: str, reason: str, user: str, leaks: Sequence[tuple[float, PixelBox]]) -> None:
        """Keep an answer. Raises StoreError if there is no such copy."""

    def answers(self, copy: str) -> list[StoredAnswer]:
        """In the order in which they were given."""

    def retract(self, answer: int) -> None: ...
