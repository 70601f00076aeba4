"""Jobs as rows, each changed within a transaction."""

import json
import secrets
import time
from collections.abc import Collection, Mapping
from typing import Any

from passerby.errors import UsageError
from passerby.store import jobs
from passerby.store.jobs import ENDED, JobEnd, JobStore, StoredJob
from passerby.store.sql import video_rows
from passerby.store.sql.base import Row, SqlDatabase

_COLUMNS = (
    "id, kind, asked, video, caller, status, step, done, total, message, result, attempts, created, started, ended"
)
# How often PAUSE is doubled, from the first time on, until it is longer than the longest.
_DOUBLINGS = (jobs.LONGEST_PAUSE // jobs.PAUSE).bit_length()


class SqlJobs(JobStore):
    """See JobStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def put(self, kind: str, request: Mapping[str, Any], *, video: str = "", caller: str = "", key: str = "") -> str:
        with self._db.alone("jobs"):
            known = self.keyed(caller, key)
            if known is not None:
                if (known.kind, known.request, known.video or video) != (kind, dict(request), video or known.video):
                    raise UsageError("Idempotency-Key: expected a new one, found that of another job; choose another")
                return known.id
            if video:
                video_rows.number_of(self._db, video)
            job = secrets.token_hex(8)
            self._db.rows(
                "INSERT INTO jobs (id, kind, asked, video, caller, key, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [job, kind, json.dumps(request), video, caller, key or None, time.time()],
            )
            self._db.rows(
                f"DELETE FROM jobs WHERE status IN {ENDED} AND id NOT IN (SELECT job FROM deliveries) "
                f"AND number NOT IN (SELECT number FROM jobs WHERE status IN {ENDED} ORDER BY number DESC LIMIT ?)",
                [jobs.KEPT],
            )
            return job

    def get(self, job: str) -> StoredJob | None:
        row = self._db.row(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", [job])
        return None if row is None else _job(row)

    def keyed(self, caller: str, key: str) -> StoredJob | None:
        if not key:
            return None
        row = self._db.row(f"SELECT {_COLUMNS} FROM jobs WHERE caller = ? AND key = ?", [caller, key])
        return None if row is None else _job(row)

    def active(self) -> list[StoredJob]:
        return [_job(row) for row in self._db.rows(f"SELECT {_COLUMNS} FROM jobs WHERE status NOT IN {ENDED}")]

    def latest(self, limit: int, *, before: str = "", video: str = "", active: bool = False) -> list[StoredJob]:
        where, values = ["true"], []
        if before:
            where.append("number < (SELECT number FROM jobs WHERE id = ?)")
            values.append(before)
        if video:
            where.append("video = ?")
            values.append(video)
        if active:
            where.append(f"status NOT IN {ENDED}")
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM jobs WHERE {' AND '.join(where)} ORDER BY number DESC LIMIT ?", [*values, limit]
        )
        return [_job(row) for row in rows]

    def counts(self) -> dict[str, int]:
        return {
            str(status): int(count) for status, count in self._db.rows("SELECT status, count(*) FROM jobs GROUP BY 1")
        }

    def changes(self) -> int:
        return int(self._db.state("jobs"))

    def take(self) -> StoredJob | None:
        with self._db.alone("jobs"):
            job = self._db.value(
                "SELECT id FROM jobs WHERE status = 'waiting' AND (interruptions <= ? OR started + (CASE "
                "WHEN interruptions > ? THEN ? ELSE ? << CAST(interruptions - ? AS INTEGER) END) <= ?) "
                "ORDER BY interruptions > ?, number LIMIT 1",
                [
                    jobs.CHANCE,
                    jobs.CHANCE + _DOUBLINGS,
                    jobs.LONGEST_PAUSE,
                    jobs.PAUSE,
                    jobs.CHANCE + 1,
                    time.time(),
                    jobs.CHANCE,
                ],
            )
            if job is None:
                return None
            self._db.rows(
                "UPDATE jobs SET status = 'running', attempts = attempts + 1, started = ?, step = '', done = 0, "
                "total = NULL, message = '' WHERE id = ?",
                [time.time(), job],
            )
            return self.get(str(job))

    def tell(self, job: str, step: str, done: float, total: float | None) -> None:
        self._db.rows("UPDATE jobs SET step = ?, done = ?, total = ? WHERE id = ?", [step, done, total, job])

    def end(
        self,
        job: str,
        status: JobEnd,
        message: str,
        result: Mapping[str, Any],
        video: str,
    ) -> None:
        self._db.rows(
            "UPDATE jobs SET status = ?, message = ?, result = ?, ended = ?, "
            "video = CASE WHEN ? = '' THEN video ELSE ? END WHERE id = ?",
            [status, message, json.dumps(result), time.time(), video, video, job],
        )

    def stop(self, job: str) -> None:
        with self._db.alone("jobs"):
            self._db.rows(
                "UPDATE jobs SET status = 'cancelled', ended = ? WHERE id = ? AND status = 'waiting'",
                [time.time(), job],
            )
            self._db.rows("UPDATE jobs SET status = 'stopping' WHERE id = ? AND status = 'running'", [job])

    def erase(self, ended: Collection[str]) -> None:
        with self._db.alone("jobs"):
            for job in ended:
                self._db.rows(f"DELETE FROM jobs WHERE id = ? AND status IN {ENDED}", [job])
            if ended:
                self._db.set_state("erasing", 1)

    def stopping(self) -> set[str]:
        return {str(job) for (job,) in self._db.rows("SELECT id FROM jobs WHERE status = 'stopping'")}

    def again(self, job: str, tries: int) -> bool:
        with self._db.alone("jobs"):
            self._db.rows(
                "UPDATE jobs SET status = 'waiting' WHERE id = ? AND status = 'running' AND attempts < ?",
                [job, tries],
            )
            return bool(self._db.value("SELECT status = 'waiting' FROM jobs WHERE id = ?", [job]))

    def put_back(self, job: str) -> None:
        self._db.rows(
            "UPDATE jobs SET status = 'waiting', attempts = attempts - 1 WHERE id = ? AND status = 'running'", [job]
        )

    def take_up(self) -> None:
        with self._db.alone("jobs"):
            self._db.rows("UPDATE jobs SET status = 'cancelled', ended = ? WHERE status = 'stopping'", [time.time()])
            self._db.rows(
                "UPDATE jobs SET status = 'waiting', attempts = attempts - 1, interruptions = interruptions + 1, "
                "message = CASE WHEN interruptions < ? THEN '' ELSE 'the server has died ' || (interruptions + 1) || "
                "' times while it worked on this; it is tried again after a pause' END WHERE status = 'running'",
                [jobs.CHANCE],
            )


def _job(row: Row) -> StoredJob:
    job, kind, asked, video, caller, status, step, done, total, message, result, *rest = row
    return StoredJob(
        job, kind, json.loads(asked), video, caller, status, step, done, total, message, json.loads(result), *rest
    )
