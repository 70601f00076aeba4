"""The jobs that an executor has not begun yet."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Generic

from passerby.executors.base import Job, Result


class Supply(Generic[Result]):
    """Gives jobs one at a time, when there is room for one."""

    def __init__(self, jobs: Iterable[Job[Result] | None]) -> None:
        self._jobs: Iterator[Job[Result] | None] = iter(jobs)
        self._held = False
        self.is_empty = False  # known when it has been asked for more than there are

    def has_first(self) -> bool:
        """Whether there is any job; to be asked before one is taken."""
        first = self.take()
        if first is not None:
            self._jobs = chain([first], self._jobs)
        return first is not None

    def take(self) -> Job[Result] | None:
        """The next job; None if there is none, or none yet."""
        if self._held or self.is_empty:
            return None
        try:
            job = next(self._jobs)
        except StopIteration:
            self.is_empty = True
            return None
        self._held = job is None
        return job

    def resume(self) -> None:
        """A result has been taken in: there may be jobs now that follow from it."""
        self._held = False
