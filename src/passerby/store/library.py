"""A library: everything that is kept about videos, behind one class with a part for each subject.

What it is kept in, the address says: a folder with a SQLite database (``store.sqlite``), or ``postgresql://...``
(``store.postgres``).
"""

import platform
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from passerby.errors import StoreError, UsageError
from passerby.extras import needing
from passerby.processes.machine import this_machine
from passerby.store.accounts import AccountStore
from passerby.store.audit_log import LogStore
from passerby.store.blobs.base import Blobs
from passerby.store.chapters import ChapterStore
from passerby.store.collections import CollectionStore
from passerby.store.comments import CommentStore
from passerby.store.contacts import ContactStore
from passerby.store.copies import CopyStore
from passerby.store.corrections import CorrectionStore
from passerby.store.deliveries import DeliveryStore
from passerby.store.evidence import EvidenceStore
from passerby.store.files import FileStore
from passerby.store.health import Health
from passerby.store.hooks import HookStore
from passerby.store.job_watch import JobWatch, PolledJobs
from passerby.store.jobs import JobStore
from passerby.store.kept_rows import KeptRows
from passerby.store.lessons import LessonStore
from passerby.store.listing import ListingStore
from passerby.store.locks import Locks
from passerby.store.notes import NoteStore
from passerby.store.plans import PlanStore
from passerby.store.quarantine import QuarantineStore
from passerby.store.record_store import RecordStore
from passerby.store.search import SearchIndex
from passerby.store.searches import SearchStore
from passerby.store.shares import ShareStore
from passerby.store.sink import OpenSink, Sink
from passerby.store.sqlite import library as sqlite
from passerby.store.sqlite.locks import FolderLocks
from passerby.store.streams import StreamStore
from passerby.store.trash import TrashStore
from passerby.store.tries import TryStore
from passerby.store.videos import VideoStore

Address = str | Path  # of a library
WAIT_SECONDS = 60.0  # for another process that is writing


