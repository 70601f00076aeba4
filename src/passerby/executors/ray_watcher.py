"""What a worker of Ray does: it gives jobs a process on its machine, watches it, and tells how far that is."""

import threading
from dataclasses import dataclass
from typing import Any

from passerby.errors import WorkerError
from passerby.executors.job_process import JobProcess, Result
from passerby.processes.limits import WATCH_SECONDS, Limits
from passerby.progress import Progress


@dataclass(frozen=True, slots=True)
class Done:
    """A job has its result."""

    number: int
    result: Any
    progress: Progress | None = None  # the last, if it was not told before


@dataclass(frozen=True, slots=True)
class Lost:
    """The process of a job has died or was ended, as often as it may be begun."""

    number: int
    reason: str
    tries: int = 1


class Watcher:
    """An actor of Ray: one job at a time, and beside it the question of how far that is."""

    def __init__(self, limits: Limits) -> None:
        self._process = JobProcess(limits, leads=True)
        self._lock = threading.Lock()
        self._newest: Progress | None = None  # that was not told yet

    def ready(self) -> None:
        """It is there."""

    def work(self, number: int, job: bytes) -> Done | Lost:
        """Have a job done."""
        try:
            self._process.begin(job)
            while True:
                for message in self._process.messages():
                    if isinstance(message, Result):
                        return Done(number, message.value, self.sign())
                    with self._lock:
                        self._newest = message
                JobProcess.wait([self._process], WATCH_SECONDS)
        except (WorkerError, OSError) as error:
            self._process.kill()
            self.sign()
            return Lost(number, str(error))

    def sign(self) -> Progress | None:
        """A sign of life, with the newest progress that was not told before."""
        with self._lock:
            newest, self._newest = self._newest, None
            return newest
