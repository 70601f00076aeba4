"""Ctrl-C: one line that says what was done until then, and the exit code that shells give it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class InterruptError(Exception):
    """Somebody pressed Ctrl-C; what was done, in words."""


@contextmanager
def telling(done: Callable[[], str]) -> Iterator[None]:
    """Raise InterruptError for a Ctrl-C within, with what ``done`` says then."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise InterruptError(done()) from error
