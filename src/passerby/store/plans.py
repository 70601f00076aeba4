"""Plans of redacted copies, as people correct them: geometry and choices, no pixels. They go with their video."""

import secrets
import time
from dataclasses import dataclass

from passerby.errors import UsageError
from passerby.store import videos
from passerby.store.database import Database


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan and how often it was changed."""

    id: str
    video: str
    text: str  # as in the file of a plan
    version: int  # from 1
    changed: float  # seconds since 1970, UTC


class Plans:
    """The plans of a library."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, video: str, text: str) -> str:
        """Keep a new plan; its id. Raises ForgottenError."""
        with self._db.transaction():
            plan = secrets.token_hex(8)
            number = videos.number_of(self._db, video)
            self._db.insert(
                "INSERT INTO plans (id, video, text, version, changed) VALUES (?, ?, ?, 1, ?)",
                [plan, number, text, time.time()],
            )
            return plan

    def get(self, plan: str) -> StoredPlan | None:
        found = self._find("plans.id = ?", plan)
        return found[0] if found else None

    def of(self, video: str) -> list[StoredPlan]:
        """The plans of a video, newest first."""
        return self._find("videos.id = ?", video)

    def change(self, plan: str, text: str, version: int) -> int:
        """Put ``text`` in the place of that ``version``; the new version. Raises UsageError if it is not the newest."""
        with self._db.transaction():
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
            f"WHERE {where} ORDER BY plans.number DESC",
            [value],
        )
        return [StoredPlan(*row) for row in rows]
