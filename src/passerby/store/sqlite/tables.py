"""The tables of a library in SQLite."""

from passerby.store.sql.base import SqlTables, TableLayout
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.packs import PackTable
from passerby.store.sqlite.words import FtsWords

_LAYOUT = TableLayout(has_video=False, vector=bytes)


def tables_of(db: Database) -> SqlTables:
    return SqlTables(db, FtsWords(db), PackTable(db), _LAYOUT)
