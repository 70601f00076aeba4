"""Jobs, as callers ask for them and are told of them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import UnknownError, UsageError
from passerby.evidence.custody import Custody
from passerby.service.copies import Copies
from passerby.service.jobs.add import AddJob
from passerby.service.jobs.audit import AuditJob, report_page
from passerby.service.jobs.base import ServerJob
from passerby.service.jobs.case_export import BagJob, bag_file
from passerby.service.jobs.check import CheckJob
from passerby.service.jobs.cleanup import stop
from passerby.service.jobs.look import LookJob
from passerby.service.jobs.pull import PullJob
from passerby.service.jobs.redact import RedactJob
from passerby.service.jobs.stored_kinds import job_of
from passerby.service.plans import Plans
from passerby.service.videos import Videos
from passerby.settings import Settings
from passerby.store.audit_log import Action
from passerby.store.jobs import KEPT, StoredJob
from passerby.store.library import Store, open_store
from passerby.wording import all_in_unicode

# What the log calls it that a job of a kind was asked for.
ASKED: Mapping[str, Action] = {
    "add": "add",
    "look": "look",
    "redact": "redact",
    "audit": "audit",
    "pull": "pull",
    "check": "verify",
    "bag": "export",
}


class JobQueue:
    """The jobs of a library. ``scratch`` is the folder with the pages of audits."""

    def __init__(
        self, settings: Settings, scratch: Path, videos: Videos, plans: Plans, copies: Copies, custody: Custody
    ) -> None:
        self._custody = custody
        self._settings = settings
        self._scratch = scratch
        self._videos, self._plans, self._copies = videos, plans, copies

    def ask_add(self, caller: Caller, path: str, key: str) -> Document:
        """Have a file or folder of the server's added, under one of its roots. Raises UsageError."""
        job = self._put(AddJob.ask(path, self._settings), caller=caller, key=key)
        self._custody.note(caller, "add", f"job:{job['id']}")
        return job

    def ask_look(self, caller: Caller, video: str, request: Mapping[str, Any], key: str) -> Document:
        """Have a video looked through for what a copy should hide. Raises UsageError, UnknownVideoError."""
        self._videos.path_of(video)
        job = self._put(LookJob.ask(request), video=video, caller=caller, key=key)
        self._custody.note(caller, "look", video, job=job["id"])
        return job

    def ask_copy(self, caller: Caller, plan: str, name: str, key: str) -> Document:
        """Have a copy made as a plan says, and audited; "" lets it have a name. Raises UnknownError, UsageError."""
        stored = self._plans.stored(plan)
        request = RedactJob.ask(stored, name, self._videos.path_of(stored.video).name)
        job = self._put(request, video=stored.video, caller=caller, key=key)
        self._custody.note(caller, "redact", stored.video, job=job["id"])
        return job

    def ask_audit(self, caller: Caller, copy: str, key: str) -> Document:
        """Have a copy audited closely, with a page of what shows. Raises UnknownError."""
        found = self._copies.get(copy)
        job = self._put(AuditJob(copy, found["name"]), video=found["video"], caller=caller, key=key)
        self._custody.note(caller, "audit", found["video"], job=job["id"])
        return job

    def ask_pull(self, caller: Caller, model: str, key: str) -> Document:
        """Have a model of the catalog fetched. Raises UsageError for one that there is nowhere to fetch from."""
        job = self._put(PullJob.ask(model), caller=caller, key=key)
        self._custody.note(caller, "pull", model=model, job=job["id"])
        return job

    def ask_check(self, caller: Caller, video: str = "", key: str = "") -> Document:
        """Have an item of evidence read again and compared; with none, all whose time it is."""
        job = self._put(CheckJob(), video=video, caller=caller, key=key)
        self._custody.note(caller, "verify", _subject(job), job=job["id"])
        return job

    def ask_bag(self, caller: Caller, case: str, copies: Sequence[str], *, sealed: bool, key: str) -> Document:
        """Have a case, by its id, written as a bag to be downloaded, with the ``copies`` of these ids."""
        job = self._put(BagJob(case, sealed, tuple(copies)), caller=caller, key=key)
        self._custody.note(caller, "export", f"collection:{case}", format="bag", sealed=int(sealed), job=job["id"])
        return job

    def bags(self, case: str) -> list[Document]:
        """The newest jobs that write bags of a case, newest first."""
        with open_store(self._settings.library, create=False) as store:
            found = store.jobs.latest(KEPT)
        return [_document(job, {}) for job in found if job.kind == BagJob.kind and job.request["case"] == case]

    def bag(self, caller: Caller, case: str, job: str) -> Path:
        """The bag of a case that a job has written, to be kept. Raises UnknownError."""
        path = bag_file(self._scratch, job)
        if job not in {each["id"] for each in self.bags(case)} or not path.exists():
            raise UnknownError(
                "there is no such bag here (any more): it is kept by the server that made it, until that one ends; "
                "export the case again"
            )
        self._custody.note_hourly(caller, "download", f"collection:{case}", job=job)
        return path

    def get(self, job: str) -> Document:
        """Raises UnknownError."""
        with open_store(self._settings.library, create=False) as store:
            found = _known(store, job)
            return _document(found, _names_in(store, [found]))

    def has(self, job: str) -> bool:
        with open_store(self._settings.library, create=False) as store:
            return store.jobs.get(job) is not None

    def latest(self, *, limit: int, before: str = "", video: str = "", active: bool = False) -> list[Document]:
        with open_store(self._settings.library, create=False) as store:
            found = store.jobs.latest(limit, before=before, video=video, active=active)
            names = _names_in(store, found)
        return [_document(job, names) for job in found]

    def counts(self) -> dict[str, int]:
        with open_store(self._settings.library, create=False) as store:
            return store.jobs.counts()

    def changes(self) -> int:
        """A number that is another one after any job has changed."""
        with open_store(self._settings.library, create=False) as store:
            return store.jobs.changes()

    def retry(self, caller: Caller, job: str) -> Document:
        """Ask again for what has failed or was stopped. Raises UnknownError, UsageError for what cannot be tried."""
        with open_store(self._settings.library, create=False) as store:
            stored = _known(store, job)
        kind = job_of(stored)
        if stored.status not in ("failed", "cancelled"):
            raise UsageError(f"the job {job} has not failed: it is {stored.status}")
        if not kind.can_retry:
            raise UsageError("the file that was uploaded is gone; upload it again")
        again = self._put(kind, video=stored.video, caller=caller, key="")
        self._custody.note(caller, ASKED[stored.kind], _subject(again), job=again["id"])
        return again

    def stop(self, caller: Caller, job: str) -> Document:
        """Raises UnknownError."""
        subject = _subject(self.get(job))
        with open_store(self._settings.library, create=False) as store:
            stop(store, job)
        self._custody.note(caller, "stop", subject, job=job)
        return self.get(job)

    def report(self, caller: Caller, job: str) -> str:
        """The page of an audit, in HTML. Raises UnknownError at another server than the one that made it."""
        subject = _subject(self.get(job))
        page = report_page(self._scratch, job)
        if not page.exists():
            raise UnknownError(
                "there is no report of this job here: it is kept by the server that made it, until that one ends; "
                "audit the copy again"
            )
        text = page.read_text("utf-8")
        self._custody.note_hourly(caller, "view_report", subject)
        return text

    def _put(self, job: ServerJob, *, video: str = "", caller: Caller, key: str) -> Document:
        with open_store(self._settings.library, create=False) as store:
            put = store.jobs.put(job.kind, job.to_json(), video=video, caller=caller.name, key=key)
        return self.get(put)


