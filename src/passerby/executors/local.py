"""The local executor: one process a job on this machine, watched by a supervisor that outlives them all.

A decoder that crashes, a file that hangs it or fills the memory costs that job only. (A process pool breaks for
everybody when one of its workers is killed.)
"""

from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Generic

from passerby.errors import WorkerError
from passerby.executors.base import Job, Result
from passerby.processes.child import Child
from passerby.processes.cores import CORES_PER_WORKER, available_cores
from passerby.processes.limits import WATCH_SECONDS, Limits
from passerby.progress import OnProgress, Progress
from passerby.settings import Settings


class LocalExecutor:
    """Runs jobs in processes of this machine."""

    def __init__(self, workers: int, limits: Limits, on_progress: OnProgress) -> None:
        """``workers`` jobs run at once, each within the ``limits``."""
        self._workers = workers
        self._limits = limits
        self._on_progress = on_progress

    @classmethod
    def of(cls, settings: Settings, on_progress: OnProgress) -> "LocalExecutor":
        workers = settings.workers or max(1, available_cores() // CORES_PER_WORKER)
        return cls(workers, Limits.of(settings), on_progress)

    def run(self, jobs: Iterable[Job[Result]]) -> Generator[Result, None, None]:
        """The results of all jobs, as they come. Ends its workers when it is closed early."""
        waiting = deque((job, 1) for job in jobs)
        workers: list[_Worker[Result]] = []
        try:
            while waiting or workers:
                while waiting and len(workers) < self._workers:
                    job, tries = waiting.popleft()
                    # Not in a group of its own: Ctrl-Z in a terminal stops it with this process.
                    child = Child[Any](_work, (job,), self._limits, name=job.name, leads=False)
                    workers.append(_Worker(job, tries, child))  # by its start, so that an interrupt then ends it
                    child.start()
                Child.wait([worker.process for worker in workers], WATCH_SECONDS)
                for worker in [worker for worker in workers if worker.has_ended(self._on_progress)]:
                    workers.remove(worker)
                    if worker.is_lost and worker.tries < self._limits.tries:
                        waiting.appendleft((worker.job, worker.tries + 1))
                    else:
                        yield from worker.results
        finally:
            for worker in workers:
                worker.process.kill()


@dataclass(slots=True)
class _Worker(Generic[Result]):
    """A job and the process that does it."""

    job: Job[Result]
    tries: int
    process: Child[Any]
    results: tuple[Result, ...] = ()  # one, once it has ended
    is_lost: bool = False  # it ended without one

    def has_ended(self, on_progress: OnProgress) -> bool:
        """Take in what it has sent."""
        try:
            for message in self.process.messages():
                if not isinstance(message, Progress):
                    self.results = (message,)
                    self.process.end()
                    return True
                on_progress(message)
        except WorkerError as error:
            self.results, self.is_lost = (self.job.lost_result(str(error), self.tries),), True
            return True
        return False


def _work(job: Job[object], supervisor: Connection) -> None:
    """The main function of a worker. Sends `Progress`, and the result of the job last."""
    supervisor.send(job.run(supervisor.send))
