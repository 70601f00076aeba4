"""The process that does jobs, one after the other: an interpreter and what it imports take a second to start.

It is not kept for long, and not after a job that has left much in its memory. One that dies in a job costs that job.
"""

import pickle
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from passerby.errors import WorkerError
from passerby.processes.child import Child
from passerby.processes.limits import Limits
from passerby.progress import Progress

MOST_JOBS = 100  # of one process
LEFT_SHARE = 0.5  # of the memory that it may use: with more in it than that after a job, it is ended


@dataclass(frozen=True, slots=True)
class Result:
    """What a job has given."""

    value: Any


class JobProcess:
    """A process for jobs, started with the first one. In the end `kill` has to be called."""

    def __init__(self, limits: Limits, *, leads: bool) -> None:
        """``leads`` as that of `Child`."""
        self._limits = limits
        self._leads = leads
        self._child: Child[Progress | Result] | None = None
        self._done = 0

    def begin(self, job: bytes) -> None:
        """Have it do a job, which was pickled; not before the last one has ended. Raises OSError as `Child.start`."""
        if self._child is not None:
            with suppress(WorkerError):  # it has died since its last job: that is no fault of this one
                self._child.send(job)
                return
        self.kill()
        self._child = Child(_serve, (), self._limits, name="passerby jobs", leads=self._leads)
        self._child.start()
        with suppress(WorkerError):  # it is told by `messages`
            self._child.send(job)

    def messages(self) -> Iterator[Progress | Result]:
        """What it has sent since, in order. Raises WorkerError, with the reason, when it has died or broken a limit."""
        if self._child is None:
            return
        for message in self._child.messages():
            yield message
            if isinstance(message, Result):
                self._rest()
                return

    def kill(self) -> None:
        """End it and what it has started; that may be called again, and before there is one."""
        if self._child is not None:
            self._child.kill()
            self._child = None
            self._done = 0

    @staticmethod
    def wait(processes: Sequence["JobProcess"], seconds: float) -> None:
        """Wait until one of them has sent something or died, at most for so long. There must be one with a job."""
        Child.wait([process._child for process in processes if process._child], seconds)

    def _rest(self) -> None:
        self._done += 1
        if self._child and (self._done >= MOST_JOBS or self._child.used_mb() > LEFT_SHARE * self._limits.memory_mb):
            self.kill()


def _serve(connection: Connection) -> None:
    """The main function of the process, the only one in which jobs are unpacked."""
    with suppress(EOFError):
        while True:
            job = pickle.loads(connection.recv())  # noqa: S301 - of this user's own program
            connection.send(Result(job.run(connection.send)))
