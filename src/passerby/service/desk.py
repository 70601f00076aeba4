"""The facade for what a server keeps and does: all that the API and the pages may call besides library and accounts."""

import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from passerby.accounts import Accounts
from passerby.dates import format_date
from passerby.errors import UnknownVideoError, UsageError
from passerby.export.document import Document, video_summary
from passerby.library import Library
from passerby.media.containers import kind_of_file
from passerby.models.catalog import find
from passerby.records import Video
from passerby.redact import plan_file
from passerby.redact.policy import KINDS, PII
from passerby.service.executor import Executor, leave_nothing
from passerby.service.hooks import Messenger, check_address
from passerby.service.pictures import Pictures
from passerby.service.scratch import Scratch
from passerby.service.uploads import Uploads, safe_name
from passerby.settings import Settings
from passerby.store.jobs import KEPT, StoredJob
from passerby.store.plans import StoredPlan
from passerby.store.store import Store

LONGEST_STEM = 40  # characters of the name of an original in that of its copy: at most 160 bytes
STOP_SECONDS = 15.0  # in which the processes of a job surely end


class UnknownError(UsageError):
    """There is nothing of that id: a job, a plan, a copy, a picture."""


class Desk:
    """What a server works with. ``start`` begins the work on jobs, ``close`` ends it; each is called once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.library = Library(settings)
        self.accounts = Accounts(settings)
        self.uploads = Uploads(settings)
        self.pictures = Pictures()
        Store.open(settings.library_path, create=True).close()
        # Pages with what a copy fails to hide: the library never holds such pictures.
        self._scratch = Scratch()
        self._messenger = Messenger(settings)
        self._executor = Executor(settings, self._scratch.path, self._messenger.tell)

    def start(self) -> None:
        self.uploads.take_up()
        self._executor.start()

    def close(self) -> None:
        self._executor.end()
        self._messenger.close()
        self.pictures.close()
        self._scratch.close()

    # Videos

    def videos(self, *, sort: str, named: str, limit: int, start: int) -> tuple[list[Document], int]:
        """A part of the list of videos whose names hold ``named``, and how many there are of them."""
        with self._open() as store:
            found = [video for video in store.videos() if named.casefold() in video.name.casefold()]
            found.reverse()
            if sort == "name":
                found.sort(key=lambda video: video.name.casefold())
            elif sort == "duration":
                found.sort(key=lambda video: video.duration * video.time_base.tick, reverse=True)
            elif sort == "recorded":
                found.sort(key=lambda video: video.recorded.unix_seconds if video.recorded else 0, reverse=True)
            shown = found[start : start + limit]
            documents = [_listed(video) for video in shown]
        return [printable(document) for document in documents], len(found)

    def has(self, video: str) -> bool:
        with self._open() as store:
            return store.video(video) is not None

    def original(self, video: str) -> Path:
        """The file of a video. Raises UnknownVideoError."""
        with self._open() as store:
            found = store.video(video)
        if found is None:
            raise UnknownVideoError(f"no video of the library has the id {video[:12]}")
        return Path(found.path)

    def thumbnail(self, video: str, moment: int | None) -> bytes:
        """A JPEG of a moment, people masked; of the first moment with one, if none is named. Raises UnknownError."""
        with self._open() as store:
            numbers = range(len(store.moments(video))) if moment is None else [moment]
            for number in numbers:
                found = store.thumbnail(video, number)
                if found is not None:
                    return found.jpeg
        raise UnknownError("there is no picture of this moment")

    # Jobs

    def ask_add(self, path: str, caller: str, key: str) -> Document:
        """Have a file or folder of the server's added, under one of its roots. Raises UsageError."""
        roots = [Path(root).resolve() for root in self.settings.roots.split(":") if root]
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
        self.original(video)
        unknown = set(asked["hide"]) - set(KINDS)
        if unknown:
            raise UsageError(f"{min(unknown)!r} cannot be hidden; expected some of {', '.join(KINDS)}")
        check_pattern(asked["text_pattern"])
        return self._put("look", dict(asked), video=video, caller=caller, key=key)

    def ask_copy(self, plan: str, name: str, caller: str, key: str) -> Document:
        """Have a copy made as a plan says, and audited; "" lets it have a name. Raises UnknownError, UsageError."""
        stored = self._plan(plan)
        source = self.original(stored.video)
        name = name or f"{Path(safe_name(source.name)).stem[:LONGEST_STEM]}-safe.mp4"
        if safe_name(name) != name:
            raise UsageError(f"{name!r}: expected a name for a video file, such as {safe_name(source.stem)}-safe.mp4")
        kind_of_file(Path(name))
        asked = {"plan": stored.text, "name": name, "from": plan, "version": stored.version}
        return self._put("redact", asked, video=stored.video, caller=caller, key=key)

    def ask_audit(self, copy: str, caller: str, key: str) -> Document:
        """Have a copy audited closely, with a page of what shows. Raises UnknownError."""
        found = self.copy(copy)
        asked = {"copy": copy, "name": found["name"]}
        return self._put("audit", asked, video=found["video"], caller=caller, key=key)

    def ask_pull(self, model: str, caller: str, key: str) -> Document:
        """Have a model of the catalog fetched. Raises UsageError."""
        find(model)
        return self._put("pull", {"model": model}, caller=caller, key=key)

    def job(self, job: str) -> Document:
        """Raises UnknownError."""
        with self._open() as store:
            found = store.jobs.get(job)
        if found is None:
            raise UnknownError(f"there is no job {job} (any more)")
        return job_document(found)

    def jobs(self, *, limit: int, before: str = "", video: str = "", active: bool = False) -> list[Document]:
        with self._open() as store:
            found = store.jobs.latest(limit, before=before, video=video, active=active)
        return [job_document(job) for job in found]

    def job_counts(self) -> dict[str, int]:
        with self._open() as store:
            return store.jobs.counts()

    def changes(self) -> int:
        """A number that is another one after any job has changed."""
        with self._open() as store:
            return store.jobs.changes()

    def forget(self, video: str) -> None:
        """Erase a video, with all that the library has of it, after the work on it has ended. Raises UnknownVideoError.

        A job that adds a whole folder goes on: it may take the file in again.
        """
        path = self.original(video)
        with self._open() as store:
            jobs = [job for job in store.jobs.active() if job.video == video or job.asked.get("path") == str(path)]
            for job in jobs:
                _stop(store, job.id)
            pages = [job.id for job in store.jobs.latest(KEPT, video=video)]
        until = time.monotonic() + STOP_SECONDS
        while any(not self._has_ended(job.id) for job in jobs) and time.monotonic() < until:
            time.sleep(0.05)
        with self._open() as store:
            store.jobs.erase([job.id for job in jobs])
        try:
            self.library.forget(video)
        except UnknownVideoError:  # it went with the job that was taking it in
            if not jobs:
                raise
        for job_id in pages:
            (self._scratch.path / f"{job_id}.html").unlink(missing_ok=True)

    def _has_ended(self, job: str) -> bool:
        with self._open() as store:
            found = store.jobs.get(job)
        return found is None or found.has_ended

    def stop(self, job: str) -> None:
        """Raises UnknownError."""
        self.job(job)
        with self._open() as store:
            _stop(store, job)

    def report(self, job: str) -> Path:
        """The page of an audit. Raises UnknownError once the server has been started anew."""
        self.job(job)
        page = self._scratch.path / f"{job}.html"
        if not page.exists():
            raise UnknownError("there is no report of this job (any more): audit the copy again")
        return page

    def _put(self, kind: str, asked: Mapping[str, Any], *, video: str = "", caller: str, key: str) -> Document:
        with self._open() as store:
            job = store.jobs.put(kind, asked, video=video, caller=caller, key=key)
        return self.job(job)

    # Plans

    def plan(self, plan: str) -> Document:
        """A plan with what it is of. Raises UnknownError."""
        return _plan_document(self._plan(plan))

    def plans(self, video: str) -> list[Document]:
        """The plans of a video, newest first, without what is in them."""
        with self._open() as store:
            found = store.plans.of(video)
        return [_plan_summary(plan) for plan in found]

    def change_plan(self, plan: str, document: Mapping[str, Any], version: int) -> Document:
        """Put another document in the place of a version of a plan.

        Raises UnknownError, UsageError for no plan, one of another video, and for a version that is not the newest.
        """
        stored = self._plan(plan)
        parsed = plan_file.parse(json.dumps(document), "the plan")
        if parsed.original != plan_file.parse(stored.text, "the plan").original:
            raise UsageError("the plan: expected one of the same original")
        with self._open() as store:
            store.plans.change(plan, plan_file.dump(parsed), version)
        return self.plan(plan)

    def remove_plan(self, plan: str) -> None:
        self._plan(plan)
        with self._open() as store:
            store.plans.remove(plan)

    def frame(self, video: str, seconds: float, long_side: int) -> bytes:
        """The frame of an original at a time, as a JPEG. Raises UnknownVideoError, MediaError."""
        return self.pictures.frame(self.original(video), Fraction(seconds), long_side=long_side)

    def hidden_frame(self, plan: str, seconds: float, long_side: int) -> bytes:
        """That frame as the copy of a plan shows it, as a JPEG. Raises UnknownError, MediaError."""
        stored = self._plan(plan)
        return self.pictures.frame(self.original(stored.video), Fraction(seconds), stored.text, long_side)

    def track_picture(self, plan: str, number: int) -> bytes:
        """What a track of a plan hides, as a JPEG. Raises UnknownError, MediaError, UsageError."""
        stored = self._plan(plan)
        return self.pictures.track(self.original(stored.video), stored.text, number)

    def _plan(self, plan: str) -> StoredPlan:
        with self._open() as store:
            found = store.plans.get(plan)
        if found is None:
            raise UnknownError(f"there is no plan {plan} (any more)")
        return found

    # Copies

    def copies(self, video: str = "", *, only_passed: bool = False) -> list[Document]:
        """The copies that are ready, of a video or of all, newest first; those alone in which nothing was found."""
        with self._open() as store:
            found = [owned for owned in store.files.every("copy", video) if owned.ready]
            root = store.files.root()
        documents = []
        for owned in found:
            with suppress(FileNotFoundError):  # it is being forgotten
                manifest = json.loads((root / owned.path / "manifest.json").read_text("utf-8"))
                documents.append(
                    {
                        "id": Path(owned.path).name,
                        "video": owned.video,
                        "name": manifest["copy"]["name"],
                        "created": owned.created,
                        "passed": manifest["audit"]["pass"],
                        "summary": manifest["summary"],
                    }
                )
        return [document for document in documents if document["passed"] or not only_passed]

    def copy(self, copy: str, *, only_passed: bool = False) -> Document:
        """Raises UnknownError."""
        found = next((each for each in self.copies(only_passed=only_passed) if each["id"] == copy), None)
        if found is None:
            raise UnknownError(f"there is no copy {copy} (any more)")
        return found

    def copy_file(self, copy: str, what: str) -> Path:
        """The copy itself, its plan or its manifest. Raises UnknownError."""
        found = self.copy(copy)
        names = {"media": found["name"], "plan": f"{found['name']}.plan.json", "manifest": "manifest.json"}
        file = self.settings.library_path / "copies" / copy / str(names[what])
        if not file.is_file():  # it is being forgotten, or was taken away by hand
            raise UnknownError(f"there is no copy {copy} (any more)")
        return file

    def remove_copy(self, copy: str) -> None:
        self.copy(copy)
        with self._open() as store:
            store.files.drop("copy", copy)

    # Addresses to tell

    def hooks(self) -> list[Document]:
        with self._open() as store:
            return [{"id": hook.id, "url": hook.url, "created": hook.created} for hook in store.hooks.every()]

    def add_hook(self, url: str) -> Document:
        """Its secret is told here, and never again. Raises UsageError for an address that may not be told."""
        check_address(url, allow_private=bool(self.settings.private_hooks))
        with self._open() as store:
            return asdict(store.hooks.put(url))

    def remove_hook(self, hook: str) -> None:
        with self._open() as store:
            store.hooks.remove(hook)

    def _open(self) -> Store:
        return Store.open(self.settings.library_path, create=False)


