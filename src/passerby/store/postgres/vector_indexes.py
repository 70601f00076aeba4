"""Indexes of vectors (HNSW, Malkov and Yashunin, 2016), for libraries in which a scan would take too long.

To add a vector to an index takes a thousand times as long as to write its row. So an index is over the moments up to
one, with no more of them coming, and is made anew when too many are not in it; until then these are scanned, so what
was added a moment ago is found too. Each is of one table and one length of vectors, and says in its name up to where
it goes.
"""

import re

from passerby.store.postgres.database import PostgresDatabase
from passerby.store.records import TABLES

# Vectors that are scanned in some 20 ms.
WORTH_IT = 50_000
_SHARE = 0.2  # of an index, which more than WORTH_IT vectors have to exceed for it to be made anew
_VECTOR_TABLES = tuple(table.name for table in TABLES if "vector" in table.columns.values())
_NAME = re.compile(r"(?P<table>[a-z_]+)_hnsw_(?P<length>\d+)_(?P<last>\d+)")
_LONGEST = 4000  # that HNSW can have of halfvec


def as_indexed(length: int) -> str:
    """A vector of this length as the index has it."""
    return f"(vector::halfvec({length}))"


def last_indexed(db: PostgresDatabase, table: str, length: int) -> int | None:
    """The last moment of the index of these vectors; None if there is none that can be used."""
    rows = _indexes(db)
    return max(
        (last for (of, width, last), valid in rows.items() if (of, width) == (table, length) and valid), default=None
    )


def keep_up(db: PostgresDatabase) -> list[str]:
    """Make the indexes that are worth it; what was made. Takes a minute for 100,000 vectors, and stops no one."""
    made = []
    for table in _VECTOR_TABLES:
        for length, count in db.rows(f"SELECT vector_dims(vector), count(*) FROM {table} GROUP BY 1 ORDER BY 1"):
            last = last_indexed(db, table, length)
            newer = count if last is None else _count(db, table, length, f"AND moment > {last}")
            if length <= _LONGEST and newer >= max(WORTH_IT, _SHARE * (count - newer)):
                made.append(_make(db, table, length))
    return made


def _make(db: PostgresDatabase, table: str, length: int) -> str:
    last = db.value(f"SELECT max(moment) FROM {table} WHERE vector_dims(vector) = ?", [length])
    name = f"{table}_hnsw_{length}_{last}"
    db.run_outside(
        f"CREATE INDEX CONCURRENTLY {name} ON {table} USING hnsw ({as_indexed(length)} halfvec_ip_ops) "
        f"WHERE vector_dims(vector) = {length} AND moment <= {last}"
    )
    db.run_outside(f"ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS 0")  # samples would outlive their video
    for of, width, other in _indexes(db):
        if (of, width) == (table, length) and other != last:
            db.run_outside(f"DROP INDEX CONCURRENTLY {of}_hnsw_{width}_{other}")
    return name


def _indexes(db: PostgresDatabase) -> dict[tuple[str, int, int], bool]:
    """Table, length and last moment of each index, and whether it is whole: a build that was killed leaves one."""
    rows = db.rows(
        "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
        "WHERE relnamespace = current_schema()::regnamespace AND relname LIKE '%\\_hnsw\\_%'"
    )
    found = [(_NAME.fullmatch(name), valid) for name, valid in rows]
    return {(name["table"], int(name["length"]), int(name["last"])): valid for name, valid in found if name}


def _count(db: PostgresDatabase, table: str, length: int, condition: str) -> int:
    return int(db.value(f"SELECT count(*) FROM {table} WHERE vector_dims(vector) = ? {condition}", [length]))
