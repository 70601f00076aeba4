"""What a process that decodes may use: a file that fills the memory or hangs its decoder must not take the machine."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

WATCH_SECONDS = 0.5  # how often limits are looked at
MEGABYTE = 1 << 20


def broken(process: int, heard: float, *, memory_mb: int, stall_seconds: float) -> str:
    """Why a process has to be ended; "" while it may go on. ``heard``: when it last made progress, by ``monotonic``."""
    if time.monotonic() - heard > stall_seconds:
        return f"made no progress for {stall_seconds:g} s"
    try:
        used = psutil.Process(process).memory_info().rss / MEGABYTE
    except psutil.NoSuchProcess:
        return ""
    return f"used more than {memory_mb} MB of memory" if used > memory_mb else ""


@contextmanager
def watching_itself(
    give_up: Callable[[str], None], *, memory_mb: int, stall_seconds: float, every: float = WATCH_SECONDS
) -> Iterator[Callable[[], None]]:
    """Call ``give_up`` with the reason when this process breaks its limits within the block; it may end it.

    Gives what is to be called at each sign of progress.
    """
    heard, ended = [time.monotonic()], threading.Event()

    def look() -> None:
        while not ended.wait(every):
            if reason := broken(os.getpid(), heard[0], memory_mb=memory_mb, stall_seconds=stall_seconds):
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
