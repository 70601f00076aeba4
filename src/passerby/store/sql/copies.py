"""What people say of copies as rows, beside those of their files."""

import json
import time
from collections.abc import Sequence

from passerby.errors import StoreError
from passerby.records import PixelBox
from passerby.store.blobs.base import FOLDERS
from passerby.store.copies import CopyStore, Release, StoredAnswer
from passerby.store.sql.base import SqlDatabase


class SqlCopies(CopyStore):
    """See CopyStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def release(self, copy: str, user: str) -> None:
        self._db.rows(
            'INSERT INTO releases (file, "user", time) VALUES (?, ?, ?) '
            'ON CONFLICT (file) DO UPDATE SET "user" = excluded."user", time = excluded.time',
            [self._number(copy), user, time.time()],
        )

    def withdraw(self, copy: str) -> None:
        self._db.rows("DELETE FROM releases WHERE file = (SELECT number FROM files WHERE path = ?)", [_path(copy)])

    def released(self, copy: str) -> Release | None:
        rows = self._db.rows(
            'SELECT "user", time FROM releases JOIN files ON files.number = file WHERE path = ?', [_path(copy)]
        )
        return next((Release(*row) for row in rows), None)

    def answer(self, copy: str, reason: str, user: str, leaks: Sequence[tuple[float, PixelBox]]) -> None:
        self._db.rows(
            'INSERT INTO answers (file, reason, "user", time, leaks) VALUES (?, ?, ?, ?, ?)',
            [self._number(copy), reason, user, time.time(), json.dumps([[at, *box] for at, box in leaks])],
        )

    def answers(self, copy: str) -> list[StoredAnswer]:
        rows = self._db.rows(
            'SELECT answers.number, reason, "user", time, leaks FROM answers JOIN files ON files.number = file '
            "WHERE path = ? ORDER BY answers.number",
            [_path(copy)],
        )
        return [StoredAnswer(number, reason, user, at, _leaks(leaks)) for number, reason, user, at, leaks in rows]

    def retract(self, answer: int) -> None:
        self._db.rows("DELETE FROM answers WHERE number = ?", [answer])

    def _number(self, copy: str) -> int:
        number: int | None = self._db.value("SELECT number FROM files WHERE path = ?", [_path(copy)])
        if number is None:
            raise StoreError(f"{self._db.name}: there is no copy {copy} (any more)")
        return number


def _path(copy: str) -> str:
    return f"{FOLDERS['copy']}/{copy}"


def _leaks(text: str) -> tuple[tuple[float, PixelBox], ...]:
    return tuple((at, (x1, y1, x2, y2)) for at, x1, y1, x2, y2 in json.loads(text))
