"""Batches: safe copies of many videos at once, each after a look, where no person need look first.

The rule is ``redact.audit.unattended``. A batch is told by its jobs, whose requests name it, and is known for as long
as they are kept.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import UnknownError, UnknownVideoError, UsageError
from passerby.evidence.custody import Custody
from passerby.object_storage.bucket import StoredObject
from passerby.redact.audit.unattended import Doubts, doubts_of_audit
from passerby.service.archives import free_name
from passerby.service.copies import Copies
from passerby.service.jobs.look import LookJob
from passerby.service.queue import JobQueue
from passerby.settings import Settings
from passerby.store.jobs import StoredJob
from passerby.store.library import Store, open_store
from passerby.wording import all_in_unicode

MOST_VIDEOS = 400  # of a batch: with two jobs each, all of them are among those that are kept
BATCH_BYTES = 8  # of an id

RowState = Literal["waiting", "looking", "needs_look", "copying", "made", "failed", "stopped"]
_OF_STATUS: Mapping[str, RowState] = {"waiting": "waiting", "failed": "failed", "cancelled": "stopped"}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """How one video of a batch is."""

    state: RowState
    job: StoredJob  # the newest
    doubts: Doubts  # why a person should look
    plan: str  # the id of the one that was made, or is followed; "" while there is none
    copy: str  # the id of one that is ready, be it made by hand from the plan; "" for none

    def document(self, names: Mapping[str, str]) -> Document:
        job = self.job
        return {
            "video": job.video,
            "name": names.get(job.video, ""),
            "state": self.state,
            "doubts": dict(self.doubts),
            "plan": self.plan,
            "copy": self.copy,
            "job": job.id,
            "step": job.step,
            "done": job.done,
            "total": job.total,
            "message": job.message if self.state == "failed" else "",
        }


class Batches:
    """The batches of a library."""

    def __init__(self, settings: Settings, jobs: JobQueue, copies: Copies, custody: Custody) -> None:
        self._library = settings.library
        self._jobs = jobs
        self._copies = copies
        self._custody = custody

    def begin(self, caller: Caller, videos: Sequence[str], request: Mapping[str, Any]) -> Document:
        """Have videos looked through, and a copy made of each that needs no person's look: all of them or none.

        Raises UsageError for more than ``MOST_VIDEOS``, none, or what cannot be looked for; UnknownVideoError.
        """
        wanted = list(dict.fromkeys(videos))
        if not 0 < len(wanted) <= MOST_VIDEOS:
            raise UsageError(
                f"expected 1 to {MOST_VIDEOS} videos for a batch, found {len(wanted)}; choose fewer at once"
            )
        batch = secrets.token_hex(BATCH_BYTES)
        job = LookJob.ask({**request, "batch": batch})
        with open_store(self._library, create=False) as store, store.transaction():
            known = {video.id for video in store.videos.with_ids(set(wanted))}
            if unknown := [video for video in wanted if video not in known]:
                raise UnknownVideoError(f"no video of the library has the id {unknown[0][:12]}")
            begun = {
                video: store.jobs.put(job.kind, job.to_json(), video=video, caller=caller.name) for video in wanted
            }
        for video, look in begun.items():
            self._custody.note(caller, "look", video, job=look)
        return self.get(batch)

    def all(self) -> list[Document]:
        """The batches that are known, newest first: what was asked for, and how many videos are how."""
        with open_store(self._library, create=False) as store:
            jobs: dict[str, list[StoredJob]] = {}
            for job in store.jobs.batched():
                jobs.setdefault(job.request["batch"], []).append(job)
            told = [_summary(batch, of_it, self._rows(store, of_it)) for batch, of_it in jobs.items()]
        return sorted(told, key=lambda each: -each["created"])

    def get(self, batch: str) -> Document:
        """A batch with its videos, as they were asked for. Raises UnknownError."""
        with open_store(self._library, create=False) as store:
            jobs = store.jobs.batched(batch)
            rows = self._rows(store, jobs)
            names = {video.id: video.name for video in store.videos.with_ids({row.job.video for row in rows})}
        if not batch or not jobs:
            raise UnknownError(f"there is no batch {batch} (any more)")
        document = _summary(batch, jobs, rows) | {"videos": [row.document(names) for row in rows]}
        shown: Document = all_in_unicode(document)
        return shown

    def stop(self, caller: Caller, batch: str) -> Document:
        """Stop what of a batch is not done; what was made stays. Raises UnknownError."""
        self.get(batch)
        for kind in ("look", "redact"):  # a look that ends meanwhile has begun its copy
            with open_store(self._library, create=False) as store:
                going = [job.id for job in store.jobs.batched(batch) if job.kind == kind and not job.has_ended]
            for job in going:
                self._jobs.stop(caller, job)
        return self.get(batch)

    def files(self, caller: Caller, batch: str) -> list[tuple[str, Path | StoredObject]]:
        """The copies of a batch that need nobody's look, to be kept: each with a name of its own.

        Raises UnknownError, also where there is none.
        """
        made = [video["copy"] for video in self.get(batch)["videos"] if video["state"] == "made"]
        if not made:
            raise UnknownError(f"the batch {batch} has no copy that needs nobody's look (any more)")
        taken = set[str]()
        found = [(copy, self._copies.file(caller, copy, "media", download=True)) for copy in made]
        return [(free_name(name, copy, taken), file) for copy, (name, file) in found]

    def _rows(self, store: Store, jobs: Iterable[StoredJob]) -> list[BatchRow]:
        """One for each video, by the newest of its jobs, which are given oldest first."""
        newest: dict[str, StoredJob] = {}
        for job in jobs:
            newest[job.video] = job
        return [self._row(store, job) for job in newest.values()]

    def _row(self, store: Store, job: StoredJob) -> BatchRow:
        plan = job.result.get("plan", "") if job.kind == "look" else job.request["from"]
        if job.status != "done":
            busy: RowState = "looking" if job.kind == "look" else "copying"
            return BatchRow(_OF_STATUS.get(job.status, busy), job, {}, plan, "")
        if job.kind == "look":
            return self._after_look(store, job, plan)
        return self._with_copy(job, plan, job.result["copy"], doubts_of_audit(job.result["audit"]))

    def _after_look(self, store: Store, job: StoredJob, plan: str) -> BatchRow:
        """A video of which no copy is begun: a person is to look, or has, and has made one from the plan."""
        doubts = job.result.get("doubts", {})
        for other in store.jobs.latest(1000, video=job.video):
            if other.kind == "redact" and other.status == "done" and other.request.get("from") == plan:
                return self._with_copy(job, plan, other.result["copy"], doubts_of_audit(other.result["audit"]))
        return BatchRow("needs_look", job, doubts, plan, "")

    def _with_copy(self, job: StoredJob, plan: str, copy: str, doubts: Doubts) -> BatchRow:
        """A video of which there is a copy: one that all may see, or at which a person should look."""
        try:
            self._copies.get(copy, for_viewers=True)
        except UnknownError:
            return BatchRow("needs_look", job, doubts, plan, copy)
        return BatchRow("made", job, {}, plan, copy)


def _summary(batch: str, jobs: Sequence[StoredJob], rows: Sequence[BatchRow]) -> Document:
    first = jobs[0] if jobs else None
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.state] = counts.get(row.state, 0) + 1
    asked = first.request if first and first.kind == "look" else {}
    return {
        "id": batch,
        "created": first.created if first else 0.0,
        "caller": first.caller if first else "",
        "hide": asked.get("hide", []),
        "preset": asked.get("preset", ""),
        "counts": counts,
    }
