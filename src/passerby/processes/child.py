"""A process that works for this one: what it sends is heard, it keeps to limits, and nothing that it started is left.

It never hears Ctrl-C or SIGTERM, which a terminal or a service manager sends to all processes of a group: the process
that started it ends it, and if that one is killed it ends by itself.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from types import ModuleType
from typing import Any, Generic, TypeVar

from passerby.errors import WorkerError
from passerby.processes.limits import WATCH_SECONDS, Limits, used_mb
from passerby.processes.parent import end_with_parent
from passerby.processes.signals import signals_held

ENDING_SECONDS = 5.0  # for a process that has sent its last, to end by itself

_STARTING = threading.Lock()  # held by who has put another main module in the place of this process's

Sent = TypeVar("Sent")


class Child(Generic[Sent]):
    """A process that sends messages. Once `start` was called, `kill` or `end` has to be."""

    def __init__(
        self, main: Callable[..., None], arguments: Sequence[object], limits: Limits, *, name: str, leads: bool
    ) -> None:
        """``main`` is called in the process with the ``arguments`` and a connection that it sends `Sent` by.

        All of them pickle. With ``leads`` the processes that it starts end with it, as a group; without, it stays in
        the group of this process, and a terminal that stops this one (Ctrl-Z) stops it too.
        """
        context = multiprocessing.get_context("spawn")
        self.broken = ""  # which limit, and that is why it was ended
        self._limits = limits
        self._leads = leads
        self._heard = time.monotonic()
        self._looked = -WATCH_SECONDS  # when its limits were looked at last
        self._connection, self._theirs = context.Pipe()
        # Not a daemon: those may start no processes of their own.
        self._process = context.Process(target=_run, args=(main, arguments, self._theirs, leads), name=name)

    def start(self) -> None:
        """Raises OSError when the machine has no memory, or no more processes."""
        try:
            with signals_held(), _without_main():
                self._process.start()
        except OSError:
            self.kill()
            raise
        finally:
            self._theirs.close()
        self._heard = time.monotonic()

    def send(self, message: object) -> None:
        """Send it something; from now on it has its time. Raises WorkerError when it has died."""
        self._heard = time.monotonic()
        try:
            self._connection.send(message)
        except OSError as error:
            raise self._lost() from error

    def messages(self) -> Iterator[Sent]:
        """What it has sent since, in order. Raises WorkerError, with the reason, when it has died or broken a limit.

        It is gone then, with what it has started.
        """
        try:
            while self._connection.poll():
                message = self._connection.recv()
                self._heard = time.monotonic()
                yield message
        except (EOFError, OSError) as error:  # OSError: it died in the middle of a message
            raise self._lost() from error
        if time.monotonic() - self._looked >= WATCH_SECONDS:
            self._looked = time.monotonic()
            self.broken = self._limits.broken_by(self._process.pid or 0, self._heard)
        if self.broken:
            self.kill()
            raise WorkerError(self.broken)

    def used_mb(self) -> float:
        """The memory that it has now, in MB."""
        return used_mb(self._process.pid or 0)

    def end(self) -> None:
        """It has sent its last: it is given a moment to end by itself."""
        if self._process.pid is not None:  # it was started
            self._process.join(ENDING_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it and what it has started, whatever they do; that may be called again, and before it was started."""
        process = self._process
        if process.pid is not None:
            with suppress(ProcessLookupError, PermissionError):  # it is gone, or has not got as far as leading
                if self._leads:
                    os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.join()
        self._connection.close()

    def _lost(self) -> WorkerError:
        self.end()
        code = self._process.exitcode or 0
        return WorkerError(f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}")

    @staticmethod
    def wait(processes: Sequence["Child[Any]"], seconds: float) -> None:
        """Wait until one of them has sent something or died, at most for so long. There must be one."""
        wait([child._connection for child in processes], seconds)


@contextmanager
def _without_main() -> Iterator[None]:
    """Let a process that is started within the block import nothing of the program that this one runs.

    It would run the script again that is the main module here, as far as no ``if __name__ == "__main__"`` stops it: one
    that adds videos would begin to add them in each of its workers. What a process does has a module of its own.
    """
    with _STARTING:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _run(main: Callable[..., None], arguments: Sequence[object], connection: Connection, leads: bool) -> None:
    """What the process does."""
    if leads:
        os.setpgrp()
    threading.Thread(target=end_with_parent, name="orphan watch", daemon=True).start()
    with suppress(BrokenPipeError):  # the process that is told has just died
        main(*arguments, connection)
    connection.close()
