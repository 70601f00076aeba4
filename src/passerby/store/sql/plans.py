"""Plans as rows."""

import secrets
import time

from passerby.errors import UsageError
from passerby.store.plans import PlanStore, StoredPlan
from passerby.store.sql import video_rows
from passerby.store.sql.base import SqlDatabase


class SqlPlans(PlanStore):
    """See PlanStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def put(self, video: str, text: str) -> str:
        with self._db.alone(f"video {video}"):
            plan = secrets.token_hex(8)
            number = video_rows.number_of(self._db, video)
            self._db.rows(
                "INSERT INTO plans (id, video, text, version, changed) VALUES (?, ?, ?, 1, ?)",
                [plan, number, text, time.time()],
            )
            return plan

    def get(self, plan: str) -> StoredPlan | None:
        found = self._find("plans.id = ?", plan)
        return found[0] if found else None

    def of(self, video: str) -> list[StoredPlan]:
        return self._find("videos.id = ?", video)

    def change(self, plan: str, text: str, version: int) -> int:
        with self._db.alone(f"plan {plan}"):
            newest = self._db.value("SELECT version FROM plans WHERE id = ?", [plan])
            if newest != version:
                there = "none: it was removed" if newest is None else f"version {newest}"
                raise UsageError(f"expected version {version} of the plan, found {there}; load it again")
            self._db.rows(
                "UPDATE plans SET text = ?, version = version + 1, changed = ? WHERE id = ?", [text, time.time(), plan]
            )
        return version + 1

    def remove(self, plan: str) -> None:
        self._db.rows("DELETE FROM plans WHERE id = ?", [plan])

    def _find(self, where: str, value: str) -> list[StoredPlan]:
        rows = self._db.rows(
            "SELECT plans.id, videos.id, text, version, changed FROM plans JOIN videos ON videos.number = plans.video "
            f"WHERE {where} AND {video_rows.KEPT} ORDER BY plans.number DESC",
            [value],
        )
        return [StoredPlan(*row) for row in rows]
