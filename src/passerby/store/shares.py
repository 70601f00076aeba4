"""Links by which people who are no users see copies: of the token in each only a hash is kept.

Times are microseconds of UTC. What changes more than one row is called within a transaction (Store.transaction).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Share:
    """One link."""

    number: int  # as the log names it
    label: str  # what its maker calls it; whoever has it reads that
    user: str  # who has made it
    password: str  # as Argon2 encodes its hash; "" for none
    most: int  # how often it may be opened; 0: as often as one likes
    opened: int  # how often it was
    created: int
    expires: int

    def is_open(self, now: int) -> bool:
        """Whether it may be opened once more."""
        return now < self.expires and (self.most == 0 or self.opened < self.most)


class ShareStore(Protocol):
    """The links of an open library. Every method raises StoreError, as those of Store do."""

    def add(self, hash_: str, share: Share, copies: Sequence[str]) -> int:
        """Keep one of these copies; its number, that of ``share`` is not looked at. Raises UnknownError for no copy."""

    def all(self) -> list[Share]:
        """The newest first, those that have ended too."""

    def by_hash(self, hash_: str) -> Share | None: ...

    def copies(self, share: int) -> list[str]:
        """The names of its copies that are still there."""

    def remove(self, share: int) -> None:
        """Raises UnknownError if there is none of this number."""

    def open(self, share: int, visit: str, expires: int, now: int) -> None:
        """Count that it was opened, by somebody who has a token of this hash now; visits that are over are dropped."""

    def visited(self, share: int, visit: str, now: int) -> bool:
        """Whether a hash is that of a token with which somebody has opened it, and may go on."""
