"""Work that was asked for and is done later, by a process that may be killed at any point: nothing of it is lost.

A job is a row from the moment it is asked for. What a killed server was working on waits again when the next one
starts. The jobs of a video go with it (law 4).
"""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from passerby.store.database import Database, Row

JobStatus = Literal["waiting", "running", "stopping", "done", "failed", "cancelled"]
JobEnd = Literal["done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")
KEPT = 1000  # ended jobs; older ones go
ATTEMPTS = 2  # of a job whose process, or whose server, dies

_COLUMNS = (
    "id, kind, asked, video, caller, status, step, done, total, message, result, attempts, created, started, ended"
)


@dataclass(frozen=True, slots=True)
class StoredJob:
    """One job. Times are seconds since 1970 (UTC); 0 for what has not happened yet."""

    id: str
    kind: str
    asked: dict[str, Any]
    video: str  # the id of the video that it is about; "" while that is not known, or for none
    caller: str  # who asked
    status: JobStatus
    step: str
    done: float
    total: float | None
    message: str
    result: dict[str, Any]
    attempts: int
    created: float
    started: float
    ended: float

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


class Jobs:
    """The jobs of a library."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, kind: str, asked: Mapping[str, Any], *, video: str = "", caller: str = "", key: str = "") -> str:
        """Keep a job that is to be done; its id. With a ``key`` that this caller has used before: that job's id."""
        with self._db.transaction():
            known = self._db.value("SELECT id FROM jobs WHERE caller = ? AND key = ?", [caller, key]) if key else None
            if known is not None:
                return str(known)
            job = secrets.token_hex(8)
            self._db.insert(
                "INSERT INTO jobs (id, kind, asked, video, caller, key, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [job, kind, json.dumps(asked), video, caller, key or None, time.time()],
            )
            self._db.rows(
                f"DELETE FROM jobs WHERE status IN {ENDED} AND number NOT IN "
                f"(SELECT number FROM jobs WHERE status IN {ENDED} ORDER BY number DESC LIMIT ?)",
                [KEPT],
            )
            return job

    def get(self, job: str) -> StoredJob | None:
        row = self._db.row(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", [job])
        return None if row is None else _job(row)

    def latest(self, limit: int, *, before: str = "", video: str = "", active: bool = False) -> list[StoredJob]:
        """The newest jobs, newest first: those asked for before the job ``before``, about ``video``, not ended."""
        where, values = ["1"], []
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
        """How many jobs there are of each status."""
        return {
            str(status): int(count) for status, count in self._db.rows("SELECT status, count(*) FROM jobs GROUP BY 1")
        }

    def changes(self) -> int:
        """A number that is another one after any job has changed."""
        return int(self._db.value("SELECT value FROM state WHERE name = 'jobs'"))

    def take(self) -> StoredJob | None:
        """The job that has waited for longest, which runs from now on; None if none waits."""
        with self._db.transaction():
            job = self._db.value("SELECT id FROM jobs WHERE status = 'waiting' ORDER BY number LIMIT 1")
            if job is None:
                return None
            self._db.rows(
                "UPDATE jobs SET status = 'running', attempts = attempts + 1, started = ?, step = '', done = 0, "
                "total = NULL WHERE id = ?",
                [time.time(), job],
            )
            return self.get(str(job))

    def tell(self, job: str, step: str, done: float, total: float | None) -> None:
        """Keep how far a job is."""
        self._db.rows("UPDATE jobs SET step = ?, done = ?, total = ? WHERE id = ?", [step, done, total, job])

    def end(
        self,
        job: str,
        status: JobEnd,
        message: str,
        result: Mapping[str, Any],
        video: str,
    ) -> None:
        """Keep how a job ended, and the video that it turned out to be about."""
        self._db.rows(
            "UPDATE jobs SET status = ?, message = ?, result = ?, ended = ?, "
            "video = CASE WHEN ? = '' THEN video ELSE ? END WHERE id = ?",
            [status, message, json.dumps(result), time.time(), video, video, job],
        )

    def stop(self, job: str) -> None:
        """Ask for the end of a job: one that waits ends now, one that runs is stopped by the process that runs it."""
        with self._db.transaction():
            self._db.rows(
                "UPDATE jobs SET status = 'cancelled', ended = ? WHERE id = ? AND status = 'waiting'",
                [time.time(), job],
            )
            self._db.rows("UPDATE jobs SET status = 'stopping' WHERE id = ? AND status = 'running'", [job])

    def stopping(self) -> set[str]:
        """The jobs that run and are to end."""
        return {str(job) for (job,) in self._db.rows("SELECT id FROM jobs WHERE status = 'stopping'")}

    def again(self, job: str) -> bool:
        """After its process has died: let a job wait again; False if it has had all its attempts."""
        with self._db.transaction():
            self._db.rows("UPDATE jobs SET status = 'waiting' WHERE id = ? AND attempts < ?", [job, ATTEMPTS])
            return bool(self._db.value("SELECT status = 'waiting' FROM jobs WHERE id = ?", [job]))

    def take_up(self) -> None:
        """After the server has died: nothing runs, so what ran waits again, or has failed."""
        with self._db.transaction():
            self._db.rows("UPDATE jobs SET status = 'cancelled', ended = ? WHERE status = 'stopping'", [time.time()])
            self._db.rows("UPDATE jobs SET status = 'waiting' WHERE status = 'running' AND attempts < ?", [ATTEMPTS])
            self._db.rows(
                "UPDATE jobs SET status = 'failed', ended = ?, message = ? WHERE status = 'running'",
                [time.time(), f"the server ended while it worked on this, {ATTEMPTS} times"],
            )


def _job(row: Row) -> StoredJob:
    job, kind, asked, video, caller, status, step, done, total, message, result, *rest = row
    return StoredJob(
        job, kind, json.loads(asked), video, caller, status, step, done, total, message, json.loads(result), *rest
    )
