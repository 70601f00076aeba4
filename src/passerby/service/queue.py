"""Jobs, as callers ask for them and are told of them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from passerby.documents import Document
from passerby.errors import UnknownError
from passerby.service.copies import Copies
from passerby.service.jobs.add import AddJob
from passerby.service.jobs.audit import AuditJob, report_page
from passerby.service.jobs.base import ServerJob
from passerby.service.jobs.kinds import job_of
from passerby.service.jobs.leftovers import stop
from passerby.service.jobs.look import LookJob
from passerby.service.jobs.pull import PullJob
from passerby.service.jobs.redact import RedactJob
from passerby.service.plans import Plans
from passerby.service.videos import Videos
from passerby.settings import Settings
from passerby.store.jobs import StoredJob
from passerby.store.library import open_store
from passerby.wording import all_in_unicode


class JobQueue:
    """The jobs of a library. ``scratch`` is the folder with the pages of audits."""

    def __init__(self, settings: Settings, scratch: Path, videos: Videos, plans: Plans, copies: Copies) -> None:
        self._settings = settings
        self._scratch = scratch
        self._videos, self._plans, self._copies = videos, plans, copies

    def ask_add(self, path: str, caller: str, key: str) -> Document:
        """Have a file or folder of the server's added, under one of its roots. Raises UsageError."""
        return self._put(AddJob.ask(path, self._settings), caller=caller, key=key)

    def ask_look(self, video: str, asked: Mapping[str, Any], caller: str, key: str) -> Document:
        """Have a video looked through for what a copy should hide. Raises UsageError, UnknownVideoError."""
        self._videos.original(video)
        return self._put(LookJob.ask(asked), video=video, caller=caller, key=key)

    def ask_copy(self, plan: str, name: str, caller: str, key: str) -> Document:
        """Have a copy made as a plan says, and audited; "" lets it have a name. Raises UnknownError, UsageError."""
        stored = self._plans.stored(plan)
        job = RedactJob.ask(stored, name, self._videos.original(stored.video))
        return self._put(job, video=stored.video, caller=caller, key=key)

    def ask_audit(self, copy: str, caller: str, key: str) -> Document:
        """Have a copy audited closely, with a page of what shows. Raises UnknownError."""
        found = self._copies.get(copy)
        return self._put(AuditJob(copy, found["name"]), video=found["video"], caller=caller, key=key)

    def ask_pull(self, model: str, caller: str, key: str) -> Document:
        """Have a model of the catalog fetched. Raises UsageError for one that there is nowhere to fetch from."""
        return self._put(PullJob.ask(model), caller=caller, key=key)

    def get(self, job: str) -> Document:
        """Raises UnknownError."""
        with open_store(self._settings.library, create=False) as store:
            found = store.jobs.get(job)
        if found is None:
            raise UnknownError(f"there is no job {job} (any more)")
        return _document(found)

    def latest(self, *, limit: int, before: str = "", video: str = "", active: bool = False) -> list[Document]:
        with open_store(self._settings.library, create=False) as store:
            found = store.jobs.latest(limit, before=before, video=video, active=active)
        return [_document(job) for job in found]

    def counts(self) -> dict[str, int]:
        with open_store(self._settings.library, create=False) as store:
            return store.jobs.counts()

    def changes(self) -> int:
        """A number that is another one after any job has changed."""
        with open_store(self._settings.library, create=False) as store:
            return store.jobs.changes()

    def stop(self, job: str) -> None:
        """Raises UnknownError."""
        self.get(job)
        with open_store(self._settings.library, create=False) as store:
            stop(store, job)

    def report(self, job: str) -> Path:
        """The page of an audit. Raises UnknownError once the server has been started anew."""
        self.get(job)
        page = report_page(self._scratch, job)
        if not page.exists():
            raise UnknownError("there is no report of this job (any more): audit the copy again")
        return page

    def _put(self, job: ServerJob, *, video: str = "", caller: str, key: str) -> Document:
        with open_store(self._settings.library, create=False) as store:
            put = store.jobs.put(job.kind, job.to_json(), video=video, caller=caller, key=key)
        return self.get(put)


def _document(stored: StoredJob) -> Document:
    """A job as the API tells of it: without the text of plans, and without paths."""
    document: Document = {
        "id": stored.id,
        "kind": stored.kind,
        "asked": job_of(stored).document(),
        "video": stored.video,
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
    }
    shown: Document = all_in_unicode(document)
    return shown
