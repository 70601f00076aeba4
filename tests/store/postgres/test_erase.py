"""Law 4: after forget, no byte of the video's content is left in any file of the server's data."""

import random
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

import numpy as np
import psycopg
import pytest

from libraries import add, add_rich, planted_vector
from passerby.errors import StoreError
from passerby.records import Tag
from passerby.store.library import Store, open_store
from passerby.store.postgres import schema, vector_indexes
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase
from postgres_server import PostgresServer, new_database, own_server

PARTS = 3
CUT_BY_PAGES = 2  # of what is looked for in the log, at most: it lies on few of its pages


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server as it is set up by default, but for waiting for the disk."""
    with own_server({"fsync": "off"}) as started:
        yield started


@pytest.fixture
def address(server: PostgresServer) -> str:
    made = new_database(server.address)
    with closing(PostgresDatabase(OneConnection(made, 60.0))) as db:
        schema.prepare(db, create=True, parts=PARTS)
    return made


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, create=False) as opened:
        yield opened


def word(seed: object) -> str:
    """A word that occurs nowhere by chance, nor in the database of another test."""
    return "q" + sha256(str(seed).encode()).hexdigest()[:20]


def needles(planted: str, moments: int) -> list[bytes]:
    """What to look for: the word without its start, the video's id, and parts of vectors as they are kept."""
    numbers = [*range(moments), *range(100, 100 + moments), 200, *range(300, 300 + moments)]
    vectors = (planted_vector(planted, n).astype(np.float16).tobytes() for n in numbers)
    halves = [vector[start : start + 32] for vector in vectors for start in (0, 64)]
    return [planted[5:].encode(), sha256(f"{planted}-name.mp4".encode()).hexdigest().encode(), *halves]


def traces(server: PostgresServer, wanted: list[bytes]) -> dict[str, int]:
    """How many of ``wanted`` are in each file of the server that has any."""
    counts = {
        str(path.relative_to(server.data)): sum(needle in content for needle in wanted)
        for path in server.data.rglob("*")
        if path.is_file()
        for content in [path.read_bytes().rstrip(b"\0")]
    }
    return {name: count for name, count in counts.items() if count}


def run(address: str, *statements: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET search_path = passerby, public")
        for statement in statements:
            connection.execute(statement.encode())


def test_nothing_is_left_of_a_forgotten_video(server: PostgresServer, address: str, store: Store) -> None:
    made = add_rich(store, word("one"))
    run(address, "ANALYZE", "CHECKPOINT")
    found = traces(server, needles(word("one"), 3))
    store.videos.forget(made)
    assert traces(server, needles(word("one"), 3)) == {}
    assert store.videos.all() == []
    assert store.health.check() == []
    # The control: before, all that was looked for was found, in tables and in the log.
    assert max(count for name, count in found.items() if name.startswith("base/")) >= 3
    # In the log what lies across two pages is cut by a page's heading, wherever that falls.
    logged = max(count for name, count in found.items() if name.startswith("pg_wal/"))
    assert logged >= len(needles(word("one"), 3)) - CUT_BY_PAGES


def test_nothing_is_left_among_others(
    server: PostgresServer, address: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(0)
    sizes = {word(n): chance.randint(1, 30) for n in range(6)}
    ids = {planted: add_rich(store, planted, moments) for planted, moments in sizes.items()}
    run(address, "SELECT setval('moment_ids', 1 << 20)")  # the segment is full
    monkeypatch.setattr(vector_indexes, "WORTH_IT", 1)
    forgotten = chance.sample(sorted(ids), 3)
    remaining = set(ids) - set(forgotten)
    for number, planted in enumerate(forgotten):
        again = chance.choice(sorted(remaining))  # others go on being written
        store.sink.finish_stage(ids[again], "tags", f"again {number}", [Tag(0, f"{again}tag{number}", 0.5)])
        wanted = needles(planted, min(sizes[planted], 3))
        store.health.keep_up()
        run(address, "ANALYZE", "VACUUM", "CHECKPOINT")
        assert any(name.startswith("base/") for name in traces(server, wanted))
        store.videos.forget(ids[planted])
        assert traces(server, wanted) == {}
    assert all(traces(server, needles(planted, 1)) for planted in remaining)
    assert {video.id for video in store.videos.all()} == {ids[planted] for planted in remaining}
    assert store.health.check() == []


def test_nothing_is_left_of_what_was_replaced_before(server: PostgresServer, address: str, store: Store) -> None:
    made = add_rich(store, word("replaced"))
    for number in range(5):
        store.sink.finish_stage(made, "tags", str(number), [Tag(n, f"{word((number, 'x'))}x", 0.5) for n in range(3)])
        run(address, "VACUUM")
    store.videos.forget(made)
    for seed in ("replaced", *(("newer", number) for number in range(5))):
        assert traces(server, needles(word(seed), 3)) == {}


def test_who_still_reads_an_older_state_is_named_and_doctor_does_the_rest(server: PostgresServer, address: str) -> None:
    with open_store(address, create=False, wait_seconds=0.5) as store, psycopg.connect(address) as reader:
        made = add_rich(store, word("read"))
        reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM passerby.videos")
        with pytest.raises(StoreError, match=r"is forgotten, but session \d+ of postgres still sees an older state"):
            store.videos.forget(made)
        assert store.videos.all() == []
        assert traces(server, needles(word("read"), 3))
        assert [problem.repairable for problem in store.health.check()] == [True]
        reader.rollback()
        assert store.health.repair() == []
        assert traces(server, needles(word("read"), 3)) == {}


def test_a_user_without_the_rights_is_told_which_are_missing(server: PostgresServer) -> None:
    run(server.address, "CREATE ROLE weak LOGIN PASSWORD 'weak'")
    empty = new_database(server.address)
    name = empty.rpartition("/")[2]
    run(server.address, f'ALTER DATABASE "{name}" OWNER TO weak')
    weak = f"postgresql://weak:weak@127.0.0.1:{server.port}/{name}"
    with pytest.raises(StoreError, match="have a superuser run there: CREATE EXTENSION vector"):
        open_store(weak, create=True)
    run(empty, "CREATE EXTENSION vector SCHEMA public")
    with open_store(weak, create=True) as store:
        made = add(store, "street.mp4")
        assert "pg_checkpoint" in store.health.check()[0].text
        with pytest.raises(StoreError, match="GRANT pg_checkpoint TO"):
            store.videos.forget(made)
        assert store.videos.all() == []
        run(server.address, "GRANT pg_checkpoint, pg_monitor TO weak")
        run(empty, "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO weak")
        assert store.health.repair() == []
