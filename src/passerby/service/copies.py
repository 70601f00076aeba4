"""Copies that are ready: in which state each is, who may see it, and what people say of it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import UnknownError, UsageError
from passerby.evidence.custody import Custody
from passerby.object_storage.bucket import StoredObject
from passerby.redact.audit.answers import answer_to, answered, speaks_of
from passerby.redact.audit.result import Audit, AuditedTrack
from passerby.redact.audit.verdict import WORDS, State
from passerby.service.copy_folder import CopyFolder, read_answer
from passerby.service.jobs.redact import RedactJob
from passerby.store.audit_log import Action, Detail
from passerby.store.copies import Release, StoredAnswer
from passerby.store.files import OwnedFile
from passerby.store.library import Address, Store, open_store

CopyPart = Literal["media", "plan", "manifest"]  # of what is kept of a copy
SAME_TIME = 0.001  # seconds: the first leak of a face that is named by its number, as it was told


@dataclass(frozen=True, slots=True)
class _Copy:
    """One copy, with what people say of it."""

    file: OwnedFile
    manifest: dict[str, Any]
    answers: tuple[StoredAnswer, ...]
    release: Release | None
    plan: str  # the id of the plan that it was made from; "" where that is not there any more

    @property
    def audit(self) -> Audit | None:
        """The newest audit, with the answers to it."""
        document = self.manifest.get("audit")
        return None if document is None else answered(Audit.read(document), list(map(read_answer, self.answers)))

    @property
    def state(self) -> State:
        return "not_audited" if self.audit is None else self.audit.state

    @property
    def is_for_viewers(self) -> bool:
        """Whether all may see it: it passed, or somebody let it out although it shows faces on purpose."""
        return self.state == "passed" or (self.state == "shows_on_purpose" and self.release is not None)

    def document(self) -> Document:
        found, release = self.audit, self.release
        return {
            "id": self.file.name,
            "video": self.file.video,
            "name": self.manifest["copy"]["name"],
            "created": self.file.created,
            "state": self.state,
            "passed": self.state == "passed",
            "verdict": WORDS[self.state] + (f": {found.verdict}" if found else ""),
            "released": None if release is None else {"by": release.user, "at": release.time},
            "plan": self.plan,
            "summary": self.manifest["summary"],
        }


class Copies:
    """The redacted copies of a library."""

    def __init__(self, library: Address, custody: Custody, link_seconds: int = 0) -> None:
        """``link_seconds`` is how long addresses hold that the storage itself gives for copies; 0: there are none."""
        self._library = library
        self._custody = custody
        self._link_seconds = link_seconds

    def all(self, video: str = "", *, for_viewers: bool = False) -> list[Document]:
        """The copies that are ready, of a video or of all, newest first; ``for_viewers``: those that all may see."""
        with open_store(self._library, create=False) as store:
            owned = _of_the_library(store, store.files.all("copy", video))
            found = _read(self._library, store, owned)
        return [copy.document() for copy in found if copy.is_for_viewers or not for_viewers]

    def get(self, copy: str, *, for_viewers: bool = False) -> Document:
        """Raises UnknownError."""
        found = self._get(copy)
        if for_viewers and not found.is_for_viewers:
            raise _unknown(copy)
        return found.document()

    def audit(self, caller: Caller, copy: str) -> Document:
        """Its newest audit, with the answers to it. Raises UnknownError."""
        found = self._get(copy)
        document = _newest_audit(found).document()
        self._custody.note_hourly(caller, "view_report", found.file.video, copy=copy)
        return document

    def answer(self, caller: Caller, copy: str, face: int, time: float, reason: str) -> Document:
        """Keep that a face that shows is nobody, in place of an earlier answer: the audit with that said.

        ``time`` is when its first leak is, so that no number of an older audit is taken for another face. Raises
        UnknownError, and UsageError for a face that does not show.
        """
        found = self._get(copy)
        track = _face(_newest_audit(found), face, time)
        answer = answer_to(track, reason, caller.name)
        with open_store(self._library, create=False) as store, store.transaction():
            _retract(store, copy, track)
            store.copies.answer(copy, answer.reason, caller.name, list(zip(answer.times, answer.boxes, strict=True)))
        self._custody.note(caller, "answer", found.file.video, copy=copy, number=face)
        return _newest_audit(self._get(copy)).document()

    def retract(self, caller: Caller, copy: str, face: int, time: float) -> Document:
        """Take an answer back: the audit without it. Raises as ``answer``."""
        found = self._get(copy)
        track = _face(_newest_audit(found), face, time)
        with open_store(self._library, create=False) as store, store.transaction():
            _retract(store, copy, track)
        self._custody.note(caller, "retract", found.file.video, copy=copy, number=face)
        return _newest_audit(self._get(copy)).document()

    def release(self, caller: Caller, copy: str) -> Document:
        """Let viewers see a copy that shows faces on purpose. Raises UnknownError, UsageError for any other one."""
        found = self._get(copy)
        if found.state != "shows_on_purpose":
            words = "viewers see it already" if found.state == "passed" else "answer or hide what shows first"
            raise UsageError(
                f"{copy}: expected a copy that shows faces on purpose, found one that is: {WORDS[found.state]}; {words}"
            )
        with open_store(self._library, create=False) as store:
            store.copies.release(copy, caller.name)
        self._custody.note(caller, "release", found.file.video, copy=copy)
        return self.get(copy)

    def withdraw(self, caller: Caller, copy: str) -> Document:
        """Let viewers see it no more, unless it passed. Raises UnknownError."""
        found = self._get(copy)
        with open_store(self._library, create=False) as store:
            store.copies.withdraw(copy)
        self._custody.note(caller, "withdraw", found.file.video, copy=copy)
        return self.get(copy)

    def file(
        self, caller: Caller, copy: str, what: CopyPart, *, download: bool = False, share: int = 0
    ) -> tuple[str, Path | StoredObject]:
        """The copy itself, its plan or its manifest, with its name, to be shown or kept. Raises UnknownError.

        ``share`` is the number of the link by which somebody comes.
        """
        found = self.get(copy, for_viewers=not caller.may_do("redact"))
        folder = CopyFolder.of(self._library, copy)
        part = _part(folder, found["name"], what)
        file = folder.blobs.served(part)
        if file is None:  # it is being forgotten, or was taken away by hand
            raise _unknown(copy)
        action: Action = "view_plan" if what == "plan" else "download" if download else "view_copy"
        details: dict[str, Detail] = {"copy": copy, "number": share} if share else {"copy": copy}
        self._custody.note_hourly(caller, action, found["video"], **details)
        return part.rpartition("/")[2], file

    def link(self, caller: Caller, copy: str, kind: str) -> str:
        """An address of the storage by which the copy, of that type, is downloaded; "" for none. Raises UnknownError.

        Whoever has it has the copy, until it ends, even if the copy is withdrawn before that.
        """
        if not self._link_seconds:
            return ""
        found = self.get(copy, for_viewers=not caller.may_do("redact"))
        folder = CopyFolder.of(self._library, copy)
        link = folder.blobs.link(folder.media(found["name"]), self._link_seconds, found["name"], kind)
        if link:
            self._custody.note(caller, "download", found["video"], copy=copy)
        return link

    def remove(self, caller: Caller, copy: str) -> None:
        """Remove a copy, with its plan and manifest. Raises UnknownError."""
        video = self._get(copy).file.video
        with open_store(self._library, create=False) as store:
            store.files.drop("copy", copy)
        self._custody.note(caller, "remove_copy", video, copy=copy)

    def _get(self, copy: str) -> _Copy:
        with open_store(self._library, create=False) as store:
            owned = store.files.get("copy", copy)
            found = _read(self._library, store, _of_the_library(store, [] if owned is None else [owned]))
        if not found:
            raise _unknown(copy)
        return found[0]


def _of_the_library(store: Store, files: Sequence[OwnedFile]) -> list[OwnedFile]:
    """Those of these files that are ready, and of videos that are not in the trash."""
    kept = {video.id for video in store.videos.with_ids({file.video for file in files})}
    return [file for file in files if file.ready and file.video in kept]


def _part(folder: CopyFolder, name: str, what: CopyPart) -> str:
    """What a part of a copy is called among the library's files."""
    if what == "manifest":
        return folder.manifest
    return folder.media(name) if what == "media" else folder.plan(name)


