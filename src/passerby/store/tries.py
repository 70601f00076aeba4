"""Tries to log in, counted by name and by address, so that passwords cannot be guessed at any speed.

A try counts as failed until it has succeeded: so many at once are no way around the limit, nor is a kill. Some are
free; then each doubles the wait for the next. A count is forgotten ``MEMORY`` after its wait. Names and addresses are
kept as hashes: somebody may have typed a password in the place of a name.
"""

from collections.abc import Iterator
from hashlib import sha256

from passerby.addresses import customer
from passerby.errors import TooManyTriesError
from passerby.store.database import Database

SECOND = 1_000_000
MEMORY = 15 * 60 * SECOND
FIRST_WAIT, LONGEST_WAIT = 30 * SECOND, 60 * 60 * SECOND
FREE_OF_A_NAME = 5
FREE_OF_AN_ADDRESS = 20  # a whole office can have one address
MOST_ROWS = 10_000  # beyond, the oldest go: filling them takes some hundred addresses


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
            self._db.rows(
                "INSERT OR REPLACE INTO tries (key, failed, until, expires) VALUES (?, ?, ?, ?)",
                [key, failed + 1, now + _wait(failed + 1, free), now + _wait(failed + 1, free) + MEMORY],
            )
        self._db.rows(
            "DELETE FROM tries WHERE key IN (SELECT key FROM tries ORDER BY expires DESC LIMIT -1 OFFSET ?)",
            [MOST_ROWS],
        )

    def succeed(self, name: str, address: str) -> None:
        """That try was right: the name's count ends; the address need not wait, but its other tries still count.

        Otherwise who has an account could guess at others' between two of their own log-ins.
        """
        (of_name, _), (of_address, _) = _keys(name, address)
        self._db.rows("DELETE FROM tries WHERE key = ?", [of_name])
        self._db.rows("UPDATE tries SET failed = failed - 1, until = 0 WHERE key = ?", [of_address])

    def forgive(self, name: str) -> None:
        """Forget the tries with this name, so that it need not wait."""
        (of_name, _), _ = _keys(name, "")
        self._db.rows("DELETE FROM tries WHERE key = ?", [of_name])

    def _so_far(self, key: str) -> tuple[int, int]:
        """How many have failed, and until when the next has to wait."""
        failed, until = self._db.row("SELECT failed, until FROM tries WHERE key = ?", [key]) or (0, 0)
        return failed, until


def _wait(failed: int, free: int) -> int:
    """How long the next try has to wait after the last."""
    return 0 if failed < free else min(FIRST_WAIT << min(failed - free, 32), LONGEST_WAIT)


def _keys(name: str, address: str) -> Iterator[tuple[str, int]]:
    """Under what a try is counted, and how many of it are free."""
    for kind, text, free in (("name", name, FREE_OF_A_NAME), ("address", customer(address), FREE_OF_AN_ADDRESS)):
        yield sha256(f"{kind}:{text}".encode(errors="surrogatepass")).hexdigest(), free
