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

from passerby.addresses import network_of
from passerby.errors import TooManyTriesError
from passerby.store.database import Database

SECOND = 1_000_000
MEMORY = 15 * 60 * SECOND
FIRST_WAIT, LONGEST_WAIT = 30 * SECOND, 60 * 60 * SECOND
FREE_OF_A_NAME = 5  # from one address
FREE_OF_AN_ADDRESS = 20  # a whole office can have one address
FREE_FROM_ANYWHERE = 50  # of one name
DELAY_OF_ONE, LONGEST_DELAY = 0.1, 5.0  # seconds of an answer: for each try more, and at most
MOST_ROWS = 50_000  # beyond, the oldest go: filling them takes some hundred addresses


class LogInTries:
    """The tries of an open library. Its methods are called within a transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, name: str, address: str, now: int) -> None:
        """Count a try. Raises TooManyTriesError, and counts nothing, if it comes too early."""
        self._db.rows("DELETE FROM tries WHERE expires <= ?", [now])
        counted = [(key, free, *self._so_far(key)) for key, free in _keys(name, address)]
        wait = max(until for *_, until in counted) - now
        if wait > 0:
            raise TooManyTriesError(-(-wait // SECOND))
        for key, free, failed, _ in counted:
            wait = 0 if free is None else _wait(failed + 1, free)
            self._db.rows(
                "INSERT OR REPLACE INTO tries (key, failed, until, expires) VALUES (?, ?, ?, ?)",
                [key, failed + 1, now + wait, now + wait + MEMORY],
            )
        self._db.rows(
            "DELETE FROM tries WHERE key IN (SELECT key FROM tries ORDER BY expires DESC LIMIT -1 OFFSET ?)",
            [MOST_ROWS],
        )

    def delay(self, name: str, now: int) -> float:
        """For how many seconds the answer to a try with this name is held back; it need not be counted yet."""
        found = self._db.value("SELECT failed FROM tries WHERE key = ? AND expires > ?", [_of_name(name), now]) or 0
        return min(max(found - FREE_FROM_ANYWHERE, 0) * DELAY_OF_ONE, LONGEST_DELAY)

    def succeed(self, name: str, address: str) -> None:
        """That try was right: the count of the name from there ends; the others are as if it had not been made.

        They do not end: who has an account could guess at others' between two of their own log-ins, and a name's
        owner would end the delay of those who guess elsewhere. The address need not wait.
        """
        (of_both, _), (of_address, _), (of_name, _) = _keys(name, address)
        self._db.rows("DELETE FROM tries WHERE key = ?", [of_both])
        self._db.rows("UPDATE tries SET failed = failed - 1, until = 0 WHERE key IN (?, ?)", [of_address, of_name])

    def forgive(self, name: str) -> None:
        """Forget the tries with this name, so that it need not wait anywhere."""
        self._db.rows("DELETE FROM tries WHERE substr(key, 1, ?) = ?", [len(_of_name(name)), _of_name(name)])

    def _so_far(self, key: str) -> tuple[int, int]:
        """How many have failed, and until when the next has to wait."""
        failed, until = self._db.row("SELECT failed, until FROM tries WHERE key = ?", [key]) or (0, 0)
        return failed, until


def _wait(failed: int, free: int) -> int:
    """How long the next try has to wait after the last."""
    return 0 if failed < free else min(FIRST_WAIT << min(failed - free, 32), LONGEST_WAIT)


def _keys(name: str, address: str) -> Iterator[tuple[str, int | None]]:
    """Under what a try is counted, and how many of it are free; None: no wait ever."""
    of_address = _hash(f"address:{network_of(address)}")
    yield f"{_of_name(name)} {of_address}", FREE_OF_A_NAME
    yield of_address, FREE_OF_AN_ADDRESS
    yield _of_name(name), None


def _of_name(name: str) -> str:
    return _hash(f"name:{name}")


def _hash(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
