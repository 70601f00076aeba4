"""Runs the jobs of a library, each in a process of its own that is watched, limited, and stopped when asked.

Several servers can do so at once. What one of them works on is its own for as long as it prolongs the lease; when that
is over for ``GRACE`` of its length, others take the job up, and nothing that the first one says of it counts any more.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import GoneError, StoreError, WorkerError
from passerby.processes.child import Child
from passerby.processes.limits import WATCH_SECONDS, Limits
from passerby.progress import Progress
from passerby.service.jobs.audit import remove_pages_of_forgotten
from passerby.service.jobs.base import JobResult
from passerby.service.jobs.case_export import remove_left_bags
from passerby.service.jobs.cleanup import clear_away, remove_leftovers
from passerby.service.jobs.lease_watch import LOOKS
from passerby.service.jobs.process import work
from passerby.settings import Settings
from passerby.store.jobs import JobEnd, StoredJob
from passerby.store.library import Store, blobs_of, locks_of, open_store
from passerby.wording import written_out

TELL_SECONDS = 0.5  # how often progress is written down
OUTLIVED_SECONDS = 1.0  # by the server: else its end was that of the process, too, and no fault of the job
AWAY_SECONDS = 1.0  # from one try to use a library that cannot be used to the next
GRACE = 0.4  # of a lease, in which a job's process has ended that has lost it (``lease_watch``)
FREE_MEGABYTES = 512  # on the disk of the library, below which no job is begun

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    job: StoredJob
    process: Child[Progress | JobResult]
    latest: Progress | None = None  # that is not written down yet
    told_at: float = 0.0  # when some was
    done: JobResult | None = None  # that is not written down yet


class JobRunner:
    """Does the jobs of a library, in a thread, while a server runs.

    Where a library is a folder one server does, and others wait; in a database for many machines all do.
    """

    def __init__(self, settings: Settings, scratch: Path) -> None:
        self._settings = settings
        self._scratch = scratch
        # A worker that a job has started and that hangs is ended before that by the job itself.
        self._limits = Limits.of(settings).prolonged()
        self._ending = threading.Event()
        self._lease = settings.lease_seconds
        self._look_at = self._take_up_at = 0.0  # on the clock that never goes back
        self._took_up = False
        self._locks = locks_of(settings.library)
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
        while not self._ending.is_set():
            with self._locks.jobs() as held:
                if held:
                    yield True
                    return
            self._ending.wait(WATCH_SECONDS)
        yield False

    def _work(self) -> None:
        while not self._ending.is_set():
            try:
                self._look_after()
                self._round()
            except StoreError as error:  # a database that was stopped, a disk that is full
                logger.warning("jobs cannot be looked at (%s); that is tried again", written_out(str(error)))
                # Others could not prolong their leases either.
                self._take_up_at = time.monotonic() + self._lease
                self._ending.wait(AWAY_SECONDS)
            except Exception:  # the thread's outer door
                logger.exception("jobs cannot be looked at; that is tried again")
                self._ending.wait(5)
        for running in self._running:
            running.process.kill()
        with suppress(StoreError), self._store() as store:  # the next one takes up what this cannot put back
            for running in self._running:
                store.jobs.put_back(running.job)

    def _look_after(self) -> None:
        """Prolong the leases of what is worked on here, and take up what nobody works on any more."""
        now = time.monotonic()
        if now < self._look_at:
            return
        with self._store() as store:
            for running in list(self._running):
                if not store.jobs.renew(running.job, self._lease):
                    self._abandon(running)
            if now >= self._take_up_at:
                self._take_up(store)
            remove_pages_of_forgotten(store, self._scratch)
            remove_left_bags(store, self._scratch)
        self._look_at = now + self._lease / LOOKS

    def _take_up(self, store: Store) -> None:
        """What a killed server was working on waits again, and nothing is left of what it had begun and does not."""
        shares = self._locks.shares_jobs
        if not self._took_up or shares:
            lost = store.jobs.take_up(self._lease * GRACE if shares else None)
            if lost or not self._took_up:
                remove_leftovers(store)
            self._took_up = True

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
            job = store.jobs.take(self._lease)
            if job is None:
                return
            arguments = (job, self._settings, self._scratch)
            try:
                child = Child[Progress | JobResult](
                    work, arguments, self._limits, name=f"passerby {job.kind}", leads=True
                )
                child.start()
            except OSError:  # no memory, or no more files or processes
                store.jobs.put_back(job)
                raise
            self._running.append(_Running(job, child))

    def _has_room(self) -> bool:
        free = blobs_of(self._settings.library).free_bytes()
        return free is None or free >= FREE_MEGABYTES << 20

    def _hear(self, store: Store, running: _Running) -> None:
        """Take in what the process of a job has sent, and write down now and then how far it is."""
        try:
            self._listen(running)
        except WorkerError:
            self._lose(store, running)
            return
        now = time.monotonic()
        if running.done is not None:
            self._settle(store, running, running.done)
        elif running.latest and now - running.told_at >= TELL_SECONDS:
            progress, running.latest, running.told_at = running.latest, None, now
            store.jobs.tell(running.job, progress.step, progress.done, progress.total)

    def _listen(self, running: _Running) -> None:
        """Raises WorkerError, as the process does."""
        if running.done is not None:
            return
        for message in running.process.messages():
            if isinstance(message, JobResult):
                running.process.end()
                running.done = message
                return
            running.latest = message

    def _settle(self, store: Store, running: _Running, done: JobResult) -> None:
        """Its process has said how it ended. It is tried again if the database was away for it."""
        was_away = done.failed and done.result.get("error") == GoneError.__name__
        if was_away and store.jobs.again(running.job, self._limits.tries):
            self._running.remove(running)
        else:
            self._end(store, running, done, "failed" if done.failed else "done")

    def _lose(self, store: Store, running: _Running) -> None:
        """Its process has died, or was ended for what it used: the job is tried again, or it has failed."""
        if self._ending.wait(OUTLIVED_SECONDS):
            return  # `_work` puts it back
        if store.jobs.again(running.job, self._limits.tries):
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
        if not store.jobs.renew(job, self._lease):
            self._abandon(running)
            return
        if done.details:
            details = "\n".join(map(written_out, done.details.splitlines()))
            logger.error("job %s (%s): %s\n%s", job.id, job.kind, written_out(done.message), details)
        if status != "done":
            clear_away(store, job)
        store.jobs.end(job, status, done.message, done.result, done.video)
        self._running.remove(running)  # last: if this cannot be written down now, the job is seen to have been lost

    def _abandon(self, running: _Running) -> None:
        """Another server has taken the job up: this one was not heard of for too long."""
        running.process.kill()
        self._running.remove(running)
        logger.warning("job %s (%s): another server has taken it up", running.job.id, running.job.kind)

    def _store(self) -> Store:
        return open_store(self._settings.library, create=False)
