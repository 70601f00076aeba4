"""The quarantine as rows."""

from passerby.object_storage.address import location
from passerby.store.quarantine import Quarantined, QuarantineStore
from passerby.store.sql.base import SqlDatabase
from passerby.store.sql.file_names import unpack_file_name


class SqlQuarantine(QuarantineStore):
    """See QuarantineStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def put(self, entry: Quarantined) -> None:
        path = self._db.file_name(str(entry.path))
        with self._db.alone("quarantine"):
            self._db.rows("DELETE FROM quarantine WHERE video = ? AND unit = ?", [entry.video, entry.unit])
            self._db.rows(
                "INSERT INTO quarantine (video, unit, path, size_bytes, reason, failures, since) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [entry.video, entry.unit, path, entry.size_bytes, entry.reason, entry.failures, entry.since],
            )

    def all(self) -> list[Quarantined]:
        rows = self._db.rows(
            "SELECT video, unit, path, size_bytes, reason, failures, since FROM quarantine ORDER BY since, video, unit"
        )
        return [Quarantined(video, unit, location(unpack_file_name(path)), *rest) for video, unit, path, *rest in rows]

    def release(self, video: str) -> None:
        with self._db.alone("quarantine"):
            self._db.rows("DELETE FROM quarantine WHERE video = ?", [video])
            self._db.set_state("erasing", 1)
