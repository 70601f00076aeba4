"""What ``passerby doctor`` finds in a library in PostgreSQL, and puts right."""

import psycopg
import pytest

from libraries import add_rich
from passerby.store.library import open_store
from postgres_fixtures import NewDatabase

DAMAGES = {
    "UPDATE words SET objects = 'another'": "its words are not what was found in it",
    "DELETE FROM postings": "its words are not what was found in it",
    "UPDATE moments SET end_pts = end_pts + 1000000": "moments outside of the video",
    "UPDATE state SET value = '1' WHERE name = 'erasing'": "bytes of a forgotten video may be left",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_and_put_right(new_postgres_library: NewDatabase, damage: str) -> None:
    address = new_postgres_library()
    with open_store(address, create=False) as store:
        add_rich(store, "quay")
        assert store.health.check() == []
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("SET search_path = passerby")
            connection.execute(damage.encode())
        assert DAMAGES[damage] in {problem.text.rpartition(": ")[2] for problem in store.health.check()}
        assert store.health.repair() == []


def test_files_that_no_row_names_are_found_and_removed(new_postgres_library: NewDatabase) -> None:
    with open_store(new_postgres_library(), create=False) as store:
        add_rich(store, "quay")
        with store.blobs.making("original", "stray") as folder:
            (folder / "a.mp4").write_bytes(b"frames")
        assert ["originals/stray: belongs to no video" in problem.text for problem in store.health.check()] == [True]
        assert store.health.repair() == []
        assert store.blobs.entries("original") == {}


def test_a_log_that_was_changed_is_told_and_stays(new_postgres_library: NewDatabase) -> None:
    address = new_postgres_library()
    with open_store(address, create=False) as store:
        with store.transaction():
            store.log.append(1, "ann", "search", "", {})
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("SET search_path = passerby")
            with pytest.raises(psycopg.Error, match="the log is append-only"):
                connection.execute("DELETE FROM log")
            connection.execute("ALTER TABLE log DISABLE TRIGGER USER")
            connection.execute("UPDATE log SET \"user\" = 'bob'")
        (problem,) = store.health.repair()
    assert problem.text.startswith("entry 1 of the log is not what was written")
    assert not problem.repairable
