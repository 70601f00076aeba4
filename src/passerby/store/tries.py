"""Tries to log in, counted so that passwords cannot be guessed at any speed, and nobody is kept out by others' guesses.

A try counts as failed until it has succeeded: so many at once are no way around the limits, nor is a kill. There are
three counts. Of a name from one address, and of an address with whatever names, some tries are free; then each doubles
the wait for the next. Of a name from wherever, there is no wait, since anybody could make the user wait then: answers
are delayed, the right ones too, by a little more for each try beyond those that are free.

A count is forgotten ``MEMORY`` after its wait. Names and addresses are kept as hashes: somebody may have typed a
password in the place of a name.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Protocol

from passerby.addresses import network_of

SECOND = 1_000_000
MEMORY = 15 * 60 * SECOND
FIRST_WAIT, LONGEST_WAIT = 30 * SECOND, 60 * 60 * SECOND
FREE_OF_A_NAME = 5  # from one address
FREE_OF_AN_ADDRESS = 20  # a whole office can have one address
FREE_FROM_ANYWHERE = 50  # of one name
DELAY_OF_ONE, LONGEST_DELAY = 0.1, 5.0  # seconds of an answer: for each try more, and at most
MOST_ROWS = 50_000  # beyond, the oldest go: filling them takes some hundred addresses


def wait(failed: int, free: int) -> int:
    """How many microseconds the next try has to wait after the last."""
    return 0 if failed < free else min(FIRST_WAIT << min(failed - free, 32), LONGEST_WAIT)


def delay(failed: int) -> float:
    """For how many seconds the answer to a try is held back, of a name of which so many from wherever have failed."""
    return min(max(failed - FREE_FROM_ANYWHERE, 0) * DELAY_OF_ONE, LONGEST_DELAY)


def keys(name: str, address: str) -> Iterator[tuple[str, int | None]]:
    """Under what a try is counted, and how many of it are free; None: no wait ever."""
    of_address = _hash(f"address:{network_of(address)}")
    yield f"{of_name(name)} {of_address}", FREE_OF_A_NAME
    yield of_address, FREE_OF_AN_ADDRESS
    yield of_name(name), None


def of_name(name: str) -> str:
    """What tries with this name are counted under, and how the keys begin of those from one address."""
    return _hash(f"name:{name}")


def _hash(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


class TryStore(Protocol):
    """The tries of an open library. Its methods are called within a transaction."""

    def begin(self, name: str, address: str, now: int) -> None:
        """Count a try. Raises TooManyTriesError, and counts nothing, if it comes too early."""

    def delay(self, name: str, now: int) -> float:
        """For how many seconds the answer to a try with this name is held back; it need not be counted yet."""

    def succeed(self, name: str, address: str) -> None:
        """That try was right: the count of the name from there ends; the others are as if it had not been made.

        They do not end: who has an account could guess at others' between two of their own log-ins, and a name's
        owner would end the delay of those who guess elsewhere. The address need not wait.
        """

    def forgive(self, name: str) -> None:
        """Forget the tries with this name, so that it need not wait anywhere."""
