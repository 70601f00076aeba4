"""A library in a PostgreSQL database."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from passerby.errors import StoreError
from passerby.store.postgres import schema
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.contents import PostgresContents
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.erase import PostgresEraser
from passerby.store.postgres.locks import PostgresLocks
from passerby.store.postgres.search import PostgresSearch
from passerby.store.postgres.tables import tables_of
from passerby.store.sql.lessons import SqlLessons
from passerby.store.sql.notes import SqlNotes
from passerby.store.sql.record_store import SqlRecords
from passerby.store.sql.sink import SqlSink
from passerby.store.sql.videos import SqlVideos


def open_library(address: str, *, create: bool, wait_seconds: float) -> "PostgresLibrary":
    """Open the library at ``address``, making it if ``create`` says so.

    Raises UsageError if it is no address; StoreError if there is no library, or what is there is none, or a newer
    Passerby made it, or the server cannot be used.
    """
    db = PostgresDatabase(OneConnection(address, wait_seconds))
    try:
        schema.prepare(db, create=create)
    except StoreError:
        db.close()
        raise
    return PostgresLibrary(db, PostgresLocks(address, wait_seconds))


class PostgresLibrary:
    """An open library. See Store."""

    def __init__(self, db: PostgresDatabase, locks: PostgresLocks) -> None:
        self._db = db
        tables, eraser = tables_of(db), PostgresEraser(db)
        self.videos = SqlVideos(db, eraser)
        self.sink = SqlSink(tables, locks, eraser)
        self.records = SqlRecords(tables)
        self.notes = SqlNotes(tables)
        self.lessons = SqlLessons(tables)
        self.search = PostgresSearch(db)
        self.contents = PostgresContents(db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        return self._db.alone("library")
