"""Counts of tries as rows, by hashes."""

from passerby.errors import TooManyTriesError
from passerby.store import tries
from passerby.store.sql.base import SqlDatabase
from passerby.store.tries import TryStore


class SqlTries(TryStore):
    """See TryStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def begin(self, name: str, address: str, now: int) -> None:
        self._db.rows("DELETE FROM tries WHERE expires <= ?", [now])
        counted = [(key, free, *self._so_far(key)) for key, free in tries.keys(name, address)]
        wait = max(until for *_, until in counted) - now
        if wait > 0:
            raise TooManyTriesError(-(-wait // tries.SECOND))
        for key, free, failed, _ in counted:
            wait = 0 if free is None else tries.wait(failed + 1, free)
            self._db.rows(
                "INSERT INTO tries (key, failed, until, expires) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
                "failed = excluded.failed, until = excluded.until, expires = excluded.expires",
                [key, failed + 1, now + wait, now + wait + tries.MEMORY],
            )
        self._db.rows(
            "DELETE FROM tries WHERE key IN (SELECT key FROM tries ORDER BY expires DESC LIMIT ? OFFSET ?)",
            [tries.MOST_ROWS, tries.MOST_ROWS],
        )

    def delay(self, name: str, now: int) -> float:
        failed = self._db.value("SELECT failed FROM tries WHERE key = ? AND expires > ?", [tries.of_name(name), now])
        return tries.delay(failed or 0)

    def succeed(self, name: str, address: str) -> None:
        (of_both, _), (of_address, _), (of_name, _) = tries.keys(name, address)
        self._db.rows("DELETE FROM tries WHERE key = ?", [of_both])
        self._db.rows("UPDATE tries SET failed = failed - 1, until = 0 WHERE key IN (?, ?)", [of_address, of_name])

    def forgive(self, name: str) -> None:
        self._db.rows("DELETE FROM tries WHERE substr(key, 1, ?) = ?", [len(tries.of_name(name)), tries.of_name(name)])

    def _so_far(self, key: str) -> tuple[int, int]:
        """How many have failed, and until when the next has to wait."""
        failed, until = self._db.row("SELECT failed, until FROM tries WHERE key = ?", [key]) or (0, 0)
        return failed, until
