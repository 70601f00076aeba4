"""Where users are reached by mail, of what they want to hear, and what is still to be told them.

What is to be told is a job's end or a comment that mentions somebody: its row alone, so that a mail goes with it, and
so with its video (law 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

# Seconds from a try to the next: more than a try takes, so that no other server of the library sends it meanwhile.
PAUSES = (60.0, 300.0, 1800.0, 7200.0, 21600.0)

Wanted = Literal["job_done", "job_failed", "leak", "mention"]


@dataclass(frozen=True, slots=True)
class Contact:
    """How one user is reached."""

    user: str
    mail: str  # "" for nowhere
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class DueMail:
    """One thing to be told to one user; ``id`` is the same in every try."""

    id: str
    contact: Contact
    job: str  # "" for a comment
    by: str  # of a comment: who has written it
    video: str  # of a comment
    attempt: int  # from 1


class ContactStore(Protocol):
    """The contacts of the users of a library, and the mails that are due."""

    def of(self, user: str) -> Contact:
        """That of a user; one without an address where none is kept."""

    def put(self, user: str, mail: str, wanted: Sequence[Wanted]) -> None:
        """Keep it in place of another one. Raises UsageError if there is no such user."""

    def take(self) -> DueMail | None:
        """The mail that has been due for longest; until it is dropped it is due again, six times in all."""

    def drop(self, mail: str) -> None:
        """Remove one that was sent."""
