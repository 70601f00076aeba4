"""Locks that a connection holds: the server lets go of them when it ends.

Who works on a video writes by the connection that holds its lock. A machine that is cut off, or a process that was
stopped, loses both at once; what it wants to write afterwards fails. A stopped process keeps its connection: who holds
a video gives signs of life, and who waits for it has the server end a connection that gives none.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from passerby.store.locks import Locks
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase, lock_number

POLL_SECONDS = 0.2
LEASE_SECONDS = 60.0  # without a sign of life, after which who waits may end a holder
SIGNS = 6  # in that time
_END_STOPPED = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE state <> 'active' AND state_change < clock_timestamp() - make_interval(secs => ?) AND pid IN (
        SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (classid::bigint << 32 | objid::bigint) = ?)"""


class ConnectionLocks(Locks):
    """The locks of a library. See Locks."""

    shares_jobs = True

    def __init__(self, db: PostgresDatabase, lease_seconds: float = LEASE_SECONDS) -> None:
        self._db, self._lease_seconds = db, lease_seconds

    @contextmanager
    def video(self, video_id: str, on_wait: Callable[[], None]) -> Iterator[None]:
        with self._db.pinned():
            number = lock_number(f"work on {video_id}")
            while not self._db.value("SELECT pg_try_advisory_lock(?)", [number]):
                on_wait()
                time.sleep(POLL_SECONDS)
                self._db.rows(_END_STOPPED, [self._lease_seconds, number])
            with self._db.giving_signs(self._lease_seconds / SIGNS):
                yield

    @contextmanager
    def jobs(self) -> Iterator[bool]:
        yield True


class SeparateLocks(Locks):
    """The locks of the library at an address, each held by a connection that is made for it. See Locks."""

    shares_jobs = ConnectionLocks.shares_jobs

    def __init__(self, address: str, wait_seconds: float) -> None:
        self._address, self._wait_seconds = address, wait_seconds

    @contextmanager
    def video(self, video_id: str, on_wait: Callable[[], None]) -> Iterator[None]:
        with (
            closing(PostgresDatabase(OneConnection(self._address, self._wait_seconds))) as db,
            ConnectionLocks(db).video(video_id, on_wait),
        ):
            yield

    @contextmanager
    def jobs(self) -> Iterator[bool]:
        yield True
