"""The local executor: one worker process a video, watched by a supervisor that outlives them all.

A decoder that crashes, a file that hangs it or fills the memory costs that video only. (A process pool breaks for
everybody when one of its workers is killed.)
"""

import multiprocessing
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

from passerby.executors.worker import Job, work
from passerby.pipeline.outcome import Outcome
from passerby.processes.inbox import Inbox
from passerby.processes.limits import WATCH_SECONDS, broken
from passerby.processes.signals import signals_held
from passerby.progress import Progress

RETRIES = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What the workers may use."""

    workers: int
    memory_mb: int  # of one worker
    stall_seconds: float  # without a sign of progress


@dataclass(slots=True)
class _Worker:
    job: Job
    attempt: int
    process: SpawnProcess
    inbox: Inbox[Outcome]


class Supervisor:
    """Runs jobs in workers. Use `run` once."""

    def __init__(self, limits: Limits, on_progress: Callable[[Progress], None]) -> None:
        self._limits = limits
        self._on_progress = on_progress
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._waiting: deque[tuple[Job, int]] = deque()

    def run(self, jobs: Iterable[Job]) -> Generator[Outcome, None, None]:
        """The outcomes of all jobs, as they come. Ends its workers when it is closed early."""
        self._waiting.extend((job, 0) for job in jobs)
        try:
            while self._waiting or self._workers:
                self._start_workers()
                yield from self._watch()
        finally:
            for worker in self._workers:
                worker.process.kill()
                worker.process.join()
                worker.inbox.close()

    def _start_workers(self) -> None:
        while self._waiting and len(self._workers) < self._limits.workers:
            job, attempt = self._waiting.popleft()
            ours, theirs = self._context.Pipe(duplex=False)
            # Not a daemon: a worker may start processes of its own, and run() ends it in any case.
            process = self._context.Process(target=work, args=(job, theirs), name=f"passerby {job.path.name}")
            with signals_held():
                process.start()
                self._workers.append(_Worker(job, attempt, process, Inbox(ours, Outcome, self._on_progress)))
            theirs.close()

    def _watch(self) -> Iterator[Outcome]:
        wait([worker.inbox.connection for worker in self._workers], WATCH_SECONDS)
        for worker in list(self._workers):
            alive = worker.inbox.take_in()
            reason = self._limit_broken(worker) if alive else ""
            if reason:
                worker.process.kill()
                alive = False
            if not alive:
                self._workers.remove(worker)
                yield from self._end(worker, reason)

    def _limit_broken(self, worker: _Worker) -> str:
        """Why the worker has to be stopped; "" while it may go on."""
        return broken(
            worker.process.pid or 0,
            worker.inbox.heard,
            memory_mb=self._limits.memory_mb,
            stall_seconds=self._limits.stall_seconds,
        )

    def _end(self, worker: _Worker, reason: str) -> Iterator[Outcome]:
        worker.process.join()
        worker.inbox.close()
        if worker.inbox.end is not None:
            yield worker.inbox.end
            return
        if worker.attempt < RETRIES:
            self._waiting.appendleft((worker.job, worker.attempt + 1))
            return
        code = worker.process.exitcode or 0
        died = f"its worker was killed by signal {-code}" if code < 0 else f"its worker ended with exit code {code}"
        problem = f"its worker {reason}" if reason else died
        yield Outcome(
            worker.job.path,
            "failed",
            f"{worker.job.path}: {problem}, {worker.attempt + 1} times; nothing is kept of it, other videos go on",
            error="WorkerError",
        )
