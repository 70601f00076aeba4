"""Locks that a connection holds: the server lets go of them when it ends.

Who works on a video writes by the connection that holds its lock. A machine that is cut off, or a process that was
stopped, loses both at once; what it wants to write afterwards fails.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from passerby.store.locks import Locks
from passerby.store.postgres.database import PostgresDatabase, lock_number

POLL_SECONDS = 0.2


class ConnectionLocks(Locks):
    """The locks of a library. See Locks."""

    shares_jobs = True

    def __init__(self, db: PostgresDatabase) -> None:
        self._db = db

    @contextmanager
    def video(self, video_id: str, on_wait: Callable[[], None]) -> Iterator[None]:
        with self._db.pinned():
            while not self._taken(f"work on {video_id}"):
                on_wait()
                time.sleep(POLL_SECONDS)
            yield

    @contextmanager
    def jobs(self) -> Iterator[bool]:
        yield True

    def _taken(self, subject: str) -> bool:
        return bool(self._db.value("SELECT pg_try_advisory_lock(?)", [lock_number(subject)]))
