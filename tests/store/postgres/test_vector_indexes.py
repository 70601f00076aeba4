"""Indexes of vectors: when they are made, and that they find as many as a scan."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from libraries import NewAddress, add, unit
from passerby.records import MomentVector
from passerby.store.library import Store, open_store
from passerby.store.postgres import nearest, vector_indexes
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.migrations import SEGMENT
from passerby.store.search import Narrow

FIRST, SECOND, NEWEST = 300, 200, 30  # vectors in the first three segments


def add_vectors(store: Store, name: str, seeds: range, length: int = 16) -> str:
    return add(store, name, len(seeds), vectors=[MomentVector(n, unit(seed, length)) for n, seed in enumerate(seeds)])


def begin_segment(db: PostgresDatabase) -> None:
    """Have the next moment be the first of a new segment."""
    db.rows(f"SELECT setval('moment_ids', (last_value / {SEGMENT} + 1) * {SEGMENT}) FROM moment_ids")


@pytest.fixture
def database(
    new_postgres_library: NewAddress, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, PostgresDatabase]]:
    monkeypatch.setattr(vector_indexes, "WORTH_IT", 10)
    address = new_postgres_library()
    open_store(address, create=True).close()
    with closing(PostgresDatabase(OneConnection(address, 60.0))) as db:
        yield address, db


@pytest.fixture(scope="module")
def indexed(new_postgres_library: NewAddress) -> Iterator[tuple[Store, PostgresDatabase]]:
    """A library with vectors of two lengths in three segments, of which the first two have indexes."""
    address = new_postgres_library()
    with open_store(address, create=True) as store, closing(PostgresDatabase(OneConnection(address, 60.0))) as db:
        add_vectors(store, "a.mp4", range(FIRST))
        add_vectors(store, "b.mp4", range(3), length=8)
        begin_segment(db)
        add_vectors(store, "c.mp4", range(FIRST, FIRST + SECOND))
        begin_segment(db)
        add_vectors(store, "d.mp4", range(FIRST + SECOND, FIRST + SECOND + NEWEST))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(vector_indexes, "WORTH_IT", SECOND)
            assert vector_indexes.keep_up(db) == ["vectors_0_hnsw_16", "vectors_1_hnsw_16"]
            assert vector_indexes.keep_up(db) == []
        yield store, db


def test_only_full_segments_with_many_vectors_have_an_index(indexed: tuple[Store, PostgresDatabase]) -> None:
    _, db = indexed
    segments = vector_indexes.segments(db, "vectors", 16)
    assert (segments.indexed, segments.scanned) == (("vectors_0", "vectors_1"), ("vectors_2",))
    assert vector_indexes.segments(db, "vectors", 8).indexed == ()


def test_a_filter_leaves_as_many_with_indexes_as_without(
    indexed: tuple[Store, PostgresDatabase], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = indexed
    every = [moment for moment, _ in store.search.nearest(unit(9999), 2000)]
    assert len(every) == FIRST + SECOND + NEWEST
    for step in (1, 2, 7, 10):
        allowed = set(every[-1::-step])
        exact = store.search.nearest(unit(9999), 30, allowed)
        with monkeypatch.context() as by_index:
            by_index.setattr(nearest, "SCANNED", 20)
            found = store.search.nearest(unit(9999), 30, allowed)
        assert len(found) == len(exact) == 30
        assert {moment for moment, _ in found} <= allowed
        assert len({*found} & {*exact}) >= 27  # an index finds nearly all


@pytest.mark.parametrize("scanned", [0, 10**6])
def test_what_narrows_is_heeded_in_every_segment(
    indexed: tuple[Store, PostgresDatabase], monkeypatch: pytest.MonkeyPatch, scanned: int
) -> None:
    store, _ = indexed
    monkeypatch.setattr(nearest, "SCANNED", scanned)
    videos = {video.name: video.id for video in store.videos.all()}
    for narrow in (Narrow(videos=[videos["c.mp4"], videos["d.mp4"]]), Narrow(seconds=(20.0, 60.0))):
        found = store.search.nearest(unit(9999), 2000, narrow=narrow)
        with_vectors = {moment for moment, _ in store.search.nearest(unit(9999), 2000)}
        assert {moment for moment, _ in found} == store.search.moments_with(narrow=narrow) & with_vectors
        few = store.search.nearest(unit(9999), 7, narrow=narrow)
        assert len(few) == 7
        assert {*few} <= {*found}


def test_what_is_newer_than_the_indexes_is_found(indexed: tuple[Store, PostgresDatabase]) -> None:
    store, _ = indexed
    for seed, number in ((FIRST - 1, FIRST - 1), (FIRST, 0), (FIRST + SECOND + NEWEST - 1, NEWEST - 1)):
        (moment, cosine), *_ = store.search.nearest(unit(seed), 5)
        assert cosine > 0.999
        assert store.search.places([moment])[moment].number == number


def test_forgetting_drops_the_index_of_a_segment_and_it_is_made_anew(database: tuple[str, PostgresDatabase]) -> None:
    address, db = database
    with open_store(address, create=False) as store:
        gone = add_vectors(store, "a.mp4", range(20))
        add_vectors(store, "b.mp4", range(20, 40))
        begin_segment(db)
        add_vectors(store, "c.mp4", range(40, 60))
        begin_segment(db)
        add_vectors(store, "d.mp4", range(60, 80))
        store.health.keep_up()
        store.videos.forget(gone)
        assert vector_indexes.segments(db, "vectors", 16).indexed == ("vectors_1",)
        assert [round(cosine, 3) for _, cosine in store.search.nearest(unit(25), 1)] == [1.0]
        store.health.keep_up()
        assert vector_indexes.segments(db, "vectors", 16).indexed == ("vectors_0", "vectors_1")


def test_an_index_that_is_not_whole_is_not_used_and_made_anew(database: tuple[str, PostgresDatabase]) -> None:
    address, db = database
    with open_store(address, create=False) as store:
        add_vectors(store, "a.mp4", range(20))
        begin_segment(db)
        add_vectors(store, "b.mp4", range(20, 40))
        assert vector_indexes.keep_up(db) == ["vectors_0_hnsw_16"]
        db.rows("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'vectors_0_hnsw_16'::regclass")
        assert vector_indexes.segments(db, "vectors", 16).indexed == ()
        assert len(store.search.nearest(unit(1), 100)) == 40
        assert vector_indexes.keep_up(db) == ["vectors_0_hnsw_16"]


def test_two_who_begin_a_segment_at_once_both_do(database: tuple[str, PostgresDatabase]) -> None:
    address, db = database
    with open_store(address, create=False) as store:
        add_vectors(store, "a.mp4", range(1))
        add_vectors(store, "b.mp4", range(1))
    insert = f"""INSERT INTO passerby.moments (id, video, result, number, start_pts, end_pts, shot)
        VALUES (%s, %s, 1, 7, 0, 1, 0) RETURNING id / {SEGMENT}""".encode()
    with psycopg.connect(address) as one, psycopg.connect(address) as other, ThreadPoolExecutor(1) as thread:
        for connection in (one, other):
            connection.execute("SET search_path = passerby, public")
        one.execute(insert, [7 * SEGMENT, 1])
        second = thread.submit(other.execute, insert, [7 * SEGMENT + 1, 2])
        while not db.value("SELECT 1 FROM pg_locks WHERE NOT granted"):
            assert not second.done()
        one.commit()
        assert second.result().fetchone() == (7,)
    assert "looks_7" in vector_indexes.segments(db, "looks", 16).scanned
