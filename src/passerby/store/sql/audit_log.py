"""The log as rows that triggers keep from being changed."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from passerby.errors import StoreError
from passerby.store.audit_log import (
    NO_ENTRY,
    Action,
    Detail,
    Head,
    LogFilter,
    LogStore,
    LogWord,
    StoredEntry,
    entry_hash,
    require_harmless,
)
from passerby.store.sql.base import SqlDatabase, literally

_COLUMNS = 'number, time, "user", action, subject, details, previous, hash'
_SEARCHED = ('"user"', "action", "subject", "details")  # all of small letters
_BATCH = 1024


class SqlLog(LogStore):
    """See LogStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def append(self, time: int, user: str, action: Action, subject: str, details: Mapping[str, Detail]) -> None:
        require_harmless(user, action, subject, details)
        text = json.dumps(details, sort_keys=True, separators=(",", ":"), allow_nan=False)
        head = self.head()
        columns = (head.count + 1, time, user, action, subject, text, head.hash)
        made = entry_hash(columns)
        self._db.rows(f"INSERT INTO log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [*columns, made])
        self._db.set_state("log_count", head.count + 1)
        self._db.set_state("log_head", made)

    def entries(self, after: int, limit: int) -> list[StoredEntry]:
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM log WHERE number > ? ORDER BY number LIMIT ?", [after, limit])
        return [StoredEntry(*row) for row in rows]

    def latest(self, limit: int, wanted: LogFilter) -> list[StoredEntry]:
        narrowed = {
            "number < ?": wanted.before,
            '"user" = ?': wanted.user or None,
            "action = ?": wanted.action or None,
            "subject = ?": wanted.subject or None,
        }
        asked = [(test, [value]) for test, value in narrowed.items() if value is not None]
        asked += [self._having(word) for word in wanted.words]
        where = f"WHERE {' AND '.join(test for test, _ in asked)}" if asked else ""
        values = [value for _, some in asked for value in some]
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM log {where} ORDER BY number DESC LIMIT ?", [*values, limit])
        return [StoredEntry(*row) for row in rows]

    def _having(self, word: LogWord) -> tuple[str, list[Any]]:
        """A condition on an entry, and its values."""
        among, called = self._db.among(word.called)
        tests = [f"{column} LIKE ? ESCAPE '!'" for column in _SEARCHED]
        return f"({' OR '.join(tests)} OR subject {among})", [f"%{literally(word.text)}%"] * len(tests) + [called]

    def head(self) -> Head:
        count, hash_ = self._db.state("log_count"), self._db.state("log_head")
        if count is None or hash_ is None:
            raise StoreError(f"{self._db.name}: the head of the log is gone; run `passerby doctor`")
        return Head(count, hash_)

    def find(self, hash_: str) -> int | None:
        if hash_ == NO_ENTRY:
            return 0
        number: int | None = self._db.value("SELECT number FROM log WHERE hash = ?", [hash_])
        return number

    def fault(self) -> str:
        return fault(self._db)


def fault(db: SqlDatabase) -> str:
    """See AuditLog.fault."""
    last, previous, head = 0, NO_ENTRY, None
    try:
        for number, *columns, kept, count, hash_ in _rows(db):
            head = Head(db.kept_state(count), db.kept_state(hash_))
            if number is None:
                break
            if number != last + 1:
                return f"entry {last + 1} of the log is missing"
            if columns[-1] != previous or kept != entry_hash((number, *columns)):
                return f"entry {number} of the log is not what was written, or does not follow the one before"
            last, previous = number, kept
    except StoreError as error:
        return f"the log cannot be read after entry {last} ({error})"
    if head is None:
        return "the head of the log is gone"
    if head != Head(last, previous):
        return f"the log ends with entry {last}, and not with entry {head.count} as was noted"
    return ""


def _rows(db: SqlDatabase) -> Iterator[tuple[Any, ...]]:
    """Each entry's columns and the head, all in one look, so that an entry that is added meanwhile is no fault.

    If there is no entry, one row with the head alone; if there is no head, no row.
    """
    columns = ", ".join(f"log.{name}" for name in _COLUMNS.split(", "))
    sql = (
        f"SELECT {columns}, counted.value, ended.value FROM state AS counted JOIN state AS ended "
        "ON counted.name = 'log_count' AND ended.name = 'log_head' LEFT JOIN log ON TRUE ORDER BY log.number"
    )
    for batch in db.batches(sql, [], _BATCH):
        yield from batch
