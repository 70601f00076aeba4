"""One connection to the library's SQLite file: settings, transactions, and SQLite's errors in our words."""

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from passerby.errors import StoreError
from passerby.files import private
from passerby.store.blobs.base import Blobs
from passerby.store.sql.base import Row
from passerby.store.sql.file_names import pack_file_name

# What to do about SQLite's primary result codes (https://sqlite.org/rescode.html).
_ADVICE = {
    sqlite3.SQLITE_BUSY: "another process kept it locked; try again when that one has finished",
    sqlite3.SQLITE_READONLY: "it may not be written; check the permissions of the folder",
    sqlite3.SQLITE_IOERR: "the disk is full or failed; make room or check it, then run `passerby doctor`",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; run `passerby doctor`, or move it away and add the videos again",
    sqlite3.SQLITE_FULL: "the disk is full; make room, then try again",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; check that the folder exists and its permissions",
    sqlite3.SQLITE_NOTADB: "it is not a library's database; choose another folder, or move that file away",
}

_PAUSE_SECONDS = 0.01  # before what SQLite doesn't wait for is tried again


def is_writable(path: Path) -> bool:
    """Whether a database may be written: the file, and what SQLite keeps beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _has_more(path: Path) -> bool:
    """Whether what was written last is still beside the database."""
    beside = path.with_name(f"{path.name}-wal")
    return beside.exists() and beside.stat().st_size > 0


def _log_ahead(connection: sqlite3.Connection, wait_seconds: float) -> None:
    """Have what is written go to a log first, so that readers go on while a stage is being written.

    Of two that do this to a new database at once SQLite tells one that it is locked, and doesn't wait: each reads it,
    and needs the other to end before it may write. What has failed has let go, so that trying again ends.
    """
    until = time.monotonic() + wait_seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


class Database:
    """A connection whose every failure is a StoreError. Not to be shared between threads or processes."""

    blobs: Blobs  # the files of the library; set by who opens it

    def __init__(self, path: Path, *, create: bool, wait_seconds: float) -> None:
        self.path, self.name = path, str(path)
        if create:
            private.make_file(path)  # SQLite gives the files beside it the permissions of this one
        self.is_writable = create or is_writable(path)
        uri = f"file:{quote(str(path))}?mode={'rwc' if create else 'rw'}"
        if not self.is_writable:
            # Beside the database nothing may be written either, so that nobody writes to it: on a backup, say.
            uri = f"file:{quote(str(path))}?mode=ro" + ("" if _has_more(path) else "&immutable=1")
        with self._translated():
            # isolation_level=None: transactions begin and end where we say, not where the driver guesses.
            self._connection = sqlite3.connect(uri, uri=True, timeout=wait_seconds, isolation_level=None)
        try:
            self._configure(wait_seconds)
        except StoreError:
            self.close()
            raise

    def _configure(self, wait_seconds: float) -> None:
        if self.is_writable:
            with self._translated():
                _log_ahead(self._connection, wait_seconds)
        for pragma in (
            # A commit is on the disk when it returns: a forgotten video must not come back after a power cut,
            # and with one commit a stage the wait does not show.
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",  # deleted rows are overwritten; see erase.py for what that leaves
            "temp_store = MEMORY",  # nothing of a video goes into temporary files elsewhere
        ):
            self.rows(f"PRAGMA {pragma}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            advice = _ADVICE.get(code)
            raise StoreError(f"{self.path}: {advice} ({error})" if advice else f"{self.path}: {error}") from error

    def add_function(self, name: str, function: Callable[..., str | int]) -> None:
        """Have ``function`` called in SQL by ``name``, with any number of arguments; the same for the same."""
        with self._translated():
            self._connection.create_function(name, -1, function, deterministic=True)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows that ``sql`` gives."""
        with self._translated():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row that ``sql`` gives, if any."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def value(self, sql: str, values: Sequence[object] = ()) -> Any:
        """The first column of the first row, or None where there is none."""
        found = self.row(sql, values)
        return found[0] if found else None

    def ids(self, sql: str, values: Sequence[object] = ()) -> list[int]:
        """The ids that ``sql`` gives, in any order: its one column, named ``id``.

        As one row, since the driver lets other threads run at every row, and then waits for its turn.
        """
        found: list[int] = json.loads(self.value(f"SELECT json_group_array(id) FROM ({sql})", values))
        return found

    def batches(self, sql: str, values: Sequence[object], size: int) -> Iterator[list[Row]]:
        """The rows that ``sql`` gives, ``size`` at a time, so that they need not all be in memory."""
        with self._translated():
            cursor = self._connection.execute(sql, values)
            while batch := cursor.fetchmany(size):
                yield batch

    def insert(self, sql: str, values: Sequence[object], number: str) -> int:
        """Run an INSERT of one row; its column ``number``, which is the rowid."""
        with self._translated():
            return self._connection.execute(sql, values).lastrowid or 0

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run ``sql`` once for each of ``rows``."""
        with self._translated():
            self._connection.executemany(sql, rows)

    def now(self) -> float:
        """Seconds since 1970, by the clock that all have who use the database."""
        return time.time()

    def among(self, values: Iterable[object]) -> tuple[str, object]:
        """What follows a column that is to be one of ``values``, and the value that belongs to it."""
        return "IN (SELECT value FROM json_each(?))", json.dumps(list(values))

    def state(self, name: str) -> Any:
        """A number or a text that is kept of the whole library; None if it is gone."""
        return self.value("SELECT value FROM state WHERE name = ?", [name])

    def kept_state(self, value: Any) -> Any:
        """What a value of the table ``state`` stands for."""
        return value

    def set_state(self, name: str, value: int | str) -> None:
        self.rows("UPDATE state SET value = ? WHERE name = ?", [value, name])

    def file_name(self, name: str) -> str | bytes:
        """The name of a file as the value of a column."""
        return pack_file_name(name)

    @contextmanager
    def alone(self, *subjects: str, beside: str = "") -> Iterator[None]:
        """A transaction, or a part of one that has begun: while one goes on, nobody else writes about any subject."""
        if self._connection.in_transaction:
            yield
            return
        with self.transaction():
            yield

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it; no other process writes meanwhile."""
        self.rows("BEGIN IMMEDIATE")
        try:
            yield
            self.rows("COMMIT")
        finally:
            if self._connection.in_transaction:  # after an error that SQLite has not rolled back by itself
                self.rows("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that is read in the block is how it was at one moment."""
        self.rows("BEGIN")
        try:
            self.rows("SELECT 1 FROM sqlite_master")  # from here on
            yield
        finally:
            self.rows("ROLLBACK")

    def vacuum(self) -> None:
        """Write the whole file anew, by way of a temporary file: the copy may not fit into memory."""
        self.rows("PRAGMA temp_store = FILE")
        try:
            self.rows("VACUUM")
        finally:
            self.rows("PRAGMA temp_store = MEMORY")

    @contextmanager
    def not_waiting(self) -> Iterator[None]:
        """Within the block, a lock held by another process is an error at once."""
        wait = self.value("PRAGMA busy_timeout")
        self.rows("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            self.rows(f"PRAGMA busy_timeout = {int(wait)}")

    def close(self) -> None:
        with self._translated():
            self._connection.close()
