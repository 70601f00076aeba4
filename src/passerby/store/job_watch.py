"""Hearing that jobs of a library have changed, whichever process has changed them."""

import time
from typing import Protocol

from passerby.store.jobs import JobStore

POLL_SECONDS = 0.3


class JobWatch(Protocol):
    """What is told is that there was a change, and not which: who hears it reads anew."""

    def changed(self, seconds: float) -> bool:
        """Whether jobs may have changed since the last call, or the first; waits for that at most so long.

        Raises StoreError when that cannot be told; what is watched anew then may have changed meanwhile.
        """


class PolledJobs(JobWatch):
    """For a database that tells nobody anything: its number of changes is read now and then."""

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs
        self._seen = jobs.changes()

    def changed(self, seconds: float) -> bool:
        time.sleep(min(seconds, POLL_SECONDS))
        before, self._seen = self._seen, self._jobs.changes()
        return before != self._seen
