"""Starting processes that only those end that started them."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def signals_held() -> Iterator[None]:
    """Within the block Ctrl-C waits.

    A process that is started in it never hears Ctrl-C, nor SIGTERM, which a service manager sends to all processes of a
    service: the process that started it ends it.
    """
    resource_tracker.ensure_running()  # its own start, left to Process.start(), would let interrupts through again
    with _interrupts_noted() as noted, _blocked():
        yield
    if noted:
        signal.raise_signal(signal.SIGINT)


@contextmanager
def _blocked() -> Iterator[None]:
    """For this thread, and for the processes that it starts."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _interrupts_noted() -> Iterator[list[int]]:
    """Interrupts are only noted: any thread that does not block them takes them for the main thread, mask or not."""
    noted: list[int] = []
    if threading.current_thread() is not threading.main_thread():  # Python interrupts no other
        yield noted
        return
    before = signal.signal(signal.SIGINT, lambda number, _frame: noted.append(number))
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
