"""What a process that decodes may use: a file that fills the memory or hangs its decoder must not take the machine."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psutil

from passerby.settings import Settings

WATCH_SECONDS = 0.2  # how often limits are looked at: until then a process that only takes memory takes some 400 MB
PATIENCE = 3  # times that of a worker: models are loaded, and sound is transcribed, without a sign
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may use, and how often its work is begun."""

    memory_mb: int
    stall_seconds: float  # without a sign of progress
    tries: int = 1  # of work whose process dies or is ended

    @staticmethod
    def of(settings: Settings, *, at_once: int = 1) -> "Limits":
        """Those of a process that decodes one video, or so many at once, and tells often how far it is."""
        return Limits(at_once * settings.memory_mb, settings.stall_seconds, settings.tries)

    def prolonged(self) -> "Limits":
        """Those of a process that may say nothing for longer."""
        return replace(self, stall_seconds=PATIENCE * self.stall_seconds)

    def broken_by(self, process: int, last_sign: float) -> str:
        """Why a process has to be ended; "" while it may go on. ``last_sign`` of it: in seconds of ``monotonic``.

        The memory is that of the process alone: what it starts has limits of its own.
        """
        if time.monotonic() - last_sign > self.stall_seconds:
            return f"made no progress for {self.stall_seconds:g} s"
        return f"used more than {self.memory_mb} MB of memory" if used_mb(process) > self.memory_mb else ""


def used_mb(process: int) -> float:
    """The memory that a process has now, in MB; 0 for one that is gone."""
    try:
        return float(psutil.Process(process).memory_info().rss) / MEGABYTE
    except psutil.NoSuchProcess:
        return 0.0


@contextmanager
def watching_itself(
    give_up: Callable[[str], None], limits: Limits, *, every: float = WATCH_SECONDS
) -> Iterator[Callable[[], None]]:
    """Call ``give_up`` with the reason when this process breaks its limits within the block; it may end it.

    Gives what is to be called at each sign of progress.
    """
    heard, ended = [time.monotonic()], threading.Event()

    def look() -> None:
        while not ended.wait(every):
            if reason := limits.broken_by(os.getpid(), heard[0]):
                give_up(reason)
                return

    def hear() -> None:
        heard[0] = time.monotonic()

    thread = threading.Thread(target=look, name="limits", daemon=True)
    thread.start()
    try:
        yield hear
    finally:
        ended.set()
        thread.join()
