"""The thread of a server that keeps searches quick."""

from contextlib import closing

import pytest

from libraries import NewAddress, add, unit
from passerby.records import MomentVector
from passerby.service import upkeep
from passerby.store.library import open_store
from passerby.store.postgres import vector_indexes
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase


def test_an_index_is_made_while_a_server_runs(
    new_postgres_library: NewAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_indexes, "WORTH_IT", 10)
    monkeypatch.setattr(upkeep, "EVERY_SECONDS", 0.05)
    address = new_postgres_library()
    with open_store(address, create=False) as store, closing(PostgresDatabase(OneConnection(address, 60.0))) as db:
        add(store, "a.mp4", 20, vectors=[MomentVector(n, unit(n, 16)) for n in range(20)])
        db.rows("SELECT setval('moment_ids', 1 << 20)")  # the segment is full
        thread = upkeep.Upkeep(address, lambda: None, lambda: None)
        thread.start()
        while vector_indexes.segments(db, "vectors", 16).indexed != ("vectors_0",):
            pass  # the test's limit ends this
        thread.end()
