"""Who is still to be told that a job has ended.

A delivery is a row from the moment its job ends, by a trigger (schema.py), until it has arrived or been tried for long
enough. It goes with its job, and so with the video (law 4), and with its address. What it tells is read from the job.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass

from passerby.store.database import Database
from passerby.store.hooks import Hook

# Seconds from a try to the next: more than a try takes, so that no other server of the library sends it meanwhile.
PAUSES = (30.0, 60.0, 300.0, 1800.0, 7200.0, 21600.0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One job's end to be told to one address; ``id`` is the same in every try."""

    id: str
    job: str
    hook: Hook
    attempt: int  # from 1


class Deliveries:
    """The deliveries of a library."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def take(self, besides: Collection[str] = ()) -> Delivery | None:
        """The one that has been due for longest, but for those to the addresses ``besides``.

        Until it is dropped it is due again after a pause, so that none is lost whoever is killed; after the last try
        it goes.
        """
        now = time.time()
        if not self._db.value("SELECT 1 FROM deliveries WHERE due <= ?", [now]):
            return None
        with self._db.transaction():
            self._db.rows("DELETE FROM deliveries WHERE due <= ? AND attempts > ?", [now, len(PAUSES)])
            row = self._db.row(
                "SELECT deliveries.id, job, attempts + 1, hooks.id, url, secret, hooks.created "
                "FROM deliveries JOIN hooks ON hooks.id = hook "
                f"WHERE due <= ? AND hook NOT IN ({', '.join('?' * len(besides))}) ORDER BY due, number LIMIT 1",
                [now, *besides],
            )
            if row is None:
                return None
            delivery, job, attempt, *hook = row
            pause = PAUSES[min(attempt, len(PAUSES)) - 1]
            self._db.rows("UPDATE deliveries SET attempts = ?, due = ? WHERE id = ?", [attempt, now + pause, delivery])
        return Delivery(delivery, job, Hook(*hook), attempt)

    def drop(self, delivery: str) -> None:
        """Remove one that has arrived."""
        self._db.rows("DELETE FROM deliveries WHERE id = ?", [delivery])