def _newest_audit(copy: _Copy) -> Audit:
    """With the answers to it. Raises UnknownError if there is none."""
    if copy.audit is None:
        raise UnknownError(f"the copy {copy.file.name} was not audited; audit it")
    return copy.audit


def _read(library: Address, store: Store, owned: Sequence[OwnedFile]) -> list[_Copy]:
    found = []
    for file in owned:
        name = file.name
        job = store.jobs.get(name)
        with suppress(FileNotFoundError):  # it is being forgotten
            found.append(
                _Copy(
                    file,
                    CopyFolder.of(library, name).read_manifest(),
                    tuple(store.copies.answers(name)),
                    store.copies.released(name),
                    "" if job is None else _plan_that_is_there(store, RedactJob.from_json(job.request).plan_id),
                )
            )
    return found


def _plan_that_is_there(store: Store, plan: str) -> str:
    return "" if store.plans.get(plan) is None else plan


def _retract(store: Store, copy: str, track: AuditedTrack) -> None:
    for stored in store.copies.answers(copy):
        if speaks_of(read_answer(stored), track):
            store.copies.retract(stored.number)


def _face(found: Audit, number: int, time: float) -> AuditedTrack:
    """The face that shows of this number. Raises UsageError if there is none, or it shows from another time on."""
    track = next((track for track in found.tracks if track.number == number and track.leaks), None)
    if track is None or abs(track.leaks[0].time - time) > SAME_TIME:
        raise UsageError(f"face {number}: expected one that shows from {time:.3f} s on, found none; load it again")
    return track


def _unknown(copy: str) -> UnknownError:
    return UnknownError(f"there is no copy {copy} (any more)")