def _listed(video: Video) -> Document:
    """A video in the list: more than the command line's list has, for what is shown and sorted by."""
    return video_summary(video) | {
        "recorded": "" if video.recorded is None else format_date(video.recorded.unix_seconds),
        "recorded_source": "" if video.recorded is None else video.recorded.source,
        "width": video.width,
        "height": video.height,
    }


def printable(document: Any) -> Any:
    """``document`` with a question mark in the place of each byte of a file's name that is no UTF-8."""
    if isinstance(document, str):
        return document.encode("utf-8", "replace").decode("utf-8")
    if isinstance(document, dict):
        return {name: printable(value) for name, value in document.items()}
    if isinstance(document, list):
        return [printable(value) for value in document]
    return document


def check_pattern(pattern: str) -> None:
    """Raise UsageError for no regular expression."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise UsageError(f"text_pattern: expected a regular expression or {PII!r} ({error})") from error


def job_document(job: StoredJob) -> Document:
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


def _stop(store: Store, job: str) -> None:
    """Ask for the end of a job, and clear away after one that has never run."""
    store.jobs.stop(job)
    found = store.jobs.get(job)
    if found is not None and found.status == "cancelled":
        leave_nothing(store, "original", found.asked.get("upload", ""))


def _plan_summary(plan: StoredPlan) -> Document:
    return {"id": plan.id, "video": plan.video, "version": plan.version, "changed": plan.changed}


def _plan_document(plan: StoredPlan) -> Document:
    return _plan_summary(plan) | {"plan": json.loads(plan.text)}
