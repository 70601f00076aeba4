"""A library goes through PostgreSQL's own dump and restore, by the commands of docs/postgres.md."""

import subprocess
from contextlib import closing
from pathlib import Path

from libraries import add_rich
from passerby.store.library import Store, open_store
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase
from postgres_fixtures import NewDatabase
from postgres_server import program


def contents(store: Store) -> object:
    (video,) = store.videos.all()
    hits = store.search.by_words(["poppy"], every=True, limit=10)
    return video, store.records.finished(video.id), store.records.words(video.id), hits, store.log.entries(0, 100)


def test_a_library_that_was_dumped_and_restored_is_the_same(
    new_postgres_library: NewDatabase, new_postgres: NewDatabase, tmp_path: Path
) -> None:
    address, restored, dump = new_postgres_library(), new_postgres(), tmp_path / "footage.dump"
    with open_store(address, create=True) as store:
        add_rich(store, "poppy")
        before = contents(store)
    subprocess.run([program("pg_dump"), "--format=custom", "--schema=passerby", f"--file={dump}", address], check=True)
    with closing(PostgresDatabase(OneConnection(restored, 60.0))) as db:
        db.rows("CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public")
    subprocess.run([program("pg_restore"), f"--dbname={restored}", dump], check=True)
    with open_store(restored, create=False) as store:
        assert contents(store) == before
        assert store.health.check() == []
        assert store.search.by_words(["poppy"], every=True, limit=10).moments
