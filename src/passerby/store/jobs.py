"""Work that was asked for and is done later, by a process that may be killed at any point: nothing of it is lost.

A job is kept from the moment it is asked for. Who takes one has a claim on it, for as long as a lease that is renewed:
when the lease is over others may take the job up, and with an old claim nothing more can be written about it. What a
killed server was working on waits again, however often; what may have killed it waits behind all others, and for ever
longer, so that a server that is started again can work. The jobs of a video go with it (law 4).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

JobStatus = Literal["waiting", "running", "stopping", "done", "failed", "cancelled"]
JobEnd = Literal["done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")
KEPT = 1000  # ended jobs; older ones go
LEASE = 15.0  # seconds for which a job belongs to who has taken it, unless that is prolonged
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
    claim: str = ""  # of who has taken it, for nobody else to know

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

    def latest(
        self, limit: int, *, before: str = "", video: str = "", active: bool = False, trashed: bool = False
    ) -> list[StoredJob]:
        """The newest jobs, newest first: those asked for before the job ``before``, about ``video``, not ended.

        Without ``trashed``, none that is about a video in the trash alone.
        """

    def batched(self, batch: str = "") -> list[StoredJob]:
        """The jobs whose requests name that batch, or any, oldest first; none about a video in the trash."""

    def counts(self) -> dict[str, int]:
        """How many jobs there are of each status."""

    def changes(self) -> int:
        """A number that is another one after any job has changed."""

    def take(self, lease: float = LEASE) -> StoredJob | None:
        """The job that has waited for longest, which runs from now on; None if none may run now.

        It belongs to the caller for ``lease`` seconds.
        """

    def stop(self, job: str) -> None:
        """Ask for the end of a job: one that waits ends now, one that runs is stopped by the process that runs it."""

    def stopping(self) -> set[str]:
        """The jobs that run and are to end."""

    def erase(self, ended: Collection[str]) -> None:
        """Remove ended jobs without a trace: the next opening of the library sees to it that no byte is left."""

    def take_up(self, over: float | None = None) -> bool:
        """After servers have died: what they worked on waits again, or ends if it was to stop. That was no attempt.

        ``over``: for how many seconds the lease of a job must have been over; None: whatever runs, runs no more.
        Whether there was any such job.
        """

    # For who has taken a job: with another claim than the newest these change nothing, and say so by False.

    def renew(self, job: StoredJob, lease: float = LEASE) -> bool:
        """Have it for so many seconds from now on. In a transaction: nobody else has it before that ends."""

    def lease_left(self, job: StoredJob) -> float | None:
        """For how many seconds it still belongs to the caller, below 0 since when it does not; None: another has it."""

    def tell(self, job: StoredJob, step: str, done: float, total: float | None) -> None:
        """Keep how far a job is."""

    def end(self, job: StoredJob, status: JobEnd, message: str, result: Mapping[str, Any], video: str) -> bool:
        """Keep how a job ended, and the video that it turned out to be about. Nobody need have taken it."""

    def again(self, job: StoredJob, tries: int) -> bool:
        """After its process has died: let a job wait again; False if it was begun ``tries`` times, or is to stop."""

    def put_back(self, job: StoredJob) -> None:
        """Let a job wait again that was ended for no fault of its own: that was no attempt."""
