"""All that a library of SQLite keeps, row by row. See store/kept_rows.py."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import groupby

from passerby.store.kept_rows import (
    CONTENT,
    FILE_NAMES,
    PASSING,
    SETTLED,
    KeptRow,
    KeptRows,
    KeptValue,
    LastNumbers,
    in_order,
    record_columns,
)
from passerby.store.records import TABLES
from passerby.store.records.base import RecordTable
from passerby.store.sql.audit_log import SqlLog
from passerby.store.sqlite import packs
from passerby.store.sqlite.database import Database
from passerby.store.words.rows import COLUMNS

_BATCH = 1000
_NUMBERED = ("moments", "jobs", "tokens", "shares")  # whose numbers are never given again
_OF_FILES = frozenset(["packs", "loose", "discarded"])  # where files lie, and which are to be removed
_RECORDS = {table.name: table for table in TABLES}
_WITH_BLOBS = {table.name: table for table in TABLES if table.blob}
_WORDS = ("moment", *COLUMNS, "shown")
_PLACE = ("first_byte", "size_bytes")


class SqliteRows(KeptRows):
    """See KeptRows."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def still(self) -> AbstractContextManager[None]:
        return self._db.reading()

    def tables(self) -> Mapping[str, Sequence[str]]:
        names = [
            name
            for (name,) in self._db.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if name not in PASSING | _OF_FILES and not name.startswith(("sqlite_", "words_"))
        ]
        return {name: self._columns(name) for name in self._parents_first(names)}

    def _columns(self, table: str) -> list[str]:
        if table == "words":
            return sorted(_WORDS)
        if table in _RECORDS:
            return record_columns(_RECORDS[table])
        return sorted(name for (name,) in self._db.rows("SELECT name FROM pragma_table_info(?)", [table]))

    def _parents_first(self, names: Sequence[str]) -> list[str]:
        parents = {
            name: {parent for (parent,) in self._db.rows('SELECT "table" FROM pragma_foreign_key_list(?)', [name])}
            for name in names
        }
        ordered = list[str]()
        while len(ordered) < len(names):
            ordered += [
                name
                for name in names
                if name not in ordered and parents[name].intersection(names) - {name} <= {*ordered}
            ]
        return ordered

    def count(self, table: str) -> int:
        return int(self._db.value(f"SELECT count(*) FROM {table} WHERE {SETTLED.get(table, 'true')}"))

    def rows(self, table: str) -> Iterator[KeptRow]:
        columns = self._columns(table)
        order = ", ".join(_expression(table, column) for column in in_order(columns) if column != CONTENT)
        blob = table in _WITH_BLOBS
        chosen = [_expression(table, column) for column in columns if column != CONTENT]
        if blob:
            chosen += [f"(SELECT file FROM packs WHERE packs.result = {table}.result)", *_PLACE]
        sql = f"SELECT {', '.join(chosen)} FROM {table} WHERE {SETTLED.get(table, 'true')} ORDER BY {order}"
        at = columns.index(CONTENT) if blob else 0
        for batch in self._db.batches(sql, [], _BATCH):
            for row in batch:
                yield (*row[:at], packs.read(self._db, *row[-3:]), *row[at:-3]) if blob else row

    def put(self, table: str, rows: Sequence[KeptRow]) -> None:
        columns = self._columns(table)
        if table in _WITH_BLOBS:
            self._put_blobs(_WITH_BLOBS[table], columns, rows)
            return
        with self._db.transaction():
            self._insert(table, columns, rows)

    def _insert(self, table: str, columns: Sequence[str], rows: Sequence[KeptRow]) -> None:
        named = ["rowid" if (table, column) == ("words", "moment") else f'"{column}"' for column in columns]
        names = [at for at, column in enumerate(columns) if (table, column) in FILE_NAMES]
        self._db.run_many(
            f"INSERT INTO {table} ({', '.join(named)}) VALUES ({', '.join('?' * len(columns))})",
            [tuple(self._name(cell) if at in names else cell for at, cell in enumerate(row)) for row in rows],
        )

    def _name(self, cell: KeptValue) -> KeptValue:
        """The name of a file, as this store has it."""
        return self._db.file_name(os.fsdecode(cell)) if isinstance(cell, bytes) else cell

    def _put_blobs(self, table: RecordTable[object], columns: Sequence[str], rows: Sequence[KeptRow]) -> None:
        """Rows, and the pack of each result beside them."""
        result, content = columns.index("result"), columns.index(CONTENT)
        others = [column for column in columns if column != CONTENT]
        table_of_packs = packs.PackTable(self._db)
        for of, group in groupby(rows, lambda row: row[result]):
            found = list(group)
            blobs = [cell for row in found if isinstance(cell := row[content], bytes)]
            video = self._db.value(
                "SELECT id FROM videos WHERE number = (SELECT video FROM results WHERE number = ?)", [of]
            )
            with table_of_packs.writing(video) as pack:
                places, placed = table_of_packs.write(pack, int(of or 0), blobs)
                cells = [
                    (*row[:content], *row[content + 1 :], *place) for row, place in zip(found, placed, strict=True)
                ]
                self._insert(table.name, [*others, *places], cells)

    def last_numbers(self) -> LastNumbers:
        given: dict[str, int] = dict(self._db.rows("SELECT name, seq FROM sqlite_sequence"))
        head = SqlLog(self._db).head()
        moment, job, token, share = (given.get(table, 0) for table in _NUMBERED)
        return LastNumbers(moment, job, token, share, head.count, head.hash)

    def settle(self, last: LastNumbers) -> None:
        with self._db.transaction():
            for table, number in zip(_NUMBERED, (last.moment, last.job, last.token, last.share), strict=True):
                self._db.rows("DELETE FROM sqlite_sequence WHERE name = ?", [table])
                self._db.rows("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, number])
            self._db.rows("UPDATE state SET value = ? WHERE name = 'log_count'", [last.log_count])
            self._db.rows("UPDATE state SET value = ? WHERE name = 'log_head'", [last.log_head])


def _expression(table: str, column: str) -> str:
    if (table, column) == ("words", "moment"):
        return "rowid"
    return f'CAST("{column}" AS BLOB)' if (table, column) in FILE_NAMES else f'"{column}"'
