"""How far long work is, on stderr: bars in a terminal, lines from time to time elsewhere, nothing with --quiet."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.progress import BarColumn, DownloadColumn, TextColumn

from passerby.cli.context import Loudness
from passerby.cli.output import print_error
from passerby.cli.progress_bars import CountBar, ProgressBars
from passerby.cli.progress_lines import ProgressLines, Timetable
from passerby.cli.throughput import Throughput
from passerby.object_storage.address import Location
from passerby.processes.limits import Limits, watching_itself
from passerby.progress import Progress as Step
from passerby.settings import Settings

FAILED = 1  # the exit code


class LiveProgress:
    """How far the work on one video or many is."""

    def __init__(self, loudness: Loudness = "usual", heard: Callable[[], None] = lambda: None) -> None:
        """``heard`` is called whenever there is progress."""
        self._heard = heard
        self._run = Throughput(1, time.monotonic())
        self._bars = ProgressBars() if _has_bars(loudness) else None
        has_lines = self._bars is None and loudness != "quiet"
        each_step = loudness == "verbose"
        self._lines = ProgressLines(_line, time.monotonic(), each_step=each_step) if has_lines else None

    def __enter__(self) -> LiveProgress:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    @property
    def ended(self) -> str:
        """How many are through, in words: ``3 of 15``."""
        return f"{self._run.ended} of {self._run.videos}"

    def expect(self, videos: int) -> None:
        """There are so many in all."""
        self._run = Throughput(videos, time.monotonic())
        if self._bars is not None:
            self._bars.expect(self._run)

    def update(self, step: Step) -> None:
        """Take in how far a worker is."""
        self._heard()
        self._run.hear(step)
        now = time.monotonic()
        if self._bars is not None:
            self._bars.update(step, self._run, now)
        if self._lines is not None:
            self._lines.update(step, self._run, now)

    def end(self, path: Location, seconds: float = 0.0) -> None:
        """A video is through, of which so many seconds were worked on."""
        self._run.end(path, seconds)
        if self._bars is not None:
            self._bars.end(path, self._run, time.monotonic())
        if self._lines is not None:
            self._lines.end(path)


class CountProgress:
    """How far one thing is that is counted in bytes or rows."""

    def __init__(self, name: str, unit: str, loudness: Loudness = "usual") -> None:
        """``unit`` is what is counted, in lines: ``B``, ``rows``."""
        self._name, self._unit = name, unit
        columns = [DownloadColumn()] if unit == "B" else [TextColumn("{task.completed:.0f} of {task.total:.0f} rows")]
        self._bar = CountBar(name, BarColumn(), *columns) if _has_bars(loudness) else None
        self._times = Timetable(time.monotonic()) if self._bar is None and loudness != "quiet" else None

    def __enter__(self) -> CountProgress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, done: int, total: int | None, name: str = "") -> None:
        """Take in how many are done, of how many if that is known, and of what if that has changed."""
        self._name = name or self._name
        if self._bar is not None:
            self._bar.update(self._name, done, total)
        if self._times is not None and self._times.is_due(time.monotonic()):
            share = f", {done / total:.0%}" if total else ""
            _line(f"at work: {self._name}: {self._counted(done)}{share}")

    def _counted(self, done: int) -> str:
        return f"{done / 1e6:.1f} MB" if self._unit == "B" else f"{done} {self._unit}"


@contextmanager
def watched(settings: Settings, loudness: Loudness = "usual", *, jobs: int = 1) -> Iterator[LiveProgress]:
    """The progress of what is decoded in this process, which ends, with one line, if it fills the memory or hangs."""
    limits = Limits.of(settings, at_once=jobs).prolonged()
    with watching_itself(_give_up, limits) as heard, LiveProgress(loudness, heard) as progress:
        yield progress


def _has_bars(loudness: Loudness) -> bool:
    return loudness == "usual" and sys.stderr.isatty()


def _line(text: str) -> None:
    print_error(f"passerby: {text}")


def _give_up(reason: str) -> None:
    """A decoder that hangs cannot be asked to stop. What was begun is written over by the next run."""
    print_error(f"passerby: this process {reason} and is ended; what was finished is kept (docs/settings.md)")
    os._exit(FAILED)
