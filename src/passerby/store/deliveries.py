"""Who is still to be told that a job has ended.

A delivery is kept from the moment its job ends until it has arrived or been tried for long enough. It goes with its
job, and so with the video (law 4), and with its address. What it tells is read from the job.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from passerby.store.hooks import Hook

# Seconds from a try to the next: more than a try takes, so that no other server of the library sends it meanwhile.
PAUSES = (30.0, 60.0, 300.0, 1800.0, 7200.0, 21600.0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One job's end to be told to one address; ``id`` is the same in every try."""

    id: str
    job: str
    hook: Hook
    attempt: int  # from 1


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What an address has not been told yet."""

    number: int  # of ends of jobs
    attempts: int  # the most that one of them has taken
    due: float  # of the next try, in seconds since 1970, UTC


class DeliveryStore(Protocol):
    """The deliveries of a library."""

    def take(self, besides: Collection[str] = ()) -> Delivery | None:
        """The one that has been due for longest, but for those to the addresses ``besides``.

        Until it is dropped it is due again after a pause, so that none is lost whoever is killed; after the last try
        it goes.
        """

    def undelivered(self) -> dict[str, Undelivered]:
        """What is still to be told, by the ids of the addresses."""

    def drop(self, delivery: str) -> None:
        """Remove one that has arrived."""