class Store(Protocol):
    """An open library. Each process and each thread opens its own; any number may be open at once.

    Every method of every part raises StoreError if the library cannot be read or written.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None: ...

    def transaction(self) -> AbstractContextManager[None]:
        """All that is done in the block to users, tries, the log, jobs, files and copies, or nothing of it.

        Nobody else writes meanwhile. What is done to videos is in transactions of its own, and not for such a block.
        """

    # Videos and what is known of them

    @property
    def videos(self) -> VideoStore: ...

    @property
    def sink(self) -> Sink:
        """Where the results of stages go."""

    @property
    def records(self) -> RecordStore:
        """What stages have found."""

    @property
    def quarantine(self) -> QuarantineStore:
        """Work that is not begun again before somebody says so."""

    @property
    def notes(self) -> NoteStore:
        """What people say of videos."""

    @property
    def corrections(self) -> CorrectionStore:
        """Lines of transcripts that people have put right."""

    @property
    def chapters(self) -> ChapterStore: ...

    @property
    def trash(self) -> TrashStore:
        """Videos that are on their way out."""

    @property
    def listing(self) -> ListingStore:
        """The videos as lists show them."""

    @property
    def collections(self) -> CollectionStore: ...

    @property
    def searches(self) -> SearchStore:
        """Searches that people keep."""

    @property
    def comments(self) -> CommentStore: ...

    @property
    def evidence(self) -> EvidenceStore:
        """What was taken as evidence, and what is held."""

    @property
    def streams(self) -> StreamStore: ...

    @property
    def lessons(self) -> LessonStore:
        """Classes that people have taught."""

    @property
    def search(self) -> SearchIndex: ...

    # What a server keeps

    @property
    def jobs(self) -> JobStore:
        """Work that was asked for."""

    @property
    def plans(self) -> PlanStore:
        """Plans of redacted copies."""

    @property
    def files(self) -> FileStore:
        """Originals that were uploaded, and copies."""

    @property
    def blobs(self) -> Blobs:
        """Where those lie."""

    def require_writable_blobs(self) -> None:
        """See, before any work, that files can be written there. Raises UsageError, StoreError, MissingExtraError."""

    @property
    def copies(self) -> CopyStore:
        """What people say of copies."""

    @property
    def shares(self) -> ShareStore:
        """Links by which people who are no users see copies."""

    @property
    def contacts(self) -> ContactStore:
        """Where users are written to, and what they are still to be told."""

    @property
    def hooks(self) -> HookStore:
        """Addresses that are told when a job ends."""

    @property
    def deliveries(self) -> DeliveryStore:
        """What those addresses are still to be told."""

    # Who may what, and who did what

    @property
    def accounts(self) -> AccountStore: ...

    @property
    def tries(self) -> TryStore:
        """Tries to log in."""

    @property
    def log(self) -> LogStore: ...

    @property
    def health(self) -> Health: ...

    @property
    def kept_rows(self) -> KeptRows:
        """All of it, row by row."""


def open_store(address: Address, *, create: bool, wait_seconds: float = WAIT_SECONDS, blobs: str = "") -> Store:
    """Open the library at ``address``, making it if ``create`` says so.

    A new one keeps its files at ``blobs``, a folder or ``s3://BUCKET/PREFIX``; any other one must keep them there if it
    is not empty.
    ``wait_seconds`` is how long another process that is writing is waited for. Raises UsageError for an address that
    is none; StoreError if there is no library, or what is there is none, or a newer Passerby made it.
    """
    if is_postgres(address):
        with needing("postgres"):
            from passerby.store.postgres import library as postgres
        return postgres.open_library(str(address), create=create, wait_seconds=wait_seconds, blobs=blobs)
    return sqlite.open_library(_folder(address), create=create, wait_seconds=wait_seconds, blobs=blobs)


def sink_from_here(address: Address) -> OpenSink:
    """What opens the sink of the library at ``address``, in any process and any folder; it pickles.

    Of a folder it raises StoreError on another machine: what writes to SQLite shares memory, which no shared folder
    gives.
    """
    if is_postgres(address):
        return partial(open_sink, address)
    return partial(open_sink, _folder(address).absolute(), this_machine())


@contextmanager
def open_sink(address: Address, machine: str = "") -> Iterator[Sink]:
    """Where what is found in videos goes at ``address``, which is made if need be. Raises as ``open_store`` does.

    ``machine`` is the one on which it may be opened; empty, on any.
    """
    if machine not in ("", this_machine()):
        raise StoreError(
            f"{address}: expected to be opened on the machine that adds, found {platform.node()}; a library for many "
            "machines is in a database (postgresql://..., docs/many-machines.md)"
        )
    with open_store(address, create=True) as store:
        yield store.sink


def is_library(address: Address) -> bool:
    """Whether there is a library at ``address``. Raises UsageError for an address that is none; StoreError."""
    if is_postgres(address):
        with needing("postgres"):
            from passerby.store.postgres import library as postgres
        return postgres.is_library(str(address))
    return sqlite.is_library(_folder(address))


def locks_of(address: Address) -> Locks:
    """The locks of the library at ``address``. Raises UsageError for an address that is none."""
    if is_postgres(address):
        with needing("postgres"):
            from passerby.store.postgres import library as postgres
        return postgres.locks_of(str(address), WAIT_SECONDS)
    return FolderLocks(_folder(address))


def blobs_of(address: Address) -> Blobs:
    """Where the files of the library at ``address`` lie. Raises as ``open_store``."""
    with open_store(address, create=False) as store:
        return store.blobs


def require_blobs(address: Address, blobs: str) -> None:
    """See that the library at ``address``, if there is one, keeps its files at ``blobs``, if that is not empty.

    Raises UsageError if it keeps them elsewhere.
    """
    if blobs and is_library(address):
        open_store(address, create=False, blobs=blobs).close()


@contextmanager
def watch_jobs(address: Address) -> Iterator[JobWatch]:
    """What hears of changes of jobs, within the block. Raises as ``open_store`` does."""
    if is_postgres(address):
        with needing("postgres"):
            from passerby.store.postgres import job_watch as postgres
        with postgres.watch_jobs(str(address), WAIT_SECONDS) as notified:
            yield notified
    else:
        with open_store(address, create=False) as store:
            yield PolledJobs(store.jobs)


@contextmanager
def kept_quick(address: Address) -> Iterator[None]:
    """Within the block, which begins and ends in the same thread, what opens and closes the library does so quickly.

    When the last connection to a database of SQLite is closed, it copies its log into the database and waits for the
    disk; who opens the library for each request would be the last one every time that nobody else is there. To a
    server of PostgreSQL, connections are kept.
    """
    if is_postgres(address):
        open_store(address, create=True).close()
        with needing("postgres"):
            from passerby.store.postgres import connecting
        with connecting.pooled(str(address), WAIT_SECONDS):
            yield
        return
    with open_store(address, create=True):
        yield


def may_be_written(address: Address) -> bool:
    """Whether this process may write to the library at ``address``; of a database only trying tells, so yes."""
    return is_postgres(address) or sqlite.may_be_written(_folder(address))


def shown_address(address: Address) -> str:
    """An address for people to read: without a password. Raises UsageError for one that is none."""
    if is_postgres(address):
        with needing("postgres"):
            from passerby.store.postgres import connecting
        return connecting.shown(str(address))
    return str(Path(address))


def is_postgres(address: Address) -> bool:
    """Whether an address is of a library in PostgreSQL, and not of a folder."""
    return str(address).startswith(("postgresql://", "postgres://"))


def _folder(address: Address) -> Path:
    if scheme := re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", str(address)):
        raise UsageError(f"{scheme[0]}: expected the folder of a library, or postgresql://..., found another address")
    return Path(address)
