"""Jobs that need nothing, for executors; in a module that workers can import, and quickly."""

import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from passerby.progress import OnProgress, Progress


@dataclass(frozen=True)
class Square:
    """A job that needs nothing."""

    side: int
    name: str = "a square"

    def run(self, on_progress: OnProgress) -> int | str:
        return self.side**2

    def lost_result(self, reason: str, tries: int) -> int | str:
        return f"{reason}, {tries} times"


@dataclass(frozen=True)
class Deadly(Square):
    """Kills its process, or the one that watches it, the first ``times`` times; ``marks`` remembers how often."""

    marks: Path = Path()
    times: int = 99
    watcher: bool = False

    def run(self, on_progress: OnProgress) -> int | str:
        died = len(list(self.marks.iterdir()))
        if died < self.times:
            (self.marks / str(died)).touch()
            os.kill(os.getppid() if self.watcher else os.getpid(), signal.SIGKILL)
            threading.Event().wait()
        return self.side**2


@dataclass(frozen=True)
class Endless(Square):
    """Says in ``folder`` which process it is, and never comes back."""

    folder: Path = Path()

    def run(self, on_progress: OnProgress) -> int | str:
        on_progress(Progress(self.folder, "reading", 0, None))
        (self.folder / str(os.getpid())).touch()
        threading.Event().wait()
        return 0


@dataclass(frozen=True)
class Named:
    """Tells what a variable of its environment says."""

    variable: str
    name: str = "a variable"

    def run(self, on_progress: OnProgress) -> str:
        return os.environ.get(self.variable, "")

    def lost_result(self, reason: str, tries: int) -> str:
        return reason


@dataclass(frozen=True)
class Stopped(Square):
    """Stops the process that watches it, and then its own, the first time; ``folder`` remembers which they were."""

    folder: Path = Path()

    def run(self, on_progress: OnProgress) -> int | str:
        begun = len(list(self.folder.iterdir()))
        (self.folder / str(begun)).write_text(f"{os.getppid()} {os.getpid()}")
        if begun == 0:
            os.kill(os.getppid(), signal.SIGSTOP)
            threading.Event().wait()
        return self.side**2
