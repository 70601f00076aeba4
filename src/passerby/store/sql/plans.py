"""Plans as rows."""

import secrets
import time

from passerby.dates import format_date
from passerby.errors import StaleError
from passerby.store.plans import MOST_VERSIONS, PlanStore, PlanVersion, StoredPlan
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

    def change(self, plan: str, text: str, version: int, *, user: str, back: str) -> int:
        with self._db.alone(f"plan {plan}"):
            found = self._db.row("SELECT number, version FROM plans WHERE id = ?", [plan])
            if found is None or found[1] != version:
                raise StaleError(f"expected version {version} of the plan, found {self._newest(*(found or ()))}")
            number, now = found[0], time.time()
            self._db.rows(
                "UPDATE plans SET text = ?, version = version + 1, changed = ? WHERE number = ?", [text, now, number]
            )
            self._db.rows(
                'INSERT INTO plan_versions (plan, version, "user", changed, back) VALUES (?, ?, ?, ?, ?)',
                [number, version + 1, user, now, back],
            )
            self._db.rows(
                "DELETE FROM plan_versions WHERE plan = ? AND version <= ?", [number, version + 1 - MOST_VERSIONS]
            )
        return version + 1

    def _newest(self, number: int | None = None, version: int = 0) -> str:
        """What is there in the place of a version that is not the newest, in words."""
        if number is None:
            return "none: it was removed"
        made = self._db.row(
            'SELECT "user", changed FROM plan_versions WHERE plan = ? AND version = ?', [number, version]
        )
        by = "" if made is None else f", which {made[0]} made at {format_date(int(made[1]))}"
        return f"version {version}{by}; load it again"

    def versions(self, plan: str, down_to: int = 0) -> list[PlanVersion]:
        rows = self._db.rows(
            'SELECT plan_versions.version, "user", plan_versions.changed, back FROM plan_versions '
            "JOIN plans ON plans.number = plan WHERE plans.id = ? AND plan_versions.version >= ? "
            "ORDER BY plan_versions.version DESC",
            [plan, down_to],
        )
        return [PlanVersion(*row) for row in rows]

    def remove(self, plan: str) -> None:
        self._db.rows("DELETE FROM plans WHERE id = ?", [plan])

    def _find(self, where: str, value: str) -> list[StoredPlan]:
        rows = self._db.rows(
            "SELECT plans.id, videos.id, text, version, changed FROM plans JOIN videos ON videos.number = plans.video "
            f"WHERE {where} AND {video_rows.KEPT} ORDER BY plans.number DESC",
            [value],
        )
        return [StoredPlan(*row) for row in rows]
