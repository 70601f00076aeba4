"""Work that was asked for and is done later, by a process that may be killed at any point: nothing of it is lost.

A job is kept from the moment it is asked for. What a killed server was working on waits again when the next one
starts, however often; what may have killed it waits behind all others, and for ever longer, so that a server that is
started again can work. The jobs of a video go with it (law 4).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

JobStatus = Literal["waiting", "running", "stopping", "done", "failed", "cancelled"]
JobEnd = Literal["done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")
KEPT = 1000  # ended jobs; older ones go
CHANCE = 5  # how often a server may die while it works on a job, before the job is suspected to be why
PAUSE, LONGEST_PAUSE = 60, 3600  # seconds from one start of such a job to the next: the first, doubled each time


@dataclass(frozen=True, slots=True)
class StoredJob:
    """One job. Times are seconds since 1970 (UTC); 0 for what has not happened yet."""

    id: str
    kind: str
    request: dict[str, Any]
    video: str  # the id of the video that it is about; "" while that is not known, or for none
    caller: str  # who asked
    status: JobStatus
    step: str
    done: float
    total: float | None
    message: str
    result: dict[str, Any]
    attempts: int
    created: float
    started: float
    ended: float

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


class JobStore(Protocol):
    """The jobs of a library."""

    def put(self, kind: str, request: Mapping[str, Any], *, video: str = "", caller: str = "", key: str = "") -> str:
        """Keep a job that is to be done; its id. With a ``key`` that this caller has used before: that job's id.

        Raises UsageError if that job is another, ForgottenError if there is no such ``video``.
        """

    def get(self, job: str) -> StoredJob | None: ...

    def keyed(self, caller: str, key: str) -> StoredJob | None:
        """The job that a caller has asked for with a key."""

    def active(self) -> list[StoredJob]:
        """All that have not ended."""

    def latest(self, limit: int, *, before: str = "", video: str = "", active: bool = False) -> list[StoredJob]:
        """The newest jobs, newest first: those asked for before the job ``before``, about ``video``, not ended."""

    def counts(self) -> dict[str, int]:
        """How many jobs there are of each status."""

    def changes(self) -> int:
        """A number that is another one after any job has changed."""

    def take(self) -> StoredJob | None:
        """The job that has waited for longest, which runs from now on; None if none may run now."""

    def tell(self, job: str, step: str, done: float, total: float | None) -> None:
        """Keep how far a job is."""

    def end(
        self,
        job: str,
        status: JobEnd,
        message: str,
        result: Mapping[str, Any],
        video: str,
    ) -> None:
        """Keep how a job ended, and the video that it turned out to be about."""

    def stop(self, job: str) -> None:
        """Ask for the end of a job: one that waits ends now, one that runs is stopped by the process that runs it."""

    def erase(self, ended: Collection[str]) -> None:
        """Remove ended jobs without a trace: the next opening of the library sees to it that no byte is left."""

    def stopping(self) -> set[str]:
        """The jobs that run and are to end."""

    def again(self, job: str, tries: int) -> bool:
        """After its process has died: let a job wait again; False if it was begun ``tries`` times, or is to stop."""

    def put_back(self, job: str) -> None:
        """Let a job wait again that was ended for no fault of its own: that was no attempt."""

    def take_up(self) -> None:
        """After the server has died: nothing runs, so what ran waits again. That was no attempt."""
