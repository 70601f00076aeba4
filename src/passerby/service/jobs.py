"""Jobs, as callers ask for them and are told of them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from passerby.documents import Document
from passerby.errors import UsageError
from passerby.media.write.containers import kind_of_file
from passerby.models.catalog import find
from passerby.models.weights import require_source
from passerby.redact.plan.kinds import KINDS
from passerby.redact.plan.policy import PII
from passerby.service.clearing import stop
from passerby.service.copies import Copies
from passerby.service.plans import Plans
from passerby.service.printable import printable
from passerby.service.unknown import UnknownError
from passerby.service.uploads import safe_name
from passerby.service.videos import Videos
from passerby.settings import Settings
from passerby.store.jobs import StoredJob
from passerby.store.library import open_store

LONGEST_STEM = 40  # characters of the name of an original in that of its copy: at most 160 bytes


class Jobs:
    """The jobs of a library. ``scratch`` is the folder with the pages of audits."""

    def __init__(self, settings: Settings, scratch: Path, videos: Videos, plans: Plans, copies: Copies) -> None:
        self._settings = settings
        self._scratch = scratch
        self._videos, self._plans, self._copies = videos, plans, copies

    def ask_add(self, path: str, caller: str, key: str) -> Document:
        """Have a file or folder of the server's added, under one of its roots. Raises UsageError."""
        roots = [Path(root).resolve() for root in self._settings.roots.split(":") if root]
        try:
            real = Path(path).resolve()
            is_there = real.exists()
        except (OSError, ValueError):  # too long, with a null, in a circle
            is_there = False
        if not is_there or not any(real.is_relative_to(root) for root in roots):
            raise UsageError(f"{path}: expected a file or folder under one of the server's roots (PASSERBY_ROOTS)")
        return self._put("add", {"path": str(real)}, caller=caller, key=key)

    def ask_look(self, video: str, asked: Mapping[str, Any], caller: str, key: str) -> Document:
        """Have a video looked through for what a copy should hide. Raises UsageError, UnknownVideoError."""
        self._videos.original(video)
        unknown = set(asked["hide"]) - set(KINDS)
        if unknown:
            raise UsageError(f"{min(unknown)!r} cannot be hidden; expected some of {', '.join(KINDS)}")
        _check_pattern(asked["text_pattern"])
        return self._put("look", dict(asked), video=video, caller=caller, key=key)

    def ask_copy(self, plan: str, name: str, caller: str, key: str) -> Document:
        """Have a copy made as a plan says, and audited; "" lets it have a name. Raises UnknownError, UsageError."""
        stored = self._plans.stored(plan)
        source = self._videos.original(stored.video)
        name = name or f"{Path(safe_name(source.name)).stem[:LONGEST_STEM]}-safe.mp4"
        if safe_name(name) != name:
            raise UsageError(f"{name!r}: expected a name for a video file, such as {safe_name(source.stem)}-safe.mp4")
        kind_of_file(Path(name))
        asked = {"plan": stored.text, "name": name, "from": plan, "version": stored.version}
        return self._put("redact", asked, video=stored.video, caller=caller, key=key)

    def ask_audit(self, copy: str, caller: str, key: str) -> Document:
        """Have a copy audited closely, with a page of what shows. Raises UnknownError."""
        found = self._copies.get(copy)
        asked = {"copy": copy, "name": found["name"]}
        return self._put("audit", asked, video=found["video"], caller=caller, key=key)

    def ask_pull(self, model: str, caller: str, key: str) -> Document:
        """Have a model of the catalog fetched. Raises UsageError for one that there is nowhere to fetch from."""
        require_source(find(model))
        return self._put("pull", {"model": model}, caller=caller, key=key)

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
        page = self._scratch / f"{job}.html"
        if not page.exists():
            raise UnknownError("there is no report of this job (any more): audit the copy again")
        return page

    def _put(self, kind: str, asked: Mapping[str, Any], *, video: str = "", caller: str, key: str) -> Document:
        with open_store(self._settings.library, create=False) as store:
            job = store.jobs.put(kind, asked, video=video, caller=caller, key=key)
        return self.get(job)


def _check_pattern(pattern: str) -> None:
    """Raise UsageError for no regular expression."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise UsageError(f"text_pattern: expected a regular expression or {PII!r} ({error})") from error


def _document(job: StoredJob) -> Document:
    """A job as the API tells of it: without the text of plans, and without paths."""
    hidden = {"plan", "path"} if job.kind in ("redact", "add") else set()
    asked = {name: value for name, value in job.asked.items() if name not in hidden}
    if job.kind == "add":
        asked["name"] = Path(job.asked["path"]).name
    document: Document = {
        "id": job.id,
        "kind": job.kind,
        "asked": asked,
        "video": job.video,
        "caller": job.caller,
        "status": job.status,
        "step": job.step,
        "done": job.done,
        "total": job.total,
        "message": job.message,
        "result": job.result,
        "created": job.created,
        "started": job.started,
        "ended": job.ended,
    }
    shown: Document = printable(document)
    return shown
