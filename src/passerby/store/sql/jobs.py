"""Jobs as rows, each changed within a transaction."""

import json
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from passerby.errors import UsageError
from passerby.store import jobs
from passerby.store.jobs import ENDED, JobEnd, JobStore, StoredJob
from passerby.store.sql import video_rows
from passerby.store.sql.base import Row, SqlDatabase

_COLUMNS = (
    "id, kind, asked, video, caller, status, step, done, total, message, result, attempts, created, started, ended"
)
# That a job is claimed so, or by nobody for "".
_IS_CLAIMED = "coalesce((SELECT claim FROM leases WHERE job = jobs.id), '') = ?"
# That no job tells of a video in the trash, but beside others.
_NOT_OF_TRASH = (
    "NOT EXISTS (SELECT 1 FROM videos WHERE trashed IS NOT NULL "
    "AND (videos.id = jobs.video OR result LIKE '%[\"' || videos.id || '\"]%'))"
)


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

    def latest(
        self, limit: int, *, before: str = "", video: str = "", active: bool = False, trashed: bool = False
    ) -> list[StoredJob]:
        where, values = ["1 = 1" if trashed else _NOT_OF_TRASH], []
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

    def batched(self, batch: str = "") -> list[StoredJob]:
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM jobs WHERE {_NOT_OF_TRASH} AND asked LIKE ? ORDER BY number",
            [f'%"batch": "{batch}%'],
        )
        return [_job(row) for row in rows]

    def counts(self) -> dict[str, int]:
        return {
            str(status): int(count) for status, count in self._db.rows("SELECT status, count(*) FROM jobs GROUP BY 1")
        }

    def changes(self) -> int:
        return int(self._db.state("jobs"))

    def take(self, lease: float = jobs.LEASE) -> StoredJob | None:
        if self._db.value("SELECT 1 FROM jobs WHERE status = 'waiting' LIMIT 1") is None:
            return None
        with self._db.alone("jobs"):
            job = self._longest_waiting()
            if job is None:
                return None
            self._db.rows(
                "UPDATE jobs SET status = 'running', attempts = attempts + 1, started = ?, step = '', done = 0, "
                "total = NULL, message = '' WHERE id = ?",
                [time.time(), job],
            )
            claim = secrets.token_hex(8)
            self._db.rows(
                "INSERT INTO leases (job, claim, until) VALUES (?, ?, ?)", [job, claim, self._db.now() + lease]
            )
            taken = self.get(job)
        return None if taken is None else replace(taken, claim=claim)

    def _longest_waiting(self) -> str | None:
        rows = self._db.rows("SELECT id, interruptions, started, number FROM jobs WHERE status = 'waiting'")
        now = time.time()
        waiting = [
            (interruptions > jobs.CHANCE, number, str(job))
            for job, interruptions, started, number in rows
            if interruptions <= jobs.CHANCE or started + _pause(interruptions) <= now
        ]
        return min(waiting)[-1] if waiting else None

    def stop(self, job: str) -> None:
        with self._db.alone("jobs"):
            self._db.rows(
                "UPDATE jobs SET status = 'cancelled', ended = ? WHERE id = ? AND status = 'waiting'",
                [time.time(), job],
            )
            self._db.rows("UPDATE jobs SET status = 'stopping' WHERE id = ? AND status = 'running'", [job])

    def stopping(self) -> set[str]:
        return {str(job) for (job,) in self._db.rows("SELECT id FROM jobs WHERE status = 'stopping'")}

    def erase(self, ended: Collection[str]) -> None:
        with self._db.alone("jobs"):
            for job in ended:
                self._db.rows(f"DELETE FROM jobs WHERE id = ? AND status IN {ENDED}", [job])
            if ended:
                self._db.set_state("erasing", 1)

    def take_up(self, over: float | None = None) -> bool:
        with self._db.alone("jobs"):
            held = [] if over is None else self._held(over)
            running = self._db.rows("SELECT id, status FROM jobs WHERE status IN ('running', 'stopping')")
            lost = [(job, status) for job, status in running if job not in held]
            for job, status in lost:
                if status == "stopping":
                    self._db.rows("UPDATE jobs SET status = 'cancelled', ended = ? WHERE id = ?", [time.time(), job])
                else:
                    self._db.rows(
                        "UPDATE jobs SET status = 'waiting', attempts = attempts - 1, "
                        "interruptions = interruptions + 1, message = CASE WHEN interruptions < ? THEN '' "
                        "ELSE 'the server has died ' || (interruptions + 1) || "
                        "' times while it worked on this; it is tried again after a pause' END WHERE id = ?",
                        [jobs.CHANCE, job],
                    )
            self._drop_leases()
        return bool(lost)

    def _held(self, over: float) -> set[str]:
        """The jobs whose leases have not been over for so many seconds."""
        return {
            str(job) for (job,) in self._db.rows("SELECT job FROM leases WHERE until + ? > ?", [over, self._db.now()])
        }

    def renew(self, job: StoredJob, lease: float = jobs.LEASE) -> bool:
        # Changed first: its row is locked then, for as long as the transaction goes on.
        self._db.rows(
            "UPDATE leases SET until = ? WHERE job = ? AND claim = ?", [self._db.now() + lease, job.id, job.claim]
        )
        return self.lease_left(job) is not None

    def lease_left(self, job: StoredJob) -> float | None:
        until = self._db.value("SELECT until FROM leases WHERE job = ? AND claim = ?", [job.id, job.claim])
        return None if until is None else until - self._db.now()

    def tell(self, job: StoredJob, step: str, done: float, total: float | None) -> None:
        self._db.rows(
            f"UPDATE jobs SET step = ?, done = ?, total = ? WHERE id = ? AND {_IS_CLAIMED}",
            [step, done, total, job.id, job.claim],
        )

    def end(self, job: StoredJob, status: JobEnd, message: str, result: Mapping[str, Any], video: str) -> bool:
        with self._db.alone("jobs"):
            if not self._has(job):
                return False
            self._db.rows(
                "UPDATE jobs SET status = ?, message = ?, result = ?, ended = ?, "
                "video = CASE WHEN ? = '' THEN video ELSE ? END WHERE id = ?",
                [status, message, json.dumps(result), time.time(), video, video, job.id],
            )
            self._drop_leases()
        return True

    def again(self, job: StoredJob, tries: int) -> bool:
        with self._db.alone("jobs"):
            if not self._has(job):
                return False
            self._db.rows(
                "UPDATE jobs SET status = 'waiting' WHERE id = ? AND status = 'running' AND attempts < ?",
                [job.id, tries],
            )
            self._drop_leases()
            return bool(self._db.value("SELECT status = 'waiting' FROM jobs WHERE id = ?", [job.id]))

    def put_back(self, job: StoredJob) -> None:
        with self._db.alone("jobs"):
            self._db.rows(
                "UPDATE jobs SET status = 'waiting', attempts = attempts - 1 "
                f"WHERE id = ? AND status = 'running' AND {_IS_CLAIMED}",
                [job.id, job.claim],
            )
            self._drop_leases()

    def _has(self, job: StoredJob) -> bool:
        return self._db.value(f"SELECT 1 FROM jobs WHERE id = ? AND {_IS_CLAIMED}", [job.id, job.claim]) is not None

    def _drop_leases(self) -> None:
        """Those of jobs that run no more."""
        self._db.rows(
            "DELETE FROM leases WHERE job IN (SELECT id FROM jobs WHERE status NOT IN ('running', 'stopping'))"
        )


def _pause(interruptions: int) -> float:
    """Seconds from the start of a job that may kill servers to its next one."""
    return float(min(jobs.PAUSE << min(interruptions - jobs.CHANCE - 1, 20), jobs.LONGEST_PAUSE))


def _job(row: Row) -> StoredJob:
    job, kind, asked, video, caller, status, step, done, total, message, result, *rest = row
    return StoredJob(
        job, kind, json.loads(asked), video, caller, status, step, done, total, message, json.loads(result), *rest
    )
