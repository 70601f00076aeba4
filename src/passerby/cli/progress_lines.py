"""Progress as lines, for what is no terminal: from time to time, less and less often."""

from collections.abc import Callable

from passerby.cli.throughput import Throughput, time_left
from passerby.object_storage.address import Location
from passerby.progress import Progress as Step

FIRST, APART, FAR_APART = 2.0, 10.0, 60.0  # seconds until the first line, and between lines at first and later
_SHARE = 0.1  # of the time that has passed, between lines


class Timetable:
    """Says when the next line is due, by the clock of whoever asks."""

    def __init__(self, began: float) -> None:
        self._began, self._due = began, began + FIRST

    def is_due(self, now: float) -> bool:
        """Whether a line is due; it counts as told then."""
        if now < self._due:
            return False
        self._due = now + min(max((now - self._began) * _SHARE, APART), FAR_APART)
        return True


class ProgressLines:
    """``at work: 3 of 15 videos, 22%, about 4 min left``; with ``each_step``, also what begins, at once."""

    def __init__(self, write: Callable[[str], None], began: float, *, each_step: bool) -> None:
        self._write, self._each_step = write, each_step
        self._times = Timetable(began)
        self._steps: dict[tuple[Location, str], str] = {}

    def update(self, step: Step, run: Throughput, now: float) -> None:
        """Tell how far it is, if it is time to."""
        place = step.path, step.part
        if self._each_step and self._steps.get(place) != step.step:
            self._write(f"at work: {_name(step)}: {step.step}")
        self._steps[place] = step.step
        if not self._times.is_due(now):
            return
        if run.videos > 1:
            self._write(f"at work: {run.told(now)}, {run.done / run.videos:.0%}{time_left(run.left(now))}")
        else:
            self._write(f"at work: {_name(step)}: {step.step} {run.share(step):.0%}{time_left(run.left(now))}")

    def end(self, path: Location) -> None:
        """A video is through."""
        for place in [place for place in self._steps if place[0] == path]:
            del self._steps[place]


def _name(step: Step) -> str:
    return f"{step.path.name} {step.part}".rstrip()
