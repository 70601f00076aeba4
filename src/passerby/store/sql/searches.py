"""Kept searches as rows."""

import json
import secrets
import time
from collections.abc import Mapping

from passerby.errors import UnknownError
from passerby.store.searches import KeptSearch, SearchStore
from passerby.store.sql.base import SqlDatabase


class SqlSearches(SearchStore):
    """See SearchStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def put(self, user: str, name: str, asked: Mapping[str, str]) -> str:
        search = secrets.token_hex(8)
        with self._db.alone("searches"):
            self._db.rows('DELETE FROM searches WHERE "user" = ? AND name = ?', [user, name])
            self._db.rows(
                'INSERT INTO searches (id, "user", name, asked, created) VALUES (?, ?, ?, ?, ?)',
                [search, user, name, json.dumps(asked), time.time()],
            )
        return search

    def of(self, user: str) -> list[KeptSearch]:
        rows = self._db.rows(
            'SELECT id, name, asked, created FROM searches WHERE "user" = ? ORDER BY lower(name), name', [user]
        )
        return [KeptSearch(search, name, json.loads(asked), created) for search, name, asked, created in rows]

    def remove(self, user: str, search: str) -> None:
        with self._db.alone("searches"):
            if self._db.value('SELECT 1 FROM searches WHERE id = ? AND "user" = ?', [search, user]) is None:
                raise UnknownError(f"there is no kept search with the id {search} (any more)")
            self._db.rows("DELETE FROM searches WHERE id = ?", [search])
