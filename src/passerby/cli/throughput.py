"""How far a run over many videos is, how fast it gets on, and how long it still takes, on all machines together."""

import math
from collections.abc import Mapping

from passerby.object_storage.address import Location
from passerby.progress import Progress

# From where to where of the whole work on a video each step is, roughly; the first step that is seen is the start.
_STEPS: Mapping[str, tuple[float, float]] = {
    "reading": (0.0, 0.0),
    "waiting": (0.0, 0.0),
    "indexing": (0.0, 1.0),
    "looking": (0.0, 0.7),
    "writing": (0.7, 0.9),
    "auditing": (0.9, 1.0),
}
_SOON = 3.0  # seconds, before which nobody can tell how long it takes
_LEAST = 0.01  # of the work, the same


class Throughput:
    """Of ``videos``, begun at the time ``began`` in seconds."""

    def __init__(self, videos: int, began: float) -> None:
        self.videos = videos
        self.ended = 0
        self._began = began
        self._seconds = 0.0  # of footage, of videos that have ended
        self._under_way: dict[tuple[Location, str], Progress] = {}
        self._first: dict[Location, float] = {}  # where in all the steps the work on a video began

    def hear(self, progress: Progress) -> None:
        """Take in how far a worker is."""
        self._under_way[progress.path, progress.part] = progress
        if progress.step not in ("reading", "waiting"):
            self._first.setdefault(progress.path, _STEPS[progress.step][0])

    def end(self, path: Location, seconds: float) -> None:
        """A video is through, of which so many seconds were worked on."""
        for place in [place for place in self._under_way if place[0] == path]:
            del self._under_way[place]
        self.ended += 1
        self._seconds += seconds

    @property
    def done(self) -> float:
        """How many videos are done, with parts of those that are under way."""
        return self.ended + sum(map(self._part, self._under_way.values()))

    def share(self, progress: Progress) -> float:
        """How much of a step is done, from 0 to 1."""
        return min(progress.done / progress.total, 1.0) if progress.total else 0.0

    def left(self, now: float) -> float | None:
        """How many seconds all of it still takes; None where that cannot be told yet."""
        share, took = self.done / self.videos if self.videos else 1.0, now - self._began
        if took < _SOON or share < _LEAST:
            return None
        return took * max(1.0 - share, 0.0) / share

    def told(self, now: float) -> str:
        """In words: videos, and hours of footage an hour.

        >>> from pathlib import Path
        >>> run = Throughput(3, began=0.0)
        >>> run.end(Path("a"), 600.0)
        >>> run.hear(Progress(Path("b"), "indexing", 300.0, 1200.0))
        >>> run.told(now=60.0), run.done, round(run.left(now=60.0) or 0)
        ('1 of 3 videos, 15.0 h of footage an hour', 1.25, 84)
        """
        seconds = self._seconds + sum(p.done for p in self._under_way.values() if p.step == "indexing" and p.share)
        speed = seconds / (now - self._began) if seconds and now > self._began else 0.0
        return f"{self.ended} of {self.videos} videos" + (f", {speed:.1f} h of footage an hour" if speed else "")

    def _part(self, progress: Progress) -> float:
        first = self._first.get(progress.path, 0.0)
        low, high = _STEPS[progress.step]
        at = max(low + (high - low) * self.share(progress) - first, 0.0)
        return progress.share * at / (1.0 - first)


def time_left(seconds: float | None) -> str:
    """``, about 4 min left``; nothing for None.

    >>> time_left(200), time_left(20), time_left(8000), time_left(None)
    (', about 4 min left', ', less than a minute left', ', about 2 h 14 min left', '')
    """
    if seconds is None:
        return ""
    minutes = math.ceil(seconds / 60)
    if minutes <= 1:
        return ", less than a minute left"
    hours, rest = divmod(minutes, 60)
    return f", about {f'{hours} h {rest} min' if hours else f'{minutes} min'} left"
