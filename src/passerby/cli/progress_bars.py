"""Progress as bars, in a terminal: one for each video that is worked on, and one for all of them together."""

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TaskID, TextColumn, TimeRemainingColumn

from passerby.cli.output import clean
from passerby.cli.throughput import Throughput, time_left
from passerby.object_storage.address import Location
from passerby.progress import Progress as Step

_AS_FAST = frozenset({"indexing", "looking", "writing", "auditing"})  # steps that are measured in seconds of a video


class ProgressBars:
    """One line for each video, with its speed in multiples of real time, and one for all."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[step]:>8}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[speed]:>7}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._all: TaskID | None = None
        self._tasks: dict[tuple[Location, str], TaskID] = {}
        self._began: dict[tuple[Location, str], tuple[str, float]] = {}

    def start(self) -> None:
        """Begin to show them."""
        self._bars.start()

    def stop(self) -> None:
        """Take them away."""
        self._bars.stop()

    def expect(self, run: Throughput) -> None:
        """Have a line for all videos of a run together."""
        self._all = self._bars.add_task("", total=run.videos, step="all", speed="")

    def update(self, step: Step, run: Throughput, now: float) -> None:
        """Show how far a worker is."""
        self._tell_all(run, now)
        place = step.path, step.part
        if place not in self._tasks:
            name = f"{clean(step.path.name)[:40]} {step.part}".rstrip()
            self._tasks[place] = self._bars.add_task(name, total=None, step=step.step, speed="")
        task = self._tasks[place]
        if self._began.get(place, ("", 0.0))[0] != step.step:
            self._began[place] = (step.step, now)
            self._bars.reset(task, total=step.total)
        took = now - self._began[place][1]
        speed = f"{step.done / took:.1f}x" if step.step in _AS_FAST and took > 1 else ""
        if self._all is None:
            speed += time_left(run.left(now))
        self._bars.update(task, completed=step.done, total=step.total, step=step.step, speed=speed)

    def end(self, path: Location, run: Throughput, now: float) -> None:
        """A video is through."""
        self._tell_all(run, now)
        for place in [place for place in self._tasks if place[0] == path]:
            self._bars.remove_task(self._tasks.pop(place))

    def _tell_all(self, run: Throughput, now: float) -> None:
        if self._all is not None:
            told = f"{run.told(now)}{time_left(run.left(now))}"
            self._bars.update(self._all, completed=run.done, description=told)


class CountBar:
    """One line for one thing that is counted."""

    def __init__(self, name: str, *columns: ProgressColumn) -> None:
        shown = (TextColumn("{task.description}", markup=False), *columns, TimeRemainingColumn())
        self._bar = Progress(*shown, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(name, total=0)

    def start(self) -> None:
        """Begin to show it."""
        self._bar.start()

    def stop(self) -> None:
        """Take it away."""
        self._bar.stop()

    def update(self, name: str, done: int, total: int | None) -> None:
        """Show how far it is."""
        self._bar.update(self._task, description=name, completed=done, total=total)
