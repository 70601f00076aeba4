"""Addresses that are told when a job ends."""

import secrets
import time
from dataclasses import dataclass

from passerby.store.database import Database


@dataclass(frozen=True, slots=True)
class Hook:
    """An address, and the secret that what is sent to it is signed with."""

    id: str
    url: str
    secret: str
    created: float  # seconds since 1970, UTC


class Hooks:
    """The addresses of a library."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, url: str) -> Hook:
        """Keep an address; its secret is made here."""
        hook = Hook(secrets.token_hex(8), url, secrets.token_urlsafe(32), time.time())
        self._db.insert(
            "INSERT INTO hooks (id, url, secret, created) VALUES (?, ?, ?, ?)",
            [hook.id, hook.url, hook.secret, hook.created],
        )
        return hook

    def every(self) -> list[Hook]:
        return [Hook(*row) for row in self._db.rows("SELECT id, url, secret, created FROM hooks ORDER BY created")]

    def remove(self, hook: str) -> None:
        self._db.rows("DELETE FROM hooks WHERE id = ?", [hook])
