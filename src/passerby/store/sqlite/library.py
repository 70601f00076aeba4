"""A library in a folder: one SQLite database, and files beside it."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from passerby.errors import PasserbyError, StoreError
from passerby.files import private
from passerby.store.blobs.base import Blobs
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
from passerby.store.sqlite import blob_place, erase, permissions, schema
from passerby.store.sqlite.check import SqliteHealth
from passerby.store.sqlite.database import Database, is_writable
from passerby.store.sqlite.kept_rows import SqliteRows
from passerby.store.sqlite.locks import FolderLocks
from passerby.store.sqlite.search import SqliteSearch
from passerby.store.sqlite.tables import tables_of


def open_library(folder: Path, *, create: bool, wait_seconds: float, blobs: str) -> "SqliteLibrary":
    """Open the library in ``folder``, making it if ``create`` says so; a new one keeps its files at ``blobs``.

    Raises StoreError if there is none, or what is there is none, or a newer Passerby made it; UsageError for an address
    of files that is none, or not that of this library.
    """
    path = folder / permissions.DATABASE
    try:
        if create:
            folder.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
        missing = not path.exists()
    except OSError as error:
        raise StoreError(f"{folder}: expected a folder for the library ({error}); choose another") from error
    if missing and not create:
        raise StoreError(f"{folder}: there is no library here yet; `passerby add PATH...` makes one")
    permissions.mend(folder)
    db = Database(path.absolute(), create=create, wait_seconds=wait_seconds)
    try:
        schema.prepare(db)
        blob_place.settle(db, blobs)
        db.blobs = blob_place.kept_blobs(db)
        erase.take_up(db)
    except PasserbyError:
        db.close()
        raise
    return SqliteLibrary(db)


def is_library(folder: Path) -> bool:
    """Whether there is a library in ``folder``."""
    return (folder / permissions.DATABASE).exists()


def may_be_written(folder: Path) -> bool:
    """Whether this process may write to the library in ``folder``; yes where there is none."""
    return not is_library(folder) or is_writable(folder / permissions.DATABASE)


class SqliteLibrary:
    """An open library. See Store."""

    def __init__(self, db: Database) -> None:
        self._db = db
        tables, eraser = tables_of(db), erase.SqliteEraser(db)
        self.videos = SqlVideos(tables, eraser)
        self.sink = SqlSink(tables, FolderLocks(db.path.parent), eraser)
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
        self.search = SqliteSearch(db)
        self.jobs = SqlJobs(db)
        self.plans = SqlPlans(db)
        self.files = SqlFiles(db, lambda: db.blobs)
        self.blobs: Blobs = db.blobs
        self.copies = SqlCopies(db)
        self.shares = SqlShares(db)
        self.contacts = SqlContacts(db)
        self.hooks = SqlHooks(db)
        self.deliveries = SqlDeliveries(db)
        self.accounts = SqlAccounts(db)
        self.tries = SqlTries(db)
        self.log = SqlLog(db)
        self.health = SqliteHealth(db)
        self.kept_rows = SqliteRows(db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def require_writable_blobs(self) -> None:
        self.blobs.require_writable(blob_place.kept_owner(self._db))

    def transaction(self) -> AbstractContextManager[None]:
        return self._db.transaction()
