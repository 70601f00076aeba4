"""Locks that a connection holds: the server lets go of them when it ends."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from passerby.store.locks import Locks
from passerby.store.postgres.connecting import closing_quietly, connect, shown, translated
from passerby.store.postgres.database import lock_number

POLL_SECONDS = 0.2
_TRY = b"SELECT pg_try_advisory_lock(%s)"


class PostgresLocks(Locks):
    """The locks of the library at an address. Each has a connection of its own. See Locks."""

    def __init__(self, address: str, wait_seconds: float) -> None:
        self._address, self._wait_seconds = address, wait_seconds

    @contextmanager
    def video(self, video_id: str, on_wait: Callable[[], None]) -> Iterator[None]:
        with self._try("claim " + video_id) as try_again:
            while not try_again():
                on_wait()
                time.sleep(POLL_SECONDS)
            yield

    @contextmanager
    def jobs(self) -> Iterator[bool]:
        with self._try("the doing of jobs") as try_it:
            yield try_it()

    @contextmanager
    def _try(self, subject: str) -> Iterator[Callable[[], bool]]:
        name = shown(self._address)
        with closing_quietly(connect(self._address, name, self._wait_seconds)) as connection:

            def taken() -> bool:
                with translated(name):
                    row = connection.execute(_TRY, [lock_number(subject)]).fetchone()
                    return row is not None and bool(row[0])

            yield taken
