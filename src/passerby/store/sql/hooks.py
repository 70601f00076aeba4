"""Addresses as rows."""

import secrets
import time

from passerby.store.hooks import Hook, HookStore
from passerby.store.sql.base import SqlDatabase


class SqlHooks(HookStore):
    """See HookStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def put(self, url: str) -> Hook:
        hook = Hook(secrets.token_hex(8), url, secrets.token_urlsafe(32), time.time())
        self._db.rows(
            "INSERT INTO hooks (id, url, secret, created) VALUES (?, ?, ?, ?)",
            [hook.id, hook.url, hook.secret, hook.created],
        )
        return hook

    def all(self) -> list[Hook]:
        return [Hook(*row) for row in self._db.rows("SELECT id, url, secret, created FROM hooks ORDER BY created")]

    def remove(self, hook: str) -> None:
        self._db.rows("DELETE FROM hooks WHERE id = ?", [hook])
