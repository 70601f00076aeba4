"""A library in a PostgreSQL database."""

from contextlib import AbstractContextManager, closing
from types import TracebackType
from typing import Self

from passerby.errors import PasserbyError
from passerby.store.blobs.base import Blobs
from passerby.store.postgres import schema
from passerby.store.postgres.blobs import kept_blobs, require_writable, settle
from passerby.store.postgres.check import PostgresHealth
from passerby.store.postgres.connecting import connections_to
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.erase import PostgresEraser
from passerby.store.postgres.kept_rows import PostgresRows
from passerby.store.postgres.locks import ConnectionLocks, SeparateLocks
from passerby.store.postgres.search import PostgresSearch
from passerby.store.postgres.tables import tables_of
from passerby.store.sql.accounts import SqlAccounts
from passerby.store.sql.audit_log import SqlLog
from passerby.store.sql.chapters import SqlChapters
from passerby.store.sql.collections import SqlCollections
from passerby.store.sql.comments import SqlComments
from passerby.store.sql.contacts import SqlContacts
from passerby.store.sql.copies import SqlCopies
from passerby.store.sql.corrections import SqlCorrections
from passerby.store.sql.deliveries import SqlDeliveries
from passerby.store.sql.evidence import SqlEvidence
from passerby.store.sql.files import SqlFiles
from passerby.store.sql.hooks import SqlHooks
from passerby.store.sql.jobs import SqlJobs
from passerby.store.sql.lessons import SqlLessons
from passerby.store.sql.listing import SqlListing
from passerby.store.sql.notes import SqlNotes
from passerby.store.sql.plans import SqlPlans
from passerby.store.sql.quarantine import SqlQuarantine
from passerby.store.sql.record_store import SqlRecords
from passerby.store.sql.searches import SqlSearches
from passerby.store.sql.shares import SqlShares
from passerby.store.sql.sink import SqlSink
from passerby.store.sql.streams import SqlStreams
from passerby.store.sql.trash import SqlTrash
from passerby.store.sql.tries import SqlTries
from passerby.store.sql.videos import SqlVideos

_LOOK_SECONDS = 10.0  # for the server to answer


def open_library(address: str, *, create: bool, wait_seconds: float, blobs: str) -> "PostgresLibrary":
    """Open the library at ``address``, making it if ``create`` says so; a new one keeps its files at ``blobs``.

    Raises UsageError if it is no address, or its files are elsewhere; StoreError if there is no library, or what is
    there is none, or a newer Passerby made it, or the server cannot be used.
    """
    db = PostgresDatabase(connections_to(address, wait_seconds))
    try:
        schema.prepare(db, create=create)
        settle(db, blobs)
    except PasserbyError:
        db.close()
        raise
    return PostgresLibrary(db, wait_seconds)


def is_library(address: str) -> bool:
    """Whether there is a library at ``address``. Raises StoreError if that cannot be seen."""
    with closing(PostgresDatabase(connections_to(address, _LOOK_SECONDS))) as db:
        return schema.is_there(db)


def locks_of(address: str, wait_seconds: float) -> SeparateLocks:
    """The locks of the library at ``address``."""
    return SeparateLocks(address, wait_seconds)


class PostgresLibrary:
    """An open library. See Store."""

    def __init__(self, db: PostgresDatabase, wait_seconds: float) -> None:
        self._db = db
        self.files = SqlFiles(db, lambda: kept_blobs(db))
        tables, eraser = tables_of(db), PostgresEraser(db, wait_seconds)
        self.videos = SqlVideos(tables, eraser)
        self.sink = SqlSink(tables, ConnectionLocks(db), eraser)
        self.records = SqlRecords(tables)
        self.quarantine = SqlQuarantine(db)
        self.notes = SqlNotes(tables)
        self.corrections = SqlCorrections(tables)
        self.chapters = SqlChapters(db)
        self.trash = SqlTrash(tables)
        self.listing = SqlListing(db)
        self.collections = SqlCollections(db)
        self.searches = SqlSearches(db)
        self.comments = SqlComments(db)
        self.evidence = SqlEvidence(db)
        self.streams = SqlStreams(db)
        self.lessons = SqlLessons(tables)
        self.search = PostgresSearch(db)
        self.kept_rows = PostgresRows(db)
        self.jobs = SqlJobs(db)
        self.plans = SqlPlans(db)
        self.copies = SqlCopies(db)
        self.shares = SqlShares(db)
        self.contacts = SqlContacts(db)
        self.hooks = SqlHooks(db)
        self.deliveries = SqlDeliveries(db)
        self.accounts = SqlAccounts(db)
        self.tries = SqlTries(db)
        self.log = SqlLog(db)
        self.health = PostgresHealth(db, eraser)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def blobs(self) -> Blobs:
        return kept_blobs(self._db)

    def require_writable_blobs(self) -> None:
        require_writable(self._db)

    def close(self) -> None:
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        return self._db.alone("library")
