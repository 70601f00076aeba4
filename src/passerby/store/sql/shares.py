"""Links as rows."""

from collections.abc import Sequence

from passerby.errors import UnknownError
from passerby.store.blobs.base import FOLDERS
from passerby.store.shares import Share, ShareStore
from passerby.store.sql.base import SqlDatabase

_COLUMNS = 'number, label, "user", password, most, opened, created, expires'


class SqlShares(ShareStore):
    """See ShareStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def add(self, hash_: str, share: Share, copies: Sequence[str]) -> int:
        number = self._db.insert(
            'INSERT INTO shares (hash, label, "user", password, most, opened, created, expires) '
            "VALUES (?, ?, ?, ?, ?, 0, ?, ?)",
            [hash_, share.label, share.user, share.password, share.most, share.created, share.expires],
            "number",
        )
        for copy in dict.fromkeys(copies):
            file = self._db.value("SELECT number FROM files WHERE path = ?", [f"{FOLDERS['copy']}/{copy}"])
            if file is None:
                raise UnknownError(f"there is no copy {copy} (any more)")
            self._db.rows("INSERT INTO share_copies (share, file) VALUES (?, ?)", [number, file])
        return number

    def all(self) -> list[Share]:
        return [Share(*row) for row in self._db.rows(f"SELECT {_COLUMNS} FROM shares ORDER BY number DESC")]

    def by_hash(self, hash_: str) -> Share | None:
        row = self._db.row(f"SELECT {_COLUMNS} FROM shares WHERE hash = ?", [hash_])
        return Share(*row) if row else None

    def copies(self, share: int) -> list[str]:
        rows = self._db.rows(
            "SELECT path FROM share_copies JOIN files ON files.number = file WHERE share = ? ORDER BY file", [share]
        )
        return [path.rpartition("/")[2] for (path,) in rows]

    def remove(self, share: int) -> None:
        if self._db.value("SELECT 1 FROM shares WHERE number = ?", [share]) is None:
            raise UnknownError(f"there is no link {share} (any more)")
        self._db.rows("DELETE FROM shares WHERE number = ?", [share])

    def open(self, share: int, visit: str, expires: int, now: int) -> None:
        self._db.rows("DELETE FROM share_visits WHERE expires <= ?", [now])
        self._db.rows("UPDATE shares SET opened = opened + 1 WHERE number = ?", [share])
        self._db.rows("INSERT INTO share_visits (hash, share, expires) VALUES (?, ?, ?)", [visit, share, expires])

    def visited(self, share: int, visit: str, now: int) -> bool:
        found = self._db.value(
            "SELECT 1 FROM share_visits WHERE hash = ? AND share = ? AND expires > ?", [visit, share, now]
        )
        return found is not None
