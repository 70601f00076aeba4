"""What the files of store/records say of tables is what the migrations have made."""

import sqlite3
from hashlib import sha256
from pathlib import Path

import pytest

from passerby.store.library import open_store
from passerby.store.records import TABLES
from passerby.store.records.base import RecordTable
from passerby.store.sqlite.migrations import MIGRATIONS
from passerby.store.sqlite.schema import definition

Column = tuple[str, str, int]  # name, type, and which of the primary key


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    open_store(folder, create=True).close()
    return folder / "library.db"


def columns(database: sqlite3.Connection, table: str) -> set[Column]:
    rows = database.execute("SELECT name, type, pk FROM pragma_table_info(?)", [table])
    return {(name, kind, key) for name, kind, key in rows}


def parents(database: sqlite3.Connection, table: str) -> set[tuple[str, str, str]]:
    return set(database.execute('SELECT "table", "from", on_delete FROM pragma_foreign_key_list(?)', [table]))


@pytest.mark.parametrize("table", [table for table in TABLES if not table.is_numbered], ids=lambda table: table.name)
def test_a_table_that_is_made_by_its_description_is_as_in_migrations(
    migrated: Path, table: RecordTable[object]
) -> None:
    made, kept = sqlite3.connect(":memory:"), sqlite3.connect(migrated)
    for statement in definition(table):
        made.execute(statement)
    assert columns(made, table.name) == columns(kept, table.name)
    assert parents(made, table.name) == parents(kept, table.name)
    made.close()
    kept.close()


@pytest.mark.parametrize("table", [table for table in TABLES if table.is_numbered], ids=lambda table: table.name)
def test_columns_of_numbered_records_are_there(migrated: Path, table: RecordTable[object]) -> None:
    kept = sqlite3.connect(migrated)
    assert {*table.columns, "result", "number"} <= {name for name, _, _ in columns(kept, table.name)}
    kept.close()


def test_migrations_are_never_edited() -> None:
    """A library that was made by them would not be what later ones expect. A new one changes nothing here."""
    statements = [statement for migration in MIGRATIONS[:14] for statement in migration]
    written = sha256("\n".join(statements).encode()).hexdigest()
    assert written == "502101bbcf887f9cf5bce59b80f3b318d0170a35f5b07f2a7263a207b64282a5"
