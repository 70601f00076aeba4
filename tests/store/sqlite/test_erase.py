"""Law 4: after forget, no byte of the video's content is left anywhere in the library's folder."""

import multiprocessing
import random
import sqlite3
import time
from collections.abc import Callable
from hashlib import sha256
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from libraries import add_rich, planted_vector
from passerby.errors import StoreError
from passerby.records import Tag
from passerby.store.library import Store, open_store
from passerby.store.search import VectorTable
from store_processes import (
    forget_all,
)


def word(seed: object) -> str:
    """A word that occurs nowhere by chance: no other begins like it, which would shorten it in an index."""
    return "q" + sha256(str(seed).encode()).hexdigest()[:20]


def needles(planted: str, moments: int) -> list[bytes]:
    """What to look for: the word without its start, which an index may share with others, and parts of vectors."""
    # How moments look, what they mean, an example, and how they look to be compared with texts.
    numbers = [*range(moments), *range(100, 100 + moments), 200, *range(300, 300 + moments)]
    vectors = (planted_vector(planted, n).astype(np.float16).tobytes() for n in numbers)
    halves = [vector[start : start + 32] for vector in vectors for start in (0, 64)]
    return [planted[5:].encode(), sha256(f"{planted}-name.mp4".encode()).hexdigest().encode(), *halves]


def traces(folder: Path, wanted: list[bytes]) -> dict[str, int]:
    """How many of ``wanted`` are in each file of the folder that has any."""
    counts = {
        path.name: sum(needle in content for needle in wanted)
        for path in folder.rglob("*")
        if path.is_file()
        for content in [path.read_bytes() + path.name.encode()]
    }
    return {name: count for name, count in counts.items() if count}


