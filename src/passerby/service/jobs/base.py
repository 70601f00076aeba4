"""What a job of a server is: a value that is kept as JSON, knows how it is done, and what it leaves when it fails."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from passerby.callers import ROLES, Caller
from passerby.documents import Document
from passerby.errors import StoreError
from passerby.evidence.custody import NotedBefore
from passerby.files.spool import Spool
from passerby.library import Library
from passerby.object_storage.address import Location
from passerby.progress import OnProgress, Progress
from passerby.redaction import Redaction
from passerby.service.copy_folder import CopyFolder
from passerby.service.originals import original_of
from passerby.settings import Settings
from passerby.store.files import OwnedKind
from passerby.store.jobs import StoredJob
from passerby.store.library import Store, open_store


@dataclass(frozen=True, slots=True)
class JobResult:
    """How a job ended. ``result`` is kept as JSON; docs/api.md names what is in it."""

    failed: bool
    message: str
    result: dict[str, Any]
    video: str = ""  # the id of the video that it turned out to be about
    details: str = ""  # a traceback, for the server's own log


class Leftover(NamedTuple):
    """A file or folder of the library that is not whole while a job is not done."""

    kind: OwnedKind
    name: str


@dataclass(frozen=True, slots=True)
class JobTools:
    """What a job is done with, in its process."""

    stored: StoredJob
    settings: Settings
    scratch: Path  # the folder for pages that must not outlive the server

    @property
    def job(self) -> str:
        """Its id."""
        return self.stored.id

    @property
    def video(self) -> str:
        """The id of the video that it is about; "" for none, or one that is not known yet."""
        return self.stored.video

    @property
    def library(self) -> Library:
        """Whose uses leave no entries in the log: the job was noted when it was asked for."""
        return Library(self.settings, custody=NotedBefore(self.settings.library))

    @property
    def library_of_asker(self) -> Library:
        """For what is noted as it is done, in the name of who asked for it: they were let in when they did."""
        return Library(self.settings, Caller(self.stored.caller, "admin", ROLES["admin"]))

    @property
    def redaction(self) -> Redaction:
        return Redaction(self.library)

    def open_store(self) -> AbstractContextManager[Store]:
        return open_store(self.settings.library, create=False)

    @contextmanager
    def committing(self) -> Iterator[Store]:
        """The library, to write what came of the job: all of the block or nothing of it.

        Raises StoreError if another server has taken the job up meanwhile.
        """
        with self.open_store() as store, store.transaction():
            if not store.jobs.renew(self.stored, self.settings.lease_seconds):
                raise StoreError(f"the job {self.job}: another server has taken it up; this one does no more of it")
            yield store

    @property
    def spool(self) -> Spool:
        """Where objects are while the job reads them."""
        return Spool.of(self.settings)

    def original(self, on_progress: OnProgress) -> AbstractContextManager[Path]:
        """The file of the video, or a copy of its object. Raises UnknownVideoError, UnreadableError."""
        place = original_of(self.settings.library, self.video)
        return self.spool.local(
            place,
            self.video,
            lambda done, size: on_progress(Progress(place, "reading", float(done), float(size))),
        )

    def copy_folder(self, copy: str) -> CopyFolder:
        return CopyFolder.of(self.settings.library, copy)


class ServerJob(ABC):
    """A kind of job is a frozen dataclass of this class, and a line in ``kinds.KINDS``."""

    __slots__ = ()
    kind: ClassVar[str]
    is_one_unit: ClassVar[bool] = True  # done as a whole where the engine says; others may have parts done there

    @classmethod
    @abstractmethod
    def from_json(cls, request: Mapping[str, Any]) -> "ServerJob":
        """The job that was kept, by this version or an older one, which knew less of what can be asked."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """What is kept: equal for jobs that ask for the same."""

    @abstractmethod
    def run(self, tools: JobTools, on_progress: OnProgress) -> JobResult:
        """Do it, in a process of its own that may be killed at any point, and then do it again."""

    def document(self) -> Document:
        """What callers are told of it: no texts of plans, and no paths."""
        return self.to_json()

    @property
    def can_retry(self) -> bool:
        """Whether all that it takes is still there when it has failed."""
        return True

    def leftovers(self, job: str) -> tuple[Leftover, ...]:
        """What is removed when the job of this id ends in any other way than well."""
        return ()

    def folders(self, tools: JobTools) -> tuple[str, ...]:
        """Folders of the server that messages may name, and callers are not told of."""
        return ()

    def takes_in(self, file: Location) -> bool:
        """Whether it is there to add this file alone."""
        return False


def without_folders(text: str, folders: tuple[str, ...]) -> str:
    """Where files lie on the server is no business of all who may see jobs."""
    for folder in folders:
        text = text.replace(f"{folder}/", "")
    return text
