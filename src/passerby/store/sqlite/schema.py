"""Bringing a database to the tables of this version: numbered migrations, then a table for each new kind of record."""

from collections.abc import Sequence
from typing import Any

from passerby.errors import StoreError
from passerby.store import folding
from passerby.store.records import TABLES
from passerby.store.records.base import ColumnType, RecordTable
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.migrations import MIGRATIONS

APPLICATION_ID = 0x50534259  # "PSBY", in the header of the file
_TYPES: dict[ColumnType, str] = {"integer": "INTEGER", "real": "REAL", "text": "TEXT", "blob": "BLOB", "vector": "BLOB"}


def prepare(db: Database) -> None:
    """Make the database one of this version. Raises StoreError if it is no library, or a newer one."""
    # Called in SQL by their names, in migrations too.
    db.add_function("folded", folding.folded)
    db.add_function("shown", lambda *columns: folding.original_spelling(columns))
    db.add_function("holds", folding.holds)
    migrate(db)
    add_tables(db, TABLES)


def add_tables(db: Database, tables: Sequence[RecordTable[Any]]) -> None:
    """Make the tables of kinds of records that are newer than the library; those of the first are in migrations."""
    if _missing(db, tables):
        with db.transaction():
            for table in _missing(db, tables):
                for statement in definition(table):
                    db.rows(statement)


def _missing(db: Database, tables: Sequence[RecordTable[Any]]) -> list[RecordTable[Any]]:
    there = {name for (name,) in db.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return [table for table in tables if table.name not in there]


def definition(table: RecordTable[Any]) -> list[str]:
    """The statements that make the table of a kind of records. All of it goes with its video."""
    name, (owner, indexed) = table.name, _owner(table)
    columns = [f"{column} {_TYPES[kind]} NOT NULL" for column, kind in table.columns.items()]
    if table.blob:
        columns += ["first_byte INTEGER NOT NULL", "size_bytes INTEGER NOT NULL"]
    statements = [f"CREATE TABLE {name} ({', '.join([*owner, *columns])})"]
    if table.shared:
        statements.insert(
            0,
            f"CREATE TABLE {table.shared.table} (result INTEGER PRIMARY KEY REFERENCES results ON DELETE CASCADE, "
            f"{table.shared.column} TEXT NOT NULL)",
        )
    statements += [f"CREATE INDEX {name}_{column} ON {name} ({column})" for column in indexed]
    if "vector" in table.columns.values():  # what is made from them is stale then: nearest.py
        statements += [
            f"CREATE TRIGGER {name}_after_{change} AFTER {change} ON {name} "
            "BEGIN UPDATE state SET value = randomblob(16) WHERE name = 'vectors'; END"
            for change in ("insert", "delete")
        ]
    return statements


def _owner(table: RecordTable[Any]) -> tuple[list[str], list[str]]:
    """The columns that say whose a row is, and those of them that need an index."""
    parent = "packs" if table.blob else table.shared.table if table.shared else "results"
    result = f"result INTEGER NOT NULL REFERENCES {parent} ON DELETE CASCADE"
    if table.of == "video":
        if table.is_single:
            return ["result INTEGER PRIMARY KEY REFERENCES results ON DELETE CASCADE"], []
        number = ["number INTEGER NOT NULL"] * table.is_numbered
        return ["id INTEGER PRIMARY KEY", result, *number], ["result"]
    if table.is_single:
        return ["moment INTEGER PRIMARY KEY REFERENCES moments ON DELETE CASCADE", result], ["result"]
    moment = "moment INTEGER NOT NULL REFERENCES moments ON DELETE CASCADE"
    return ["id INTEGER PRIMARY KEY", result, moment], ["result", "moment"]


def migrate(db: Database) -> None:
    """Bring the database to the newest version. Raises StoreError if it is no library, or a newer one."""
    if _identity(db) == (APPLICATION_ID, len(MIGRATIONS)):
        return
    with db.transaction():  # another process may be making the tables at this moment: what there is is looked at here
        for version in range(_version(db), len(MIGRATIONS)):
            for statement in MIGRATIONS[version]:
                db.rows(statement)
        db.rows(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.rows(f"PRAGMA application_id = {APPLICATION_ID}")


def _identity(db: Database) -> tuple[int, int]:
    return db.value("PRAGMA application_id"), db.value("PRAGMA user_version")


def _version(db: Database) -> int:
    application, version = _identity(db)
    if application != APPLICATION_ID and (version or db.value("SELECT count(*) FROM sqlite_master")):
        raise StoreError(f"{db.path}: expected a library, found another program's database; choose another folder")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{db.path}: this library was made by a newer Passerby (version {version} of the tables, "
            f"this one knows {len(MIGRATIONS)}); upgrade Passerby"
        )
    return version