def test_nothing_is_left_of_a_forgotten_video(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add_rich(store, word(1))
        for table in get_args(VectorTable):
            store.search.nearest(planted_vector(word(1), 0), 5, table=table)  # makes the cache
        found = traces(tmp_path, needles(word(1), 3))
        store.videos.forget(made)
        assert traces(tmp_path, needles(word(1), 3)) == {}
        assert store.videos.all() == []
        assert store.health.check() == []
    # The control: before, everything that was looked for was found, and in every kind of file.
    assert any(name.endswith(".jpegs") for name in found)
    assert found["vectors-64.bin"] == found["meanings-64.bin"] == found["looks-64.bin"] == 6
    assert "library.db-wal" in found
    assert found["library.db-wal"] == len(needles(word(1), 3))


# With these seeds rows are moved so that, without VACUUM, something is left.
@pytest.mark.parametrize("seed", [0, 10])
def test_nothing_is_left_among_others_whose_rows_moved_between_pages(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    sizes = {word((seed, n)): chance.randint(1, 40) for n in range(12)}
    with open_store(tmp_path, create=True) as store:
        ids = {planted: add_rich(store, planted, moments) for planted, moments in sizes.items()}
        forgotten = chance.sample(sorted(ids), 6)
        for number, planted in enumerate(forgotten):
            again = chance.choice(sorted(set(ids) - set(forgotten)))  # others go on being written
            store.sink.finish_stage(ids[again], "tags", f"again {number}", [Tag(0, f"{again}tag{number}", 0.5)])
            wanted = needles(planted, sizes[planted])
            assert {"library.db", "library.db-wal"} & set(traces(tmp_path, wanted))
            store.videos.forget(ids[planted])
            assert traces(tmp_path, wanted) == {}
        remaining = set(ids) - set(forgotten)
        assert all(traces(tmp_path, needles(planted, sizes[planted])) for planted in remaining)
        assert {video.id for video in store.videos.all()} == {ids[planted] for planted in remaining}
        assert store.health.check() == []


def test_nothing_is_left_of_what_was_replaced_before(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add_rich(store, word(1))
        for number in range(5):
            store.sink.finish_stage(made, "tags", str(number), [Tag(n, f"{word(number + 2)}x", 0.5) for n in range(3)])
        store.videos.forget(made)
        for number in range(7):
            assert traces(tmp_path, needles(word(number), 3)) == {}


def test_replaced_rows_are_overwritten_where_they_were(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        made = add_rich(store, word(1))
    looks = needles(word(1), 3)[2:8]
    before = traces(tmp_path, looks)
    with open_store(tmp_path, create=True) as store:
        store.sink.finish_stage(made, "vectors", "newer", [])
    assert before == {"library.db": 6}
    assert traces(tmp_path, looks) == {}


def test_video_can_be_added_and_forgotten_again(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_rich(store, word("other"))
        for _ in range(3):
            made = add_rich(store, word(1))
            assert len(store.search.moments_with([f"{word(1)}object"])) == 3
            store.videos.forget(made)
            assert traces(tmp_path, needles(word(1), 3)) == {}


def test_nothing_is_left_while_another_connection_is_open(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store, open_store(tmp_path, create=False) as other:
        made = add_rich(store, word(1))
        assert other.search.nearest(planted_vector(word(1), 0), 1)
        store.videos.forget(made)
        assert traces(tmp_path, needles(word(1), 3)) == {}
        assert other.videos.all() == []
        assert other.search.nearest(planted_vector(word(1), 0), 1) == []
        assert traces(tmp_path, needles(word(1), 3)) == {}


def test_reader_of_an_older_state_delays_the_erasure_and_that_is_told(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True, wait_seconds=0.05) as store:
        made = add_rich(store, word(1))
        reader = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM videos").fetchone() == (1,)
        with pytest.raises(StoreError, match="another process"):
            store.videos.forget(made)
        assert store.videos.all() == []
        assert traces(tmp_path, needles(word(1), 3))
        assert [problem.text for problem in store.health.check()] == ["bytes of a forgotten video may be left"]
        reader.execute("COMMIT")
    reader.close()
    with open_store(tmp_path, create=False) as store:
        assert traces(tmp_path, needles(word(1), 3)) == {}
        assert store.health.check() == []


def test_repair_finishes_an_erasure(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True, wait_seconds=0.05) as store:
        made = add_rich(store, word(1))
        reader = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM videos").fetchall()
        with pytest.raises(StoreError):
            store.videos.forget(made)
        reader.close()
        assert store.health.repair() == []
        assert traces(tmp_path, needles(word(1), 3)) == {}


def status(store: Store, job: str) -> str:
    found = store.jobs.get(job)
    return "gone" if found is None else found.status


SPAWN = multiprocessing.get_context("spawn")


def start(target: Callable[..., None], *arguments: object) -> SpawnProcess:
    process = SPAWN.Process(target=target, args=arguments)
    process.start()
    return process


def test_an_erased_job_leaves_no_byte(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        job = store.jobs.put("add", {"path": "/zebrafish.mp4"})
        store.jobs.erase([job])
        assert status(store, job) == "waiting"
        store.jobs.stop(job)
        store.jobs.erase([job])
    open_store(tmp_path, create=False).close()
    assert not any(b"zebrafish" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.06])
def test_forgetting_that_is_killed_is_finished_by_the_next_to_open(tmp_path: Path, seconds: float) -> None:
    with open_store(tmp_path, create=True) as store:
        for n in range(8):
            add_rich(store, f"q{n}z")
    process = start(forget_all, tmp_path)
    with open_store(tmp_path, create=False) as store:
        while len(store.videos.all()) == 8:
            time.sleep(0.001)
    time.sleep(seconds)
    process.kill()
    process.join()
    with open_store(tmp_path, create=False) as store:
        remaining = {video.name.removesuffix("-name.mp4") for video in store.videos.all()}
        files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert {f"q{n}z" for n in range(8) if f"q{n}z".encode() in files} == remaining
        assert store.health.check() == []
