"""Locks that a session of the server holds: it lets go of them when the session ends.

A session ends with its process, and half a minute after its machine. A process that is stopped keeps it, and could go
on after hours: who holds a video gives signs of life, and who waits for it ends a session that gives none. What its
process writes later is refused (``PostgresDatabase.fenced``).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg

from passerby.store.locks import Locks
from passerby.store.postgres.connecting import Connection, closing_quietly, connect, shown, translated
from passerby.store.postgres.database import HELD, Claim, lock_number

POLL_SECONDS = 0.2
LEASE_SECONDS = 60.0  # without a sign of life, after which who waits may end a holder
SIGNS = 6  # in that time
_TRY = b"SELECT pg_try_advisory_lock(%s)"
_END = f"""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid IN (SELECT pid FROM {HELD % "%s"}) AND state_change < clock_timestamp() - make_interval(secs => %s)"""


class PostgresLocks(Locks):
    """The locks of the library at an address. Each has a session of its own. See Locks."""

    def __init__(self, address: str, wait_seconds: float, lease_seconds: float = LEASE_SECONDS) -> None:
        self._address, self._wait_seconds, self._lease_seconds = address, wait_seconds, lease_seconds

    @contextmanager
    def video(self, video_id: str, on_wait: Callable[[], None]) -> Iterator[None]:
        with self.claim(video_id, on_wait):
            yield

    @contextmanager
    def claim(self, video_id: str, on_wait: Callable[[], None]) -> Iterator[Claim]:
        """As ``video``, with what shows that it is still held."""
        number = lock_number("claim " + video_id)
        with self._session() as session:
            while not _taken(session, number):
                on_wait()
                time.sleep(POLL_SECONDS)
                session.execute(_END.encode(), [number, self._lease_seconds])
            with _signs_of_life(session, self._lease_seconds / SIGNS):
                yield Claim(session.info.backend_pid, number)

    @contextmanager
    def jobs(self) -> Iterator[bool]:
        with self._session() as session:
            yield _taken(session, lock_number("the doing of jobs"))

    @contextmanager
    def _session(self) -> Iterator[Connection]:
        name = shown(self._address)
        with translated(name), closing_quietly(connect(self._address, name, self._wait_seconds)) as session:
            yield session


def _taken(session: Connection, number: int) -> bool:
    row = session.execute(_TRY, [number]).fetchone()
    return row is not None and bool(row[0])


@contextmanager
def _signs_of_life(session: Connection, every: float) -> Iterator[None]:
    ended = threading.Event()

    def show() -> None:
        with suppress(psycopg.Error):  # it is lost: the next write will say so
            while not ended.wait(every):
                session.execute(b"SELECT 1")

    thread = threading.Thread(target=show, name="signs of life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
