"""Hearing of jobs by LISTEN: a trigger notifies whenever rows of jobs have changed (migrations.py)."""

from collections.abc import Iterator
from contextlib import contextmanager

from passerby.store.job_watch import JobWatch
from passerby.store.postgres.connecting import Connection, closing_quietly, connect, shown, translated

CHANNEL = "passerby_jobs"


class NotifiedJobs(JobWatch):
    """See JobWatch."""

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection, self._name = connection, name
        with translated(name):
            connection.execute(f"LISTEN {CHANNEL}".encode())

    def changed(self, seconds: float) -> bool:
        with translated(self._name):
            return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))


@contextmanager
def watch_jobs(address: str, wait_seconds: float) -> Iterator[NotifiedJobs]:
    """Within the block, by a connection of its own. Raises StoreError."""
    name = shown(address)
    with closing_quietly(connect(address, name, wait_seconds)) as connection:
        yield NotifiedJobs(connection, name)
