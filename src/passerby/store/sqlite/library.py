"""A library in a folder: one SQLite database, and files beside it."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from passerby.errors import StoreError
from passerby.files import private
from passerby.store.sqlite import erase, permissions, schema
from passerby.store.sqlite.accounts import SqliteAccounts
from passerby.store.sqlite.audit_log import SqliteLog
from passerby.store.sqlite.blobs import FolderBlobs
from passerby.store.sqlite.check import SqliteHealth
from passerby.store.sqlite.contents import SqliteContents
from passerby.store.sqlite.copies import SqliteCopies
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.deliveries import SqliteDeliveries
from passerby.store.sqlite.files import SqliteFiles
from passerby.store.sqlite.hooks import SqliteHooks
from passerby.store.sqlite.jobs import SqliteJobs
from passerby.store.sqlite.lessons import SqliteLessons
from passerby.store.sqlite.notes import SqliteNotes
from passerby.store.sqlite.plans import SqlitePlans
from passerby.store.sqlite.quarantine import SqliteQuarantine
from passerby.store.sqlite.record_store import SqliteRecords
from passerby.store.sqlite.search import SqliteSearch
from passerby.store.sqlite.sink import SqliteSink
from passerby.store.sqlite.tries import SqliteTries
from passerby.store.sqlite.videos import SqliteVideos


def open_library(folder: Path, *, create: bool, wait_seconds: float) -> "SqliteLibrary":
    """Open the library in ``folder``, making it if ``create`` says so.

    Raises StoreError if there is none, or what is there is none, or a newer Passerby made it.
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
        erase.take_up(db)
    except StoreError:
        db.close()
        raise
    return SqliteLibrary(db)


def is_library(folder: Path) -> bool:
    """Whether there is a library in ``folder``."""
    return (folder / permissions.DATABASE).exists()


class SqliteLibrary:
    """An open library. See Store."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.videos = SqliteVideos(db)
        self.sink = SqliteSink(db)
        self.records = SqliteRecords(db)
        self.quarantine = SqliteQuarantine(db)
        self.notes = SqliteNotes(db)
        self.lessons = SqliteLessons(db)
        self.search = SqliteSearch(db)
        self.jobs = SqliteJobs(db)
        self.plans = SqlitePlans(db)
        self.files = SqliteFiles(db)
        self.blobs = FolderBlobs(db.path.parent)
        self.copies = SqliteCopies(db)
        self.hooks = SqliteHooks(db)
        self.deliveries = SqliteDeliveries(db)
        self.accounts = SqliteAccounts(db)
        self.tries = SqliteTries(db)
        self.log = SqliteLog(db)
        self.health = SqliteHealth(db)
        self.contents = SqliteContents(db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        return self._db.transaction()
