"""Items of evidence and holds as rows."""

import json
import secrets
import time
from collections.abc import Sequence

from passerby.errors import ForgottenError, UnknownError
from passerby.store.evidence import EvidenceStore, StoredCheck, StoredHold, StoredIntake
from passerby.store.sql import holds, video_rows
from passerby.store.sql.base import Row, SqlDatabase
from passerby.store.sql.video_rows import KEPT

_INTAKES = (
    "SELECT videos.id, sha512, record, taken FROM evidence JOIN videos ON videos.number = evidence.video "
    f"WHERE {KEPT} AND"
)
_CHECKS = (
    'SELECT videos.id, checks.time, clock, checks."user", faults '
    "FROM checks JOIN videos ON videos.number = checks.video"
)
_NEWEST = "checks.time DESC, checks.number DESC"
_HOLDS = (
    "SELECT holds.id, coalesce(videos.id, ''), coalesce(collections.id, ''), reason, holds.\"user\", since FROM holds "
    "LEFT JOIN videos ON videos.number = holds.video LEFT JOIN collections ON collections.number = holds.collection "
    "WHERE"
)


class SqlEvidence(EvidenceStore):
    """See EvidenceStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def put(self, intake: StoredIntake) -> None:
        with self._db.alone(f"video {intake.video}"):
            self._db.rows(
                "INSERT INTO evidence (video, sha512, record, taken) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [self._kept(intake.video), intake.sha512, intake.record, intake.taken],
            )

    def get(self, video_id: str) -> StoredIntake | None:
        row = self._db.row(f"{_INTAKES} videos.id = ?", [video_id])
        return None if row is None else StoredIntake(*row)

    def all(self, case: str = "") -> list[StoredIntake]:
        rows = self._db.rows(
            f"{_INTAKES} (? = '' OR evidence.video IN (SELECT members.video FROM members "
            "JOIN collections ON collections.number = members.collection WHERE collections.id = ?)) "
            "ORDER BY taken, evidence.video",
            [case, case],
        )
        return [StoredIntake(*row) for row in rows]

    def hold(self, reason: str, user: str, *, video: str = "", case: str = "") -> str:
        hold = secrets.token_hex(8)
        with self._db.alone("collections", *([f"video {video}"] if video else [])):
            self._db.rows(
                'INSERT INTO holds (id, video, collection, reason, "user", since) VALUES (?, ?, ?, ?, ?, ?)',
                [
                    hold, self._kept(video) if video else None, self._case(case) if case else None, reason, user,
                    time.time(),
                ],
            )  # fmt: skip
        return hold

    def lift(self, hold: str) -> StoredHold:
        with self._db.alone("collections"):
            row = self._db.row(f"{_HOLDS} holds.id = ?", [hold])
            if row is None:
                raise UnknownError(f"there is no hold with the id {hold} (any more)")
            self._db.rows("DELETE FROM holds WHERE id = ?", [hold])
        return StoredHold(*row)

    def holds(self, video: str = "", case: str = "") -> list[StoredHold]:
        rows = self._db.rows(
            f"{_HOLDS} (? = '' OR videos.id = ? OR holds.collection IN (SELECT members.collection FROM members "
            "JOIN videos AS member ON member.number = members.video WHERE member.id = ?)) "
            "AND (? = '' OR collections.id = ?) ORDER BY holds.number",
            [video, video, video, case, case],
        )
        return [StoredHold(*row) for row in rows]

    def held(self, videos: Sequence[str]) -> list[str]:
        return holds.held(self._db, videos)

    def keep_check(self, check: StoredCheck) -> None:
        with self._db.alone(f"video {check.video}"):
            if self.get(check.video) is None:
                raise ForgottenError(f"video {check.video[:12]} is not in the library (any more)")
            self._db.rows(
                'INSERT INTO checks (video, time, clock, "user", faults) VALUES (?, ?, ?, ?, ?)',
                [self._kept(check.video), check.time, check.clock, check.user, json.dumps(check.faults)],
            )

    def checks(self, video: str) -> list[StoredCheck]:
        return [_check(row) for row in self._db.rows(f"{_CHECKS} WHERE videos.id = ? ORDER BY {_NEWEST}", [video])]

    def last_checks(self) -> dict[str, StoredCheck]:
        rows = self._db.rows(
            f"{_CHECKS} WHERE NOT EXISTS (SELECT 1 FROM checks AS later WHERE later.video = checks.video "
            "AND (later.time > checks.time OR (later.time = checks.time AND later.number > checks.number)))"
        )
        return {check.video: check for check in map(_check, rows)}

    def due(self, before: float) -> list[str]:
        rows = self._db.rows(
            "SELECT videos.id FROM evidence JOIN videos ON videos.number = evidence.video "
            "LEFT JOIN (SELECT video, max(time) AS last FROM checks GROUP BY video) AS checked "
            f"ON checked.video = evidence.video WHERE {KEPT} AND coalesce(last, 0) < ? "
            "ORDER BY coalesce(last, 0), taken, evidence.video",
            [before],
        )
        return [video for (video,) in rows]

    def _kept(self, video_id: str) -> int:
        if video_rows.find(self._db, video_id) is None:
            raise ForgottenError(f"video {video_id[:12]} is not in the library (any more)")
        return video_rows.number_of(self._db, video_id)

    def _case(self, case: str) -> int:
        number = self._db.value("SELECT number FROM collections WHERE id = ?", [case])
        if number is None:
            raise UnknownError(f"there is no collection with the id {case} (any more)")
        return int(number)


def _check(row: Row) -> StoredCheck:
    video, time_, clock, user, faults = row
    return StoredCheck(video, time_, clock, user, tuple(json.loads(faults)))
