"""``passerby watch`` as a user runs it: a process of its own, on a library of its own."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from cli.conftest import command_line, environment
from passerby.errors import StoreError
from passerby.store.library import open_store
from passerby.store.streams import StoredSegment

_STEP = 0.5  # seconds from one look at what it does to the next


@dataclass(frozen=True)
class WatchCommand:
    """A running command."""

    library: Path
    temporary: Path  # where its temporary files lie, and nothing else does
    process: subprocess.Popen[bytes]
    errors: Path

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; fail where the command ends before."""
        while not is_so():
            try:
                self.process.wait(_STEP)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"passerby watch has ended: {self.errors.read_text()}")

    def segments(self) -> list[StoredSegment]:
        """Those that are in the library, looked through, the oldest first."""
        try:
            with open_store(self.library, create=False) as store:
                done = {video.id for video in store.videos.all() if video.status == "done"}
                return [segment for segment in store.streams.segments() if segment.video in done]
        except StoreError:  # it is not there yet
            return []

    def tree(self) -> list[psutil.Process]:
        """It, and what it has started."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def kill(self) -> None:
        """End it and what it has started at once, as when the power fails."""
        for process in reversed(self.tree()):
            process.kill()
        self.process.wait()

    def end(self) -> None:
        """As Ctrl-C does; what is recorded by then is taken in."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait()
        assert code == 0, self.errors.read_text()


@contextmanager
def watch_command(folder: Path, *arguments: object) -> Iterator[WatchCommand]:
    """The command with these arguments, for as long as the block lasts."""
    temporary, library, errors = folder / "temporary", folder / "library", folder / "errors.txt"
    temporary.mkdir(exist_ok=True)
    with errors.open("ab") as told:
        process = subprocess.Popen(
            command_line(library, "watch", *arguments),
            env=environment() | {"TMPDIR": str(temporary)},
            stdout=subprocess.DEVNULL,
            stderr=told,
            start_new_session=True,
        )
    try:
        yield WatchCommand(library, temporary, process, errors)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
