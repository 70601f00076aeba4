"""Runs the jobs of a library, each in a process of its own that is watched, limited, and stopped when asked."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import StoreError, WorkerError
from passerby.processes.child import Child
from passerby.processes.limits import WATCH_SECONDS, Limits
from passerby.progress import Progress
from passerby.service.jobs.base import JobResult, Leftover
from passerby.service.jobs.cleanup import clear_away, remove_unfinished
from passerby.service.jobs.process import work
from passerby.service.jobs.stored_kinds import job_of
from passerby.settings import Settings
from passerby.store.files import OwnedKind
from passerby.store.jobs import JobEnd, StoredJob
from passerby.store.library import Store, blobs_of, locks_of, open_store
from passerby.wording import written_out

TELL_SECONDS = 0.5  # how often progress is written down
OUTLIVED_SECONDS = 1.0  # by the server: else its end was that of the process, too, and no fault of the job
FREE_MEGABYTES = 512  # on the disk of the library, below which no job is begun

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    job: StoredJob
    process: Child[Progress | JobResult]
    latest: Progress | None = None  # that is not written down yet
    told_at: float = 0.0  # when some was


class JobRunner:
    """Does the jobs of a library, in a thread, while a server runs; one server a library does, others wait."""

    def __init__(self, settings: Settings, scratch: Path) -> None:
        self._settings = settings
        self._scratch = scratch
        # A worker that a job has started and that hangs is ended before that by the job itself.
        self._limits = Limits.of(settings).prolonged()
        self._ending = threading.Event()
        self._began = time.time()
        self._running: list[_Running] = []
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Stop: what runs is ended, and waits again when the next server starts."""
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        with self._alone() as alone:
            if alone:
                self._work()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Hold the lock of the library's jobs; False if the server ended before it was free."""
        locks = locks_of(self._settings.library)
        while not self._ending.is_set():
            with locks.jobs() as held:
                if held:
                    yield True
                    return
            self._ending.wait(WATCH_SECONDS)
        yield False

    def _work(self) -> None:
        taken_up = False
        while not self._ending.is_set():
            try:
                if not taken_up:
                    self._take_up()
                    taken_up = True
                self._round()
            except Exception:  # the thread's outer door: the disk may be full, the database locked for long
                logger.exception("jobs cannot be looked at; that is tried again")
                self._ending.wait(5)
        for running in self._running:
            running.process.kill()
        with suppress(StoreError), self._store() as store:  # the next one takes up what this cannot put back
            for running in self._running:
                store.jobs.put_back(running.job.id)

    def _take_up(self) -> None:
        """What a killed server was working on waits again, and nothing is left of what it had begun and does not."""
        with self._store() as store:
            store.jobs.take_up()
            working = {leftover for job in store.jobs.active() for leftover in job_of(job).leftovers(job.id)}
            kinds: tuple[OwnedKind, ...] = ("original", "copy")
            for kind in kinds:
                for owned in store.files.all(kind):
                    leftover = Leftover(kind, owned.name)
                    # What has come since this server began is handed to a job at this moment.
                    if not owned.ready and owned.created < self._began and leftover not in working:
                        remove_unfinished(store, leftover)

    def _round(self) -> None:
        with self._store() as store:
            self._start(store)
            stopping = store.jobs.stopping() if self._running else set()
            for running in list(self._running):
                if running.job.id in stopping:
                    self._stop(store, running)
                else:
                    self._hear(store, running)
        if self._ending.is_set():
            return
        if self._running:
            Child.wait([running.process for running in self._running], WATCH_SECONDS)
        else:
            self._ending.wait(WATCH_SECONDS)

    def _start(self, store: Store) -> None:
        while len(self._running) < self._settings.jobs and self._has_room():
            job = store.jobs.take()
            if job is None:
                return
            arguments = (job, self._settings, self._scratch)
            try:
                child = Child[Progress | JobResult](
                    work, arguments, self._limits, name=f"passerby {job.kind}", leads=True
                )
                child.start()
            except OSError:  # no memory, or no more files or processes
                store.jobs.put_back(job.id)
                raise
            self._running.append(_Running(job, child))

    def _has_room(self) -> bool:
        free = blobs_of(self._settings.library).free_bytes()
        return free is None or free >= FREE_MEGABYTES << 20

    def _hear(self, store: Store, running: _Running) -> None:
        """Take in what the process of a job has sent, and write down now and then how far it is."""
        try:
            for message in running.process.messages():
                if isinstance(message, JobResult):
                    running.process.end()
                    self._end(store, running, message, "failed" if message.failed else "done")
                    return
                running.latest = message
        except WorkerError:
            self._lose(store, running)
            return
        now = time.monotonic()
        if running.latest and now - running.told_at >= TELL_SECONDS:
            progress, running.latest, running.told_at = running.latest, None, now
            store.jobs.tell(running.job.id, progress.step, progress.done, progress.total)

    def _lose(self, store: Store, running: _Running) -> None:
        """Its process has died, or was ended for what it used: the job is tried again, or it has failed."""
        if self._ending.wait(OUTLIVED_SECONDS):
            return  # `_work` puts it back
        if store.jobs.again(running.job.id, self._limits.tries):
            self._running.remove(running)
        elif running.job.id in store.jobs.stopping():
            self._stop(store, running)
        else:
            reason = running.process.broken or "died"
            often = ", more than once" if self._limits.tries > 1 else ""
            self._end(store, running, JobResult(True, f"its process {reason}{often}", {}), "failed")

    def _stop(self, store: Store, running: _Running) -> None:
        running.process.kill()
        self._end(store, running, JobResult(True, "stopped", {}), "cancelled")

    def _end(self, store: Store, running: _Running, done: JobResult, status: JobEnd) -> None:
        job = running.job
        if done.details:
            details = "\n".join(map(written_out, done.details.splitlines()))
            logger.error("job %s (%s): %s\n%s", job.id, job.kind, written_out(done.message), details)
        if status != "done":
            clear_away(store, job)
        store.jobs.end(job.id, status, done.message, done.result, done.video)
        self._running.remove(running)  # last: if this cannot be written down now, the job is seen to have been lost

    def _store(self) -> Store:
        return open_store(self._settings.library, create=False)
