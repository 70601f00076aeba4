"""Live progress on stderr: of videos, with their speed in multiples of real time, of all together, and of downloads."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from passerby.cli.output import clean, print_error
from passerby.cli.throughput import Throughput
from passerby.object_storage.address import Location
from passerby.processes.limits import Limits, watching_itself
from passerby.progress import Progress as Step
from passerby.settings import Settings

FAILED = 1  # the exit code


class LiveProgress:
    """One line for each video that is being worked on, on stderr."""

    def __init__(self, *, enabled: bool, heard: Callable[[], None] = lambda: None) -> None:
        """``heard`` is called whenever there is progress."""
        self._heard = heard
        self._bars = Progress(
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[step]:>8}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TextColumn("{task.fields[speed]:>7}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not enabled,
            transient=True,
        )
        self._all: tuple[Throughput, TaskID] | None = None
        self._tasks: dict[tuple[Location, str], TaskID] = {}
        self._began: dict[tuple[Location, str], tuple[str, float]] = {}

    def __enter__(self) -> "LiveProgress":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def expect(self, videos: int) -> None:
        """There are so many in all: a line tells of all of them together."""
        run = Throughput(videos, time.monotonic())
        self._all = run, self._bars.add_task("", total=videos, step="all", speed="")
        self._tell_all()

    def _tell_all(self) -> None:
        if self._all is not None:
            run, task = self._all
            self._bars.update(task, completed=run.done, description=run.told(time.monotonic()))

    def update(self, step: Step) -> None:
        """Take in how far a worker is."""
        self._heard()
        if self._all is not None:
            self._all[0].hear(step)
            self._tell_all()
        now = time.monotonic()
        place = step.path, step.part
        if place not in self._tasks:
            name = f"{clean(step.path.name)[:40]} {step.part}".rstrip()
            self._tasks[place] = self._bars.add_task(name, total=None, step=step.step, speed="")
        task = self._tasks[place]
        if self._began.get(place, ("", 0.0))[0] != step.step:
            self._began[place] = (step.step, now)
            self._bars.reset(task, total=step.total)
        took = now - self._began[place][1]
        speed = (
            f"{step.done / took:.1f}x"
            if step.step in ("indexing", "looking", "writing", "auditing") and took > 1
            else ""
        )
        self._bars.update(task, completed=step.done, total=step.total, step=step.step, speed=speed)

    def end(self, path: Location, seconds: float = 0.0) -> None:
        """A video is through, of which so many seconds were worked on."""
        if self._all is not None:
            self._all[0].end(path, seconds)
            self._tell_all()
        for place in [place for place in self._tasks if place[0] == path]:
            self._bars.remove_task(self._tasks.pop(place))


def shown() -> LiveProgress:
    """The progress of what is done in other processes."""
    return LiveProgress(enabled=sys.stderr.isatty())


@contextmanager
def watched(settings: Settings, *, jobs: int = 1) -> Iterator[LiveProgress]:
    """The progress of what is decoded in this process, which ends, with one line, if it fills the memory or hangs."""
    limits = Limits.of(settings, at_once=jobs).prolonged()
    with watching_itself(_give_up, limits) as heard, LiveProgress(enabled=sys.stderr.isatty(), heard=heard) as progress:
        yield progress


def _give_up(reason: str) -> None:
    """A decoder that hangs cannot be asked to stop. What was begun is written over by the next run."""
    print_error(f"passerby: this process {reason} and is ended; what was finished is kept (docs/settings.md)")
    os._exit(FAILED)


class DownloadProgress:
    """One line for a file that is fetched, on stderr."""

    def __init__(self, name: str) -> None:
        self._bar = Progress(
            TextColumn(name, markup=False),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._bar.add_task(name, total=None)

    def __enter__(self) -> "DownloadProgress":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def update(self, done: int, total: int | None) -> None:
        """Take in how many bytes are here."""
        self._bar.update(self._task, completed=done, total=total)


class RowProgress:
    """One line for the table that is copied, on stderr."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.completed:.0f} of {task.total:.0f} rows"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
            transient=True,
        )
        self._task = self._bar.add_task("", total=0)

    def __enter__(self) -> "RowProgress":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def update(self, table: str, done: int, total: int) -> None:
        """Take in how many rows of a table are there."""
        self._bar.update(self._task, description=table, completed=done, total=total)
