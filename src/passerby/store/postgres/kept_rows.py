"""All that a library in PostgreSQL keeps, row by row. See store/kept_rows.py."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import zip_longest

from passerby.store.kept_rows import (
    PASSING,
    SETTLED,
    KeptRow,
    KeptRows,
    KeptValue,
    LastNumbers,
    in_order,
    record_columns,
)
from passerby.store.postgres import vector_indexes
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.halfvecs import halfvec
from passerby.store.postgres.words import PostgresWords
from passerby.store.records import TABLES
from passerby.store.sql.audit_log import SqlLog

_BATCH = 1000
_DERIVED = frozenset(["postings", "segments"])
_RECORDS = {table.name: table for table in TABLES}
_UNITS = frozenset(table.name for table in TABLES if table.is_unit)
# Tables whose rows say here, and not in other stores, of which video they are.
_OF_MOMENTS = frozenset(["sightings", "rejections", "words", "matches"])
_NUMBERED = (
    "SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND attidentity <> ''"
)


class PostgresRows(KeptRows):
    """See KeptRows."""

    def __init__(self, db: PostgresDatabase) -> None:
        self._db = db

    def still(self) -> AbstractContextManager[None]:
        return self._db.reading()

    def tables(self) -> Mapping[str, Sequence[str]]:
        names = [
            name
            for (name,) in self._db.rows(
                "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace "
                "AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname COLLATE \"C\""
            )
            if name not in PASSING | _DERIVED
        ]
        return {name: self._columns(name) for name in self._parents_first(names)}

    def _columns(self, table: str) -> list[str]:
        if table in _RECORDS:
            return record_columns(_RECORDS[table])
        found = self._db.rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return sorted(name for (name,) in found if not (name == "video" and table in _OF_MOMENTS))

    def _parents_first(self, names: Sequence[str]) -> list[str]:
        """What needs to be there before others: also where no foreign key says so."""
        first = ["videos", "results", "moments", "users", "classes", "jobs", "hooks", "files"]
        return sorted(names, key=lambda name: (first.index(name) if name in first else len(first), name))

    def count(self, table: str) -> int:
        return int(self._db.value(f"SELECT count(*) FROM {table} WHERE {SETTLED.get(table, 'true')}"))

    def rows(self, table: str) -> Iterator[KeptRow]:
        columns = self._columns(table)
        chosen = ", ".join(f'"{column}"' for column in columns)
        texts = self._texts(table)
        order = ", ".join(f'"{column}"' + ' COLLATE "C"' * (column in texts) for column in in_order(columns))
        # Vectors have no order, and what has one has no second row of the same moment.
        order = order if "vector" not in columns or table not in _RECORDS else '"result", "moment"'
        sql = f"SELECT {chosen} FROM {table} WHERE {SETTLED.get(table, 'true')} ORDER BY {order}"
        for batch in self._db.batches(sql, [], _BATCH):
            yield from batch

    def _texts(self, table: str) -> set[str]:
        rows = self._db.rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND atttypid = 'text'::regtype", [table]
        )
        return {name for (name,) in rows}

    def put(self, table: str, rows: Sequence[KeptRow]) -> None:
        columns = self._columns(table)
        with self._db.transaction():
            videos = self._videos_of(table, columns, rows)
            named = ", ".join(f'"{column}"' for column in [*columns, *["video"] * bool(videos)])
            places = ", ".join("?" * (len(columns) + bool(videos)))
            vector = columns.index("vector") if table in _RECORDS and "vector" in columns else -1
            self._db.run_many(
                f"INSERT INTO {table} ({named}) OVERRIDING SYSTEM VALUE VALUES ({places})",
                [
                    (*(_half(cell) if at == vector else cell for at, cell in enumerate(row)), *of)
                    for row, of in zip_longest(rows, videos, fillvalue=())
                ],
            )

    def _videos_of(self, table: str, columns: Sequence[str], rows: Sequence[KeptRow]) -> list[tuple[int]]:
        """The video of each row, where rows say so here only; else nothing."""
        if table in _OF_MOMENTS:
            key, sql = "moment", "SELECT id, video FROM moments WHERE id = ANY(?)"
        elif table in _RECORDS and table not in _UNITS:
            key, sql = "result", "SELECT number, video FROM results WHERE number = ANY(?)"
        else:
            return []
        owners = [row[columns.index(key)] for row in rows]
        found: dict[object, int] = dict(self._db.rows(sql, [list(dict.fromkeys(owners))]))
        return [(found[owner],) for owner in owners]

    def last_numbers(self) -> LastNumbers:
        head = SqlLog(self._db).head()
        moment, job, token, share = map(self._given, self._sequences())
        return LastNumbers(moment, job, token, share, head.count, head.hash)

    def settle(self, last: LastNumbers) -> None:
        self._index()
        with self._db.transaction():
            for table, column in self._db.rows(_NUMBERED):
                number = self._db.value(f'SELECT max("{column}") FROM {table}') or 0
                self._give_after(self._sequence(table, column), number)
            records = [table for table, columns in self.tables().items() if table in _RECORDS and "id" in columns]
            highest = [self._db.value(f"SELECT max(id) FROM {table}") or 0 for table in records]
            self._give_after("record_ids", max(highest))
            numbers = (last.moment, last.job, last.token, last.share)
            for sequence, number in zip(self._sequences(), numbers, strict=True):
                self._give_after(sequence, number)
            self._db.set_state("log_count", last.log_count)
            self._db.set_state("log_head", last.log_head)
        vector_indexes.keep_up(self._db)

    def _index(self) -> None:
        """Make the postings of the videos that have none."""
        wanting = self._db.rows(
            "SELECT number FROM videos WHERE EXISTS (SELECT 1 FROM words WHERE video = number) "
            "AND NOT EXISTS (SELECT 1 FROM postings WHERE video = number) ORDER BY number"
        )
        words = PostgresWords(self._db)
        for (video,) in wanting:
            with self._db.transaction():
                words.index(video)

    def _sequences(self) -> list[str]:
        return ["moment_ids", *(self._sequence(table, "number") for table in ("jobs", "tokens", "shares"))]

    def _sequence(self, table: str, column: str) -> str:
        return str(self._db.value("SELECT pg_get_serial_sequence(?, ?)", [table, column]))

    def _given(self, sequence: str) -> int:
        last, is_called = self._db.rows(f"SELECT last_value, is_called FROM {sequence}")[0]
        return int(last) if is_called else 0

    def _give_after(self, sequence: str, number: int) -> None:
        self._db.rows("SELECT setval(?, ?, ?)", [sequence, max(number, 1), number > 0])


def _half(cell: KeptValue) -> object:
    return halfvec(cell) if isinstance(cell, bytes) else cell
