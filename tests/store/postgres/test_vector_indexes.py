"""Indexes of vectors: when they are made, and that they find as many as a scan."""

from collections.abc import Iterator

import pytest

from libraries import NewAddress, add, unit
from passerby.records import MomentVector
from passerby.store.library import Store, open_store
from passerby.store.postgres import nearest, vector_indexes
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase

FIRST, MORE = 400, 30  # vectors


def add_vectors(store: Store, name: str, seeds: range, length: int = 16) -> None:
    add(store, name, len(seeds), vectors=[MomentVector(n, unit(seed, length)) for n, seed in enumerate(seeds)])


@pytest.fixture(scope="module")
def indexed(new_postgres_library: NewAddress) -> Iterator[tuple[Store, PostgresDatabase]]:
    """A library with vectors of two lengths, of which those of one are in an index, but for the newest."""
    address = new_postgres_library()
    db = PostgresDatabase(OneConnection(address, 60.0))
    with open_store(address, create=True) as store, pytest.MonkeyPatch.context() as patched:
        patched.setattr(vector_indexes, "WORTH_IT", FIRST)
        patched.setattr(nearest, "SCANNED", 20)
        add_vectors(store, "a.mp4", range(FIRST))
        add_vectors(store, "b.mp4", range(3), length=8)
        assert [name.rpartition("_")[0] for name in vector_indexes.keep_up(db)] == ["vectors_hnsw_16"]
        add_vectors(store, "c.mp4", range(FIRST, FIRST + MORE))
        assert vector_indexes.keep_up(db) == []  # too few are new
        yield store, db
    db.close()


def test_a_filter_leaves_as_many_with_the_index_as_without(
    indexed: tuple[Store, PostgresDatabase], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = indexed
    every = [moment for moment, _ in store.search.nearest(unit(9999), 2000)]
    for step in (1, 2, 7, 10):
        allowed = set(every[-1::-step])
        found = store.search.nearest(unit(9999), 30, allowed)
        with monkeypatch.context() as scanning:
            scanning.setattr(nearest, "SCANNED", 10**6)
            exact = store.search.nearest(unit(9999), 30, allowed)
        assert len(found) == len(exact) == 30
        assert {moment for moment, _ in found} <= allowed
        assert len({*found} & {*exact}) >= 27  # an index finds nearly all


def test_what_is_newer_than_the_index_is_found(indexed: tuple[Store, PostgresDatabase]) -> None:
    store, _ = indexed
    for seed in (FIRST, FIRST + MORE - 1):
        (moment, cosine), *_ = store.search.nearest(unit(seed), 5)
        assert cosine > 0.999
        assert store.search.places([moment])[moment].number == seed - FIRST


def test_an_index_that_lacks_too_many_is_made_anew(
    new_postgres_library: NewAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_indexes, "WORTH_IT", 10)
    address = new_postgres_library()
    db = PostgresDatabase(OneConnection(address, 60.0))
    with open_store(address, create=True) as store:
        add_vectors(store, "a.mp4", range(20))
        first = vector_indexes.keep_up(db)
        add_vectors(store, "b.mp4", range(20, 40))
        second = vector_indexes.keep_up(db)
        assert first != second
        assert vector_indexes.last_indexed(db, "vectors", 16) == int(second[0].rpartition("_")[2])
        assert db.value("SELECT count(*) FROM pg_class WHERE relname = ?", first) == 0
    db.close()
