"""The jobs of many videos, each when it can be done: those of parts once their video was divided, then their join."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from passerby.object_storage.address import Location
from passerby.pipeline.job import IndexJob
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.parts.divided import PartDone
from passerby.pipeline.parts.part_jobs import Divided, JoinJob, PartJob, SoundJob

VideoJob = IndexJob | PartJob | SoundJob | JoinJob
VideoResult = Outcome | Divided | PartDone


@dataclass(slots=True)
class _Open:
    """A divided video."""

    join: JoinJob
    began: float  # in seconds of ``monotonic``
    left: int  # jobs that are not done
    failed: Outcome | None = None


class VideoQueue:
    """What an executor asks for jobs, and what takes each of their results, before the executor goes on.

    A divided video goes before what waits: it was begun.
    """

    def __init__(self, jobs: Iterable[IndexJob]) -> None:
        """``jobs`` are of one video each."""
        self._new = iter(jobs)
        self._waiting = deque[VideoJob]()  # of videos that are divided
        self._under_way = 0
        self._open: dict[Location, _Open] = {}

    def __iter__(self) -> Iterator[VideoJob | None]:
        """The jobs; None while more will come of those that are under way."""
        while True:
            job = self._waiting.popleft() if self._waiting else next(self._new, None)
            if job is None and not self._under_way:
                return
            self._under_way += job is not None
            yield job

    def take(self, result: VideoResult) -> Outcome | None:
        """What has become of a video, if that is known with this result."""
        self._under_way -= 1
        if isinstance(result, Divided):
            began = time.monotonic() - result.wall_seconds
            self._open[result.path] = _Open(result.join, began, len(result.jobs))
            self._waiting.extendleft(reversed(result.jobs))
            return None
        divided = self._open.get(result.path)
        if divided is None:
            return result if isinstance(result, Outcome) else None
        return self._take_part(divided, result)

    def _take_part(self, divided: _Open, result: Outcome | PartDone) -> Outcome | None:
        divided.left -= 1
        if isinstance(result, Outcome) and result.status == "failed":
            divided.failed = divided.failed or result
        if divided.left == 0 and divided.failed is None:
            self._waiting.appendleft(divided.join)
        elif divided.left <= 0:
            del self._open[result.path]
            if divided.failed:
                return divided.failed
            if isinstance(result, Outcome):
                return replace(result, wall_seconds=time.monotonic() - divided.began)
        return None
