"""The database of a library: statements, transactions, locks. See SqlDatabase.

``?`` in a statement stands for a value. Rows come as in SQLite: integers, floats, text and bytes.
"""

import json
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import sha256
from typing import Any

import psycopg

from passerby.errors import StoreError
from passerby.store.postgres.connecting import Connection, DatabaseConnections, translated
from passerby.store.sql.base import Row


class PostgresDatabase:
    """Whose every failure is a StoreError; GoneError where the server is away. Not to be shared between threads."""

    def __init__(self, connections: DatabaseConnections) -> None:
        self._connections = connections
        self._held: Connection | None = None  # within a transaction
        self._pinned: Connection | None = None  # within ``pinned``

    @property
    def name(self) -> str:
        """The address for messages, without a password."""
        return self._connections.name

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows that ``sql`` gives; none if it gives nothing."""
        with self._connected() as connection:
            cursor = connection.execute(_query(sql), values, binary=True)
            return cursor.fetchall() if cursor.description else []

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row that ``sql`` gives, if any."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def value(self, sql: str, values: Sequence[object] = ()) -> Any:
        """The first column of the first row, or None where there is none."""
        found = self.row(sql, values)
        return found[0] if found else None

    def ids(self, sql: str, values: Sequence[object] = ()) -> list[int]:
        """The ids that ``sql`` gives, in any order: its one column, named ``id``."""
        return [number for (number,) in self.rows(sql, values)]

    def batches(self, sql: str, values: Sequence[object], size: int) -> Iterator[list[Row]]:
        """The rows that ``sql`` gives, ``size`` at a time, so that they need not all be in memory; in a transaction."""
        with (
            self.transaction(),
            self._connected() as connection,
            connection.cursor("batches", binary=True) as cursor,
        ):
            cursor.execute(_query(sql), values)
            while batch := cursor.fetchmany(size):
                yield batch

    def insert(self, sql: str, values: Sequence[object], number: str) -> int:
        """Run an INSERT of one row; its column ``number``, which the database fills."""
        return int(self.value(f"{sql} RETURNING {number}", values))

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run ``sql`` once for each of ``rows``."""
        with self._connected() as connection, connection.cursor() as cursor:
            cursor.executemany(_query(sql), rows)

    def among(self, values: Iterable[object]) -> tuple[str, object]:
        """What follows a column that is to be one of ``values``, and the value that belongs to it."""
        return "= ANY(?)", list(values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it. Within another transaction, a part of that."""
        if self._held is not None:
            yield
            return
        with translated(self.name), self._borrowed() as connection:
            self._held = connection
            try:
                with connection.transaction():
                    yield
            finally:
                self._held = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read in the block is how it was at one moment."""
        with self.transaction():
            self.rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Within the block all goes by one connection, which holds locks; once that is lost, nothing goes any more."""
        with translated(self.name), self._connections.borrowed() as connection:
            self._pinned = connection
            try:
                yield
            finally:
                self._pinned = None
                if not connection.closed:
                    connection.execute("SELECT pg_advisory_unlock_all()")

    @contextmanager
    def giving_signs(self, every: float) -> Iterator[None]:
        """Within the block, in one of ``pinned``, have the server hear of this process every so many seconds."""
        ended, connection = threading.Event(), self._pinned

        def give() -> None:
            while connection is not None and not connection.closed and not ended.wait(every):
                with suppress(psycopg.Error):  # who works in the block hears of it
                    connection.execute(b"SELECT 1")

        thread = threading.Thread(target=give, name="signs of life", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    @contextmanager
    def _borrowed(self) -> Iterator[Connection]:
        if self._pinned is not None:
            yield self._pinned
            return
        with self._connections.borrowed() as connection:
            yield connection

    @contextmanager
    def alone(self, *subjects: str, beside: str = "") -> Iterator[None]:
        """A transaction while which nobody else is in one that is about any of these subjects. See SqlDatabase."""
        with self.transaction():
            if beside:
                self.rows("SELECT pg_advisory_xact_lock_shared(?)", [lock_number(beside)])
            for subject in sorted(subjects):
                self.rows("SELECT pg_advisory_xact_lock(?)", [lock_number(subject)])
            yield

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with translated(self.name):
            if self._held is not None:
                yield self._held
                return
            with self._borrowed() as connection:
                yield connection

    def now(self) -> float:
        """The time by the server's clock, seconds since 1970, UTC."""
        return float(self.value("SELECT extract(epoch FROM clock_timestamp())::double precision"))

    def state(self, name: str) -> Any:
        """A number or a text that is kept of the whole library; None if it is gone."""
        kept = self.value("SELECT value FROM state WHERE name = ?", [name])
        return None if kept is None else self.kept_state(kept)

    def kept_state(self, value: Any) -> Any:
        """What a value of the table ``state`` stands for."""
        return json.loads(value)

    def set_state(self, name: str, value: int | str) -> None:
        self.rows("UPDATE state SET value = ? WHERE name = ?", [json.dumps(value), name])

    def run_outside(self, sql: str) -> None:
        """Run a statement that can be in no transaction, such as VACUUM."""
        if self._held is not None:
            raise StoreError(f"{self.name}: {sql.partition(' ')[0]} cannot be a part of a transaction")
        self.rows(sql)

    def file_name(self, name: str) -> bytes:
        """The name of a file as the value of a column."""
        return os.fsencode(name)

    def close(self) -> None:
        self._connections.close()


def lock_number(subject: str) -> int:
    """The number that stands for a subject among PostgreSQL's advisory locks: 64 bits with a sign."""
    return int.from_bytes(sha256(f"passerby {subject}".encode()).digest()[:8], "big", signed=True)


@lru_cache(maxsize=1024)
def _query(sql: str) -> bytes:
    """A statement as the driver takes it; a sign of percent has no other meaning here."""
    return sql.replace("%", "%%").replace("?", "%s").encode()
