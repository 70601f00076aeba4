"""Bringing a database to the tables of this version: numbered migrations, then a table for each new kind of record."""

import re
from collections.abc import Sequence
from typing import Any

from passerby.errors import StoreError
from passerby.store.postgres.connecting import SCHEMA
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.migrations import MIGRATIONS
from passerby.store.postgres.partitions import TEXT, Partitioned, goes_with
from passerby.store.records import TABLES
from passerby.store.records.base import ColumnType, RecordTable

OLDEST_SERVER = 15
OLDEST_PGVECTOR = (0, 8, 4)  # before, an index of vectors can be damaged when it is vacuumed
PARTS = 16  # of a partitioned table
_TYPES: dict[ColumnType, str] = {
    "integer": "bigint NOT NULL",
    "real": "double precision NOT NULL",
    "text": TEXT,
    "blob": "bytea NOT NULL",
    "vector": "halfvec NOT NULL",
}
# Types of columns that the planner keeps no samples of: they would outlive their video.
_CONTENT = ("text", "bytea", "halfvec", "tsvector", "jsonb")


def prepare(db: PostgresDatabase, *, create: bool, parts: int = PARTS) -> None:
    """Make the database one of this version. Raises StoreError if it cannot be, or it is empty and no ``create``."""
    if _version(db) == 0:
        if not create:
            raise StoreError(f"{db.name}: there is no library here yet; `passerby add PATH...` makes one")
        _require_fitting(db)
        _require_pgvector(db)
    if _version(db) != len(MIGRATIONS):
        _migrate(db, parts)
        db.close()  # a connection that is older than the extension does not know vectors
    add_tables(db, TABLES)


def is_there(db: PostgresDatabase) -> bool:
    """Whether there is a library. Raises StoreError as ``prepare``."""
    return _version(db) > 0


def _version(db: PostgresDatabase) -> int:
    """Which migrations the library has seen; 0 where there is none. Raises StoreError for what no library is."""
    if db.value("SELECT to_regclass(?) IS NULL", [f"{SCHEMA}.state"]):
        if db.value("SELECT 1 FROM pg_namespace WHERE nspname = ?", [SCHEMA]) and _tables(db):
            raise StoreError(f"{db.name}: expected a library, found a schema {SCHEMA} of another program; {_OTHER}")
        return 0
    version = db.state("version")
    if not isinstance(version, int):
        raise StoreError(f"{db.name}: expected a library, found tables of another program; {_OTHER}")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{db.name}: this library was made by a newer Passerby (version {version} of the tables, "
            f"this one knows {len(MIGRATIONS)}); upgrade Passerby"
        )
    return version


_OTHER = "give the address of an empty database (`createdb` makes one)"


def _require_fitting(db: PostgresDatabase) -> None:
    """Raise StoreError if no library can be made here."""
    found = db.value(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
        "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 1"
    )
    if found is not None:
        raise StoreError(f"{db.name}: expected an empty database, found the table {found} of another program; {_OTHER}")
    if db.value("SELECT current_setting('server_encoding')") != "UTF8":
        raise StoreError(f"{db.name}: expected a database with the encoding UTF8; {_OTHER}")


def _require_pgvector(db: PostgresDatabase) -> None:
    """Raise StoreError if vectors cannot be kept and searched there: the server is too old, or lacks the extension."""
    server = db.value("SELECT current_setting('server_version_num')::int / 10000")
    if server < OLDEST_SERVER:
        raise StoreError(f"{db.name}: expected PostgreSQL {OLDEST_SERVER} or newer, found {server}; upgrade the server")
    wanted = ".".join(map(str, OLDEST_PGVECTOR))
    version = db.value(
        "SELECT coalesce(installed_version, default_version) FROM pg_available_extensions WHERE name = 'vector'"
    )
    if version is None:
        raise StoreError(f"{db.name}: expected pgvector {wanted} or newer on the server, found none; install it there")
    if tuple(int(part) for part in re.findall(r"\d+", version)) < OLDEST_PGVECTOR:
        raise StoreError(
            f"{db.name}: expected pgvector {wanted} or newer, found {version}; install a newer one on the server, "
            "then: ALTER EXTENSION vector UPDATE"
        )


