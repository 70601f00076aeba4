"""Runs the jobs of a library, each in a process of its own that is watched, limited, and stopped when asked."""

import fcntl
import logging
import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from pathlib import Path

from passerby.errors import StoreError
from passerby.files import private
from passerby.processes.inbox import Inbox
from passerby.processes.limits import broken
from passerby.processes.signals import signals_held
from passerby.service.clearing import leave_nothing
from passerby.service.work import Done, work
from passerby.settings import Settings
from passerby.store.files import OwnedKind
from passerby.store.jobs import JobEnd, StoredJob
from passerby.store.library import Store, open_store
from passerby.wording import written_out

LOCK_FILE = "executor"
WATCH_SECONDS = 0.2  # how often new jobs and stops are looked for
TELL_SECONDS = 0.5  # how often progress is written down
OUTLIVED_SECONDS = 1.0  # by the server: else its end was that of the process, too, and no fault of the job
FREE_MEGABYTES = 512  # on the disk of the library, below which no job is begun

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    job: StoredJob
    process: SpawnProcess
    inbox: Inbox[Done]
    told: float = 0.0
    broken: str = ""  # which limit, and why it was ended


class Executor(threading.Thread):
    """The thread that does the jobs of a library while a server runs; one server a library does, others wait."""

    def __init__(self, settings: Settings, scratch: Path) -> None:
        super().__init__(name="executor", daemon=True)
        self._settings = settings
        self._scratch = scratch
        self._ending = threading.Event()
        self._began = time.time()
        self._running: list[_Running] = []

    def end(self) -> None:
        """Stop: what runs is ended, and waits again when the next server starts."""
        self._ending.set()
        self.join()

    def run(self) -> None:
        with self._alone() as alone:
            if alone:
                self._work()

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Hold the lock of the library's jobs; False if the server ended before it was free."""
        with open(self._settings.library_path / LOCK_FILE, "ab", opener=private.opener) as file:
            while not self._ending.is_set():
                with suppress(BlockingIOError, PermissionError):
                    fcntl.lockf(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
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
            _kill(running)
        with suppress(StoreError), self._store() as store:  # the next one takes up what this cannot put back
            for running in self._running:
                store.jobs.put_back(running.job.id)

    def _take_up(self) -> None:
        """What a killed server was working on waits again, and nothing is left of what it had begun and does not."""
        with self._store() as store:
            store.jobs.take_up()
            active = store.jobs.active()
            working = {job.id for job in active} | {job.asked.get("upload") for job in active}
            kinds: tuple[OwnedKind, ...] = ("original", "copy")
            for kind in kinds:
                for owned in store.files.every(kind):
                    name = Path(owned.path).name
                    # What has come since this server began is handed to a job at this moment.
                    if not owned.ready and owned.created < self._began and name not in working:
                        leave_nothing(store, kind, name)

    def _round(self) -> None:
        with self._store() as store:
            self._start(store)
            ready = wait([running.inbox.connection for running in self._running], 0) if self._running else []
            stopping = store.jobs.stopping() if self._running else set()
            for running in list(self._running):
                if running.job.id in stopping:
                    _kill(running)
                    self._end(store, running, Done(True, "stopped", {}), cancelled=True)
                elif running.inbox.connection in ready and not running.inbox.take_in():
                    self._finish(store, running)
                else:
                    self._watch(store, running)
        if self._running:
            wait([running.inbox.connection for running in self._running], WATCH_SECONDS)
        else:
            self._ending.wait(WATCH_SECONDS)

    def _start(self, store: Store) -> None:
        while len(self._running) < self._settings.jobs and self._has_room():
            job = store.jobs.take()
            if job is None:
                return
            ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
            process = multiprocessing.get_context("spawn").Process(
                target=work, args=(job, self._settings, self._scratch, theirs), name=f"passerby {job.kind}"
            )
            try:
                with signals_held():
                    process.start()
            except OSError:  # no memory, or no more processes
                ours.close()
                store.jobs.put_back(job.id)
                raise
            finally:
                theirs.close()
            self._running.append(_Running(job, process, Inbox(ours, Done)))

    def _has_room(self) -> bool:
        return shutil.disk_usage(self._settings.library_path).free >= FREE_MEGABYTES << 20

    def _watch(self, store: Store, running: _Running) -> None:
        """Write down how far it is; end it if nothing is heard of it."""
        now = time.monotonic()
        progress = running.inbox.latest
        if progress and now - running.told >= TELL_SECONDS:
            running.told, running.inbox.latest = now, None
            store.jobs.tell(running.job.id, progress.step, progress.done, progress.total)
        # A worker of its own that hangs is ended before that by the supervisor in the process of the job.
        running.broken = broken(
            running.process.pid or 0,
            running.inbox.heard,
            memory_mb=self._settings.memory_mb,
            stall_seconds=3 * self._settings.stall_seconds,
        )
        if running.broken:
            _kill(running)

    def _finish(self, store: Store, running: _Running) -> None:
        """Its process has sent all that it will."""
        running.process.join()
        if running.inbox.end is None and self._ending.wait(OUTLIVED_SECONDS):
            return  # `_work` puts it back
        if running.inbox.end is None and store.jobs.again(running.job.id):
            self._running.remove(running)
            running.inbox.close()
            return
        stopped = running.inbox.end is None and running.job.id in store.jobs.stopping()
        died = running.broken or "died"
        done = Done(True, "stopped", {}) if stopped else Done(True, f"its process {died}, more than once", {})
        self._end(store, running, running.inbox.end or done, cancelled=stopped)

    def _end(self, store: Store, running: _Running, done: Done, *, cancelled: bool = False) -> None:
        self._running.remove(running)
        running.inbox.close()
        job = running.job
        if done.details:
            details = "\n".join(map(written_out, done.details.splitlines()))
            logger.error("job %s (%s): %s\n%s", job.id, job.kind, written_out(done.message), details)
        if cancelled or done.failed:
            leave_nothing(store, "copy", job.id)
            leave_nothing(store, "original", job.asked.get("upload", ""))
        status: JobEnd = "cancelled" if cancelled else "failed" if done.failed else "done"
        store.jobs.end(job.id, status, done.message, done.result, done.video)

    def _store(self) -> Store:
        return open_store(self._settings.library, create=False)


def _kill(running: _Running) -> None:
    """End the process of a job, and those that it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(running.process.pid or 0, signal.SIGKILL)
    running.process.kill()
    running.process.join()
