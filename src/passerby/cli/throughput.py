"""How far a run over many videos is, and how fast it gets on, on all machines together."""

from passerby.object_storage.address import Location
from passerby.progress import Progress


class Throughput:
    """Of ``videos``, begun at the time ``began`` in seconds."""

    def __init__(self, videos: int, began: float) -> None:
        self.videos = videos
        self.ended = 0
        self._began = began
        self._seconds = 0.0  # of footage, of videos that have ended
        self._under_way: dict[tuple[Location, str], Progress] = {}

    def hear(self, progress: Progress) -> None:
        """Take in how far a worker is."""
        self._under_way[progress.path, progress.part] = progress

    def end(self, path: Location, seconds: float) -> None:
        """A video is through, of which so many seconds were worked on."""
        for place in [place for place in self._under_way if place[0] == path]:
            del self._under_way[place]
        self.ended += 1
        self._seconds += seconds

    @property
    def done(self) -> float:
        """How many videos are done, with parts of those that are under way."""
        return self.ended + sum(p.share * min(p.done / p.total, 1.0) for p in self._indexed() if p.total)

    def told(self, now: float) -> str:
        """In words: videos, and hours of footage an hour.

        >>> from pathlib import Path
        >>> run = Throughput(3, began=0.0)
        >>> run.end(Path("a"), 600.0)
        >>> run.hear(Progress(Path("b"), "indexing", 300.0, 1200.0))
        >>> run.told(now=60.0), run.done
        ('1 of 3 videos, 15.0 h of footage an hour', 1.25)
        """
        seconds = self._seconds + sum(p.done for p in self._indexed())
        speed = seconds / (now - self._began) if seconds and now > self._began else 0.0
        return f"{self.ended} of {self.videos} videos" + (f", {speed:.1f} h of footage an hour" if speed else "")

    def _indexed(self) -> list[Progress]:
        return [progress for progress in self._under_way.values() if progress.step == "indexing" and progress.share]