def _migrate(db: PostgresDatabase, parts: int) -> None:
    with db.alone("schema"):  # another process may be making the tables at this moment
        version = _version(db)
        parts = parts if version == 0 else db.state("parts")
        if version == 0:
            db.rows(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            _make_extension(db)
        for number, migration in enumerate(MIGRATIONS[version:], version):
            for part in migration:
                _make(db, part, parts)
            if number == 0:
                db.rows("INSERT INTO state VALUES ('version', '0'), ('parts', ?)", [str(parts)])
                add_tables(db, TABLES)
        for table in _tables(db):
            keep_no_samples(db, table)
        db.set_state("version", len(MIGRATIONS))


def _make_extension(db: PostgresDatabase) -> None:
    """Not among the tables of the library: a dump of its schema would then have no type for vectors."""
    if not db.value("SELECT 1 FROM pg_extension WHERE extname = 'vector'"):
        db.rows("CREATE EXTENSION vector WITH SCHEMA public")
        db.rows(f"SET LOCAL search_path = {SCHEMA}, public")


def add_tables(db: PostgresDatabase, tables: Sequence[RecordTable[Any]]) -> None:
    """Make the tables of kinds of records that are newer than the library."""
    if _missing(db, tables):
        with db.alone("schema"):
            for table in _missing(db, tables):
                for part in definition(table):
                    _make(db, part, db.state("parts"))
                keep_no_samples(db, table.name)


def _missing(db: PostgresDatabase, tables: Sequence[RecordTable[Any]]) -> list[RecordTable[Any]]:
    there = _tables(db)
    return [table for table in tables if table.name not in there]


def _tables(db: PostgresDatabase) -> set[str]:
    return {name for (name,) in db.rows("SELECT tablename FROM pg_tables WHERE schemaname = ?", [SCHEMA])}


def _make(db: PostgresDatabase, part: str | Partitioned, parts: int) -> None:
    for statement in [part] if isinstance(part, str) else part.statements(parts):
        db.rows(statement)


def keep_no_samples(db: PostgresDatabase, table: str) -> None:
    """Have the planner keep no samples of a table's columns with content."""
    for (column,) in db.rows(
        "SELECT quote_ident(attname) FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid "
        "WHERE attrelid = to_regclass(?) AND attnum > 0 AND typname = ANY(?)",
        [f"{SCHEMA}.{table}", list(_CONTENT)],
    ):
        db.rows(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def definition(table: RecordTable[Any]) -> list[str | Partitioned]:
    """What makes the table of a kind of records."""
    columns = [f"{column} {_TYPES[kind]}" for column, kind in table.columns.items()]
    if table.blob:
        columns.append(f"content {_TYPES['blob']}")
    made: list[str | Partitioned] = []
    if table.shared:
        made.append(
            f"CREATE TABLE {table.shared.table} (result bigint PRIMARY KEY REFERENCES results ON DELETE CASCADE, "
            f"{table.shared.column} {TEXT})"
        )
    if "vector" in table.columns.values():
        return [*made, *_vectors(table.name, columns)]
    noted = "CREATE TRIGGER segments_noted AFTER INSERT ON moments REFERENCING NEW TABLE AS made "
    noted += "FOR EACH STATEMENT EXECUTE FUNCTION note_segments()"
    return [*made, _partitioned(table, columns), *[noted] * table.is_unit]


def _partitioned(table: RecordTable[Any], columns: Sequence[str]) -> Partitioned:
    result = "result bigint NOT NULL"
    if table.of == "video":
        if table.is_single:
            return Partitioned(table.name, [result, *columns], "results", ["video, result"])
        number = ["number bigint NOT NULL"] * table.is_numbered
        of_moments = "moment_ids" if table.is_unit else "record_ids"
        id_ = f"id bigint NOT NULL DEFAULT nextval('{of_moments}')"
        keys = [*["id, video"] * table.is_unit, *["video, number"] * table.is_numbered]
        return Partitioned(table.name, [id_, result, *number, *columns], "results", keys, ["video, result"])
    if table.is_single:
        owner = ["moment bigint NOT NULL", result]
        return Partitioned(table.name, [*owner, *columns], "results", ["moment, video"], ["video, result"])
    id_ = "id bigint NOT NULL DEFAULT nextval('record_ids')"
    named = ["label, score DESC, moment"] * ("label" in table.columns)
    owner = ["moment bigint NOT NULL", result]
    return Partitioned(table.name, [id_, *owner, *columns], "results", [], ["video, result", "moment", *named])


def _vectors(name: str, columns: Sequence[str]) -> list[str]:
    """A table in segments, each with an index of vectors of its own: vector_indexes.py."""
    owner = "moment bigint PRIMARY KEY, video bigint NOT NULL, result bigint NOT NULL"
    return [
        f"CREATE TABLE {name} ({', '.join([owner, *columns])}) PARTITION BY RANGE (moment)",
        f"CREATE INDEX ON {name} (video, result)",
        goes_with(name, "result", "results", "number", "video"),
        f"ALTER TABLE {name} ALTER COLUMN vector SET STORAGE PLAIN",  # to be read without a detour, by scans
        f"SELECT make_segment('{name}', segment) FROM (SELECT DISTINCT segment FROM segments) AS there",
    ]
