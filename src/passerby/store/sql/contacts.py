"""Contacts and mails as rows; mails are made by triggers (migrations.py)."""

import time
from collections.abc import Sequence
from typing import cast, get_args

from passerby.errors import UsageError
from passerby.store.contacts import PAUSES, Contact, ContactStore, DueMail, Wanted
from passerby.store.sql.base import SqlDatabase


class SqlContacts(ContactStore):
    """See ContactStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def of(self, user: str) -> Contact:
        row = self._db.row('SELECT mail, wanted FROM contacts WHERE "user" = ?', [user])
        return _contact(user, *(row or ("", "")))

    def put(self, user: str, mail: str, wanted: Sequence[Wanted]) -> None:
        if self._db.value("SELECT 1 FROM users WHERE name = ?", [user]) is None:
            raise UsageError(f"there is no user {user!r} who could be written to")
        self._db.rows(
            'INSERT INTO contacts ("user", mail, wanted) VALUES (?, ?, ?) '
            'ON CONFLICT ("user") DO UPDATE SET mail = excluded.mail, wanted = excluded.wanted',
            [user, mail, " ".join(sorted(set(wanted)))],
        )

    def take(self) -> DueMail | None:
        now = time.time()
        if not self._db.value("SELECT 1 FROM mails WHERE due <= ?", [now]):
            return None
        with self._db.alone("mails"):
            self._db.rows("DELETE FROM mails WHERE due <= ? AND attempts > ?", [now, len(PAUSES)])
            row = self._db.row(
                'SELECT mails.id, contacts."user", mail, wanted, job, comments."user", videos.id, attempts + 1 '
                'FROM mails JOIN contacts ON contacts."user" = mails."user" '
                "LEFT JOIN comments ON comments.number = comment LEFT JOIN videos ON videos.number = comments.video "
                "WHERE due <= ? ORDER BY due, mails.number LIMIT 1",
                [now],
            )
            if row is None:
                return None
            mail, user, address, wanted, job, by, video, attempt = row
            pause = PAUSES[min(attempt, len(PAUSES)) - 1]
            self._db.rows("UPDATE mails SET attempts = ?, due = ? WHERE id = ?", [attempt, now + pause, mail])
        return DueMail(mail, _contact(user, address, wanted), job or "", by or "", video or "", attempt)

    def drop(self, mail: str) -> None:
        self._db.rows("DELETE FROM mails WHERE id = ?", [mail])


def _contact(user: str, mail: str, wanted: str) -> Contact:
    return Contact(user, mail, tuple(cast(Wanted, word) for word in wanted.split() if word in get_args(Wanted)))
