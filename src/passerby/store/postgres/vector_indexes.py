"""Indexes of vectors (HNSW, Malkov and Yashunin, 2016), one for each segment of a table and length of vectors.

A segment is the part of a table with the vectors of some 65,000 moments (migrations.py). To add a vector to an index
takes a thousand times as long as to write its row, so the newest segment, which is still written to, has none: it is
scanned, and so is a segment with few vectors. An index with a forgotten vector is dropped, since mending it takes
longer than making it anew, which nobody has to wait for.
"""

from dataclasses import dataclass

from passerby.store.postgres.database import PostgresDatabase, lock_number
from passerby.store.postgres.migrations import SEGMENT
from passerby.store.records import TABLES

# Fewer vectors are scanned in less time than an index is searched, or little more.
WORTH_IT = 5_000
VECTOR_TABLES = tuple(table.name for table in TABLES if "vector" in table.columns.values())
_LONGEST = 4000  # that HNSW can have of halfvec


@dataclass(frozen=True, slots=True)
class Segments:
    """The parts of a table of vectors, by name."""

    indexed: tuple[str, ...]  # with an index of vectors of the length that was asked for
    scanned: tuple[str, ...]


def as_indexed(length: int) -> str:
    """A vector of this length as an index has it."""
    return f"(vector::halfvec({length}))"


def segments(db: PostgresDatabase, table: str, length: int) -> Segments:
    """The segments of a table, from the oldest on."""
    rows = db.rows(
        "SELECT part.relname::text, coalesce(indisvalid, false) FROM pg_inherits "
        "JOIN pg_class AS part ON part.oid = inhrelid "
        "LEFT JOIN pg_class AS made ON made.relnamespace = part.relnamespace AND made.relname = part.relname || ? "
        "LEFT JOIN pg_index ON indexrelid = made.oid "
        "WHERE inhparent = to_regclass(?) ORDER BY length(part.relname), part.relname",
        [_suffix(length), table],
    )
    return Segments(
        tuple(name for name, is_indexed in rows if is_indexed),
        tuple(name for name, is_indexed in rows if not is_indexed),
    )


def segment_of(part: str) -> int:
    """The number of a segment.

    >>> segment_of("meanings_12")
    12
    """
    return int(part.rpartition("_")[2])


def keep_up(db: PostgresDatabase) -> list[str]:
    """Make the indexes that are worth it and not there; what was made. Stops nobody.

    Some 20 s of one core for each. If somebody else is at it, nothing is done.
    """
    made = []
    with db.pinned():
        if not db.value("SELECT pg_try_advisory_lock(?)", [lock_number("vector indexes")]):
            return []
        for part in _full(db):
            counts = db.rows(f"SELECT vector_dims(vector), count(*) FROM {part} GROUP BY 1 ORDER BY 1")
            made += [
                _make(db, part, length)
                for length, count in counts
                if count >= WORTH_IT and length <= _LONGEST and not _is_made(db, part, length)
            ]
    return made


def drop(db: PostgresDatabase, table: str, segment: int) -> None:
    """Drop all indexes of vectors of a segment, if there are any."""
    rows = db.rows(
        "SELECT made.relname::text FROM pg_index JOIN pg_class AS made ON made.oid = indexrelid "
        "JOIN pg_am ON pg_am.oid = relam WHERE indrelid = to_regclass(?) AND amname = 'hnsw'",
        [f"{table}_{segment}"],
    )
    for (name,) in rows:
        db.run_outside(f"DROP INDEX IF EXISTS {name}")


def _full(db: PostgresDatabase) -> list[str]:
    """The segments that get no new moments any more."""
    rows = db.rows(
        "SELECT part.relname::text FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid "
        "JOIN pg_class AS whole ON whole.oid = inhparent WHERE whole.relnamespace = current_schema()::regnamespace "
        "AND whole.relname = ANY(?) "
        f"AND substring(part.relname FROM '[0-9]+$')::bigint < (SELECT last_value / {SEGMENT} FROM moment_ids) "
        "ORDER BY part.oid",
        [list(VECTOR_TABLES)],
    )
    return [name for (name,) in rows]


def _is_made(db: PostgresDatabase, part: str, length: int) -> bool:
    """Whether there is a whole index. One that is not whole, of somebody who was killed over it, is dropped."""
    name = f"{part}{_suffix(length)}"
    is_whole = db.value("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(?)", [name])
    if is_whole is False:
        db.run_outside(f"DROP INDEX {name}")
    return bool(is_whole)


def _make(db: PostgresDatabase, part: str, length: int) -> str:
    name = f"{part}{_suffix(length)}"
    db.run_outside(
        f"CREATE INDEX CONCURRENTLY {name} ON {part} USING hnsw ({as_indexed(length)} halfvec_ip_ops) "
        f"WHERE vector_dims(vector) = {length}"
    )
    db.run_outside(f"ALTER INDEX {name} ALTER COLUMN 1 SET STATISTICS 0")  # samples would outlive their video
    return name


def _suffix(length: int) -> str:
    return f"_hnsw_{length}"
