"""The local executor: processes of this machine, watched by a supervisor that outlives them all.

A decoder that crashes, a file that hangs it or fills the memory costs that job only. (A process pool breaks for
everybody when one of its workers is killed.)
"""

import pickle
from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import Generic

from passerby.errors import WorkerError
from passerby.executors.base import Job, Result
from passerby.executors.job_process import JobProcess
from passerby.executors.supply import Supply
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

    def run(self, jobs: Iterable[Job[Result] | None]) -> Generator[Result, None, None]:
        """The results of all jobs, as they come. Ends its workers when it is closed early."""
        supply = Supply(jobs)
        again = deque[_Begun[Result]]()  # what was lost, and goes before what waits
        # Not in groups of their own: Ctrl-Z in a terminal stops them with this process.
        idle = [JobProcess(self._limits, leads=False) for _ in range(self._workers)]
        working: dict[JobProcess, _Begun[Result]] = {}
        try:
            while True:
                while idle and (begun := _next(again, supply)):
                    working[idle[-1]] = begun  # before its start, so that an interrupt then ends it
                    idle.pop().begin(pickle.dumps(begun.job))
                if not working:
                    return
                JobProcess.wait([*working], WATCH_SECONDS)
                for process, begun in [*working.items()]:
                    if self._has_ended(process, begun):
                        del working[process]
                        idle.append(process)
                        if begun.is_lost and begun.tries < self._limits.tries:
                            again.append(_Begun(begun.job, begun.tries + 1))
                        else:
                            yield from begun.results
                            supply.resume()
        finally:
            for process in [*working, *idle]:
                process.kill()

    def _has_ended(self, process: JobProcess, begun: "_Begun[Result]") -> bool:
        """Take in what a process has sent."""
        try:
            for message in process.messages():
                if not isinstance(message, Progress):
                    begun.results = (message.value,)
                    return True
                self._on_progress(message)
        except WorkerError as error:
            process.kill()
            begun.results, begun.is_lost = (begun.job.lost_result(str(error), begun.tries),), True
            return True
        return False


@dataclass(slots=True)
class _Begun(Generic[Result]):
    """A job that a process does."""

    job: Job[Result]
    tries: int = 1
    results: tuple[Result, ...] = ()  # one, once it has ended
    is_lost: bool = False  # its process ended without one


def _next(again: deque[_Begun[Result]], supply: Supply[Result]) -> _Begun[Result] | None:
    if again:
        return again.popleft()
    job = supply.take()
    return None if job is None else _Begun(job)
