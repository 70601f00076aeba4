"""Jobs in threads of this process: for work that needs no walls between jobs, and shares its models."""

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event

from passerby.errors import WorkerError
from passerby.executors.base import Job, Result
from passerby.progress import OnProgress, Progress


class ThreadExecutor:
    """Runs jobs in threads; what may crash or hang takes this process with it."""

    def __init__(self, workers: int, on_progress: OnProgress) -> None:
        self._workers = workers
        self._on_progress = on_progress

    def run(self, jobs: Iterable[Job[Result]]) -> Generator[Result, None, None]:
        """The results of all jobs, as they come; all jobs are asked for at once.

        Closed early, it ends those that run at their next progress.
        """
        stopped = Event()

        def watched(progress: Progress) -> None:
            if stopped.is_set():
                raise WorkerError(f"{progress.path}: the run was ended")
            self._on_progress(progress)

        pool = ThreadPoolExecutor(self._workers)
        try:
            for done in as_completed([pool.submit(job.run, watched) for job in jobs]):
                yield done.result()
        finally:
            stopped.set()
            pool.shutdown(cancel_futures=True)
