"""Deliveries as rows, made by a trigger when a job ends (migrations.py)."""

import time
from collections.abc import Collection

from passerby.store.deliveries import PAUSES, Delivery, DeliveryStore, Undelivered
from passerby.store.hooks import Hook
from passerby.store.sql.base import SqlDatabase


class SqlDeliveries(DeliveryStore):
    """See DeliveryStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def take(self, besides: Collection[str] = ()) -> Delivery | None:
        now, (chosen, values) = time.time(), self._db.among(besides)
        if not self._db.value("SELECT 1 FROM deliveries WHERE due <= ?", [now]):
            return None
        with self._db.alone("deliveries"):
            self._db.rows("DELETE FROM deliveries WHERE due <= ? AND attempts > ?", [now, len(PAUSES)])
            row = self._db.row(
                "SELECT deliveries.id, job, attempts + 1, hooks.id, url, secret, hooks.created "
                "FROM deliveries JOIN hooks ON hooks.id = hook "
                f"WHERE due <= ? AND NOT (hook {chosen}) ORDER BY due, number LIMIT 1",
                [now, values],
            )
            if row is None:
                return None
            delivery, job, attempt, *hook = row
            pause = PAUSES[min(attempt, len(PAUSES)) - 1]
            self._db.rows("UPDATE deliveries SET attempts = ?, due = ? WHERE id = ?", [attempt, now + pause, delivery])
        return Delivery(delivery, job, Hook(*hook), attempt)

    def undelivered(self) -> dict[str, Undelivered]:
        rows = self._db.rows("SELECT hook, count(*), max(attempts), min(due) FROM deliveries GROUP BY hook")
        return {hook: Undelivered(*told) for hook, *told in rows}

    def drop(self, delivery: str) -> None:
        self._db.rows("DELETE FROM deliveries WHERE id = ?", [delivery])
