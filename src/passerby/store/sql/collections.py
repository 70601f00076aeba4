"""Collections and their members as rows."""

import secrets
import time
from collections.abc import Sequence

from passerby.errors import UnknownError, UsageError
from passerby.store.collections import CollectionStore, StoredCollection
from passerby.store.sql import holds
from passerby.store.sql.base import Row, SqlDatabase
from passerby.store.sql.video_rows import KEPT

_READ = (
    'SELECT id, name, description, is_case, "user", created, (SELECT count(*) FROM members '
    f"JOIN videos ON videos.number = members.video WHERE members.collection = collections.number AND {KEPT}) "
    "FROM collections"
)


class SqlCollections(CollectionStore):
    """See CollectionStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def make(self, name: str, description: str, user: str, *, is_case: bool) -> str:
        with self._db.alone("collections"):
            self._require_free(name)
            collection = secrets.token_hex(8)
            self._db.rows(
                'INSERT INTO collections (id, name, description, is_case, "user", created) VALUES (?, ?, ?, ?, ?, ?)',
                [collection, name, description, int(is_case), user, time.time()],
            )
        return collection

    def change(self, collection: str, name: str, description: str, *, is_case: bool) -> None:
        with self._db.alone("collections"):
            self._number(collection)
            self._require_free(name, but=collection)
            self._db.rows(
                "UPDATE collections SET name = ?, description = ?, is_case = ? WHERE id = ?",
                [name, description, int(is_case), collection],
            )

    def remove(self, collection: str) -> None:
        with self._db.alone("collections"):
            number = self._number(collection)
            holds.require_free_case(self._db, number)
            self._db.rows("DELETE FROM collections WHERE number = ?", [number])

    def get(self, collection: str) -> StoredCollection:
        row = self._db.row(f"{_READ} WHERE id = ?", [collection])
        if row is None:
            raise _unknown(collection)
        return _collection(row)

    def all(self) -> list[StoredCollection]:
        return [_collection(row) for row in self._db.rows(f"{_READ} ORDER BY lower(name), name")]

    def put(self, collection: str, videos: Sequence[str]) -> int:
        with self._db.alone("collections"):
            number = self._number(collection)
            new = self._numbers(videos, "NOT IN", number)
            now = time.time()
            self._db.run_many(
                "INSERT INTO members (collection, video, added) VALUES (?, ?, ?)",
                [(number, video, now) for video in new],
            )
        return len(new)

    def take_out(self, collection: str, videos: Sequence[str]) -> int:
        with self._db.alone("collections"):
            number = self._number(collection)
            gone = self._numbers(videos, "IN", number)
            if gone:
                holds.require_free_case(self._db, number)
            self._db.run_many(
                "DELETE FROM members WHERE collection = ? AND video = ?", [(number, video) for video in gone]
            )
        return len(gone)

    def of(self, video: str) -> list[str]:
        rows = self._db.rows(
            "SELECT collections.id FROM members JOIN collections ON collections.number = members.collection "
            f"JOIN videos ON videos.number = members.video WHERE videos.id = ? AND {KEPT} "
            "ORDER BY lower(collections.name)",
            [video],
        )
        return [collection for (collection,) in rows]

    def admit(self, collection: str, user: str) -> None:
        with self._db.alone("collections"):
            self._db.rows(
                'INSERT INTO case_people (collection, "user") SELECT CAST(? AS bigint), name FROM users WHERE name = ? '
                "ON CONFLICT DO NOTHING",
                [self._number(collection), user],
            )

    def dismiss(self, collection: str, user: str) -> None:
        with self._db.alone("collections"):
            self._db.rows(
                'DELETE FROM case_people WHERE collection = ? AND "user" = ?', [self._number(collection), user]
            )

    def people(self, collection: str) -> list[str]:
        rows = self._db.rows(
            'SELECT "user" FROM case_people WHERE collection = ? ORDER BY "user"', [self._number(collection)]
        )
        return [user for (user,) in rows]

    def open_to(self, user: str) -> set[str]:
        rows = self._db.rows(
            "SELECT id FROM collections JOIN case_people ON case_people.collection = collections.number "
            'WHERE is_case = 1 AND case_people."user" = ?',
            [user],
        )
        return {collection for (collection,) in rows}

    def _numbers(self, videos: Sequence[str], where: str, collection: int) -> list[int]:
        """The numbers of those of these videos that are in the collection, or not."""
        chosen, ids = self._db.among(videos)
        rows = self._db.rows(
            f"SELECT number FROM videos WHERE id {chosen} AND {KEPT} "
            f"AND number {where} (SELECT video FROM members WHERE collection = ?) ORDER BY number",
            [ids, collection],
        )
        return [number for (number,) in rows]

    def _number(self, collection: str) -> int:
        number = self._db.value("SELECT number FROM collections WHERE id = ?", [collection])
        if number is None:
            raise _unknown(collection)
        return int(number)

    def _require_free(self, name: str, but: str = "") -> None:
        if self._db.value("SELECT 1 FROM collections WHERE name = ? AND id <> ?", [name, but]):
            raise UsageError(f"there is a collection called {name!r} already; choose another name")


def _collection(row: Row) -> StoredCollection:
    collection, name, description, is_case, *rest = row
    return StoredCollection(collection, name, description, bool(is_case), *rest)


def _unknown(collection: str) -> UnknownError:
    return UnknownError(f"there is no collection with the id {collection} (any more)")