def _known(store: Store, job: str) -> StoredJob:
    found = store.jobs.get(job)
    if found is None:
        raise UnknownError(f"there is no job {job} (any more)")
    return found


def _names_in(store: Store, jobs: Iterable[StoredJob]) -> dict[str, str]:
    """What the videos that jobs are about are called, by their ids."""
    return {video.id: video.name for video in store.videos.with_ids({job.video for job in jobs if job.video})}


def _subject(job: Document) -> str:
    """What the log calls it that a job is about."""
    return job["video"] or f"job:{job['id']}"


def _document(stored: StoredJob, names: Mapping[str, str]) -> Document:
    """A job as the API tells of it: without the text of plans, and without paths."""
    job = job_of(stored)
    document: Document = {
        "id": stored.id,
        "kind": stored.kind,
        "asked": job.document(),
        "video": stored.video,
        "name": names.get(stored.video, ""),
        "caller": stored.caller,
        "status": stored.status,
        "step": stored.step,
        "done": stored.done,
        "total": stored.total,
        "message": stored.message,
        "result": stored.result,
        "created": stored.created,
        "started": stored.started,
        "ended": stored.ended,
        "can_retry": stored.status in ("failed", "cancelled") and job.can_retry,
    }
    shown: Document = all_in_unicode(document)
    return shown
