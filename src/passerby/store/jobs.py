"""Work that was asked for and is done later, by a process that may be killed at any point: nothing of it is lost.

A job is a row from the moment it is asked for. What a killed server was working on waits again when the next one
starts, however often; what may have killed it waits behind all others, and for ever longer, so that a server that is
started again can work. The jobs of a video go with it (law 4).
"""

import json
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from passerby.errors import UsageError
from passerby.store import videos
from passerby.store.database import Database, Row

JobStatus = Literal["waiting", "running", "stopping", "done", "failed", "cancelled"]
JobEnd = Literal["done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")
KEPT = 1000  # ended jobs; older ones go
CHANCE = 5  # how often a server may die while it works on a job, before the job is suspected to be why
PAUSE, LONGEST_PAUSE = 60, 3600  # seconds from one start of such a job to the next: the first, doubled each time

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
        """Keep a job that is to be done; its id. With a ``key`` that this caller has used before: that job's id.

        Raises UsageError if that job is another, ForgottenError if there is no such ``video``.
        """
        with self._db.transaction():
            known = self.keyed(caller, key)
            if known is not None:
                if (known.kind, known.asked, known.video or video) != (kind, dict(asked), video or known.video):
                    raise UsageError("Idempotency-Key: expected a new one, found that of another job; choose another")
                return known.id
            if video:
                videos.number_of(self._db, video)
            job = secrets.token_hex(8)
            self._db.insert(
                "INSERT INTO jobs (id, kind, asked, video, caller, key, created) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [job, kind, json.dumps(asked), video, caller, key or None, time.time()],
            )
            self._db.rows(
                f"DELETE FROM jobs WHERE status IN {ENDED} AND id NOT IN (SELECT job FROM deliveries) "
                f"AND number NOT IN (SELECT number FROM jobs WHERE status IN {ENDED} ORDER BY number DESC LIMIT ?)",
                [KEPT],
            )
            return job

    def get(self, job: str) -> StoredJob | None:
        row = self._db.row(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", [job])
        return None if row is None else _job(row)

    def keyed(self, caller: str, key: str) -> StoredJob | None:
        """The job that a caller has asked for with a key."""
        if not key:
            return None
        row = self._db.row(f"SELECT {_COLUMNS} FROM jobs WHERE caller = ? AND key = ?", [caller, key])
        return None if row is None else _job(row)

    def active(self) -> list[StoredJob]:
        """All that have not ended."""
        return [_job(row) for row in self._db.rows(f"SELECT {_COLUMNS} FROM jobs WHERE status NOT IN {ENDED}")]

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
        """The job that has waited for longest, which runs from now on; None if none may run now."""
        with self._db.transaction():
            job = self._db.value(
                "SELECT id FROM jobs WHERE status = 'waiting' AND (interruptions <= ? "
                "OR started + min(? << min(interruptions - ?, 20), ?) <= ?) ORDER BY interruptions > ?, number LIMIT 1",
                [CHANCE, PAUSE, CHANCE + 1, LONGEST_PAUSE, time.time(), CHANCE],
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

    def erase(self, jobs: Collection[str]) -> None:
        """Remove ended jobs without a trace: the next opening of the library sees to it that no byte is left."""
        with self._db.transaction():
            for job in jobs:
                self._db.rows(f"DELETE FROM jobs WHERE id = ? AND status IN {ENDED}", [job])
            if jobs:
                self._db.rows("UPDATE state SET value = 1 WHERE name = 'erasing'")

    def stopping(self) -> set[str]:
        """The jobs that run and are to end."""
        return {str(job) for (job,) in self._db.rows("SELECT id FROM jobs WHERE status = 'stopping'")}

    def again(self, job: str, tries: int) -> bool:
        """After its process has died: let a job wait again; False if it was begun ``tries`` times, or is to stop."""
        with self._db.transaction():
            self._db.rows(
                "UPDATE jobs SET status = 'waiting' WHERE id = ? AND status = 'running' AND attempts < ?",
                [job, tries],
            )
            return bool(self._db.value("SELECT status = 'waiting' FROM jobs WHERE id = ?", [job]))

    def put_back(self, job: str) -> None:
        """Let a job wait again that was ended for no fault of its own: that was no attempt."""
        self._db.rows(
            "UPDATE jobs SET status = 'waiting', attempts = attempts - 1 WHERE id = ? AND status = 'running'", [job]
        )

    def take_up(self) -> None:
        """After the server has died: nothing runs, so what ran waits again. That was no attempt."""
        with self._db.transaction():
            self._db.rows("UPDATE jobs SET status = 'cancelled', ended = ? WHERE status = 'stopping'", [time.time()])
            self._db.rows(
                "UPDATE jobs SET status = 'waiting', attempts = attempts - 1, interruptions = interruptions + 1, "
                "message = CASE WHEN interruptions < ? THEN '' ELSE 'the server has died ' || (interruptions + 1) || "
                "' times while it worked on this; it is tried again after a pause' END WHERE status = 'running'",
                [CHANCE],
            )


def _job(row: Row) -> StoredJob:
    job, kind, asked, video, caller, status, step, done, total, message, result, *rest = row
    return StoredJob(
        job, kind, json.loads(asked), video, caller, status, step, done, total, message, json.loads(result), *rest
    )
