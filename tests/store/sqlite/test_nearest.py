"""The cache of vectors beside the database."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries import add, add_rich, unit
from passerby.records import MomentVector
from passerby.store.library import Store, open_store
from passerby.store.sqlite import nearest


def add_vectors(store: Store, name: str, seeds: range, length: int = 16) -> str:
    records = [MomentVector(n, unit(seed, length)) for n, seed in enumerate(seeds)]
    return add(store, name, len(seeds), vectors=records)


def cache(folder: Path, length: int = 16) -> Path:
    return folder / "cache" / f"vectors-{length}.bin"


def spoilt(content: bytes) -> list[bytes]:
    return [b"", content[:10], content[:-1], content + b"x", b"x" + content[1:]]


def test_a_cache_that_was_being_made_by_a_killed_process_is_gone_too(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_rich(store, "word")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "vectors-64.new").write_bytes(b"half of a cache")
    with open_store(tmp_path, create=False) as store:
        assert list((tmp_path / "cache").iterdir()) == []
        assert store.health.check() == []


def test_cache_is_used_until_a_vector_changes(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(3))
        store.search.nearest(unit(1), 1)
        made = cache(tmp_path).stat().st_ino
        add(store, "without.mp4")
        store.search.nearest(unit(1), 1)
        assert cache(tmp_path).stat().st_ino == made


def test_cache_with_another_token_is_made_anew(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(3))
        expected = store.search.nearest(unit(1), 3)
        content = cache(tmp_path).read_bytes()
        cache(tmp_path).write_bytes(content[:9] + b"xx" + content[11:])
        assert store.search.nearest(unit(1), 3) == expected
        assert cache(tmp_path).read_bytes() == content


def test_cache_that_is_not_whole_is_made_anew(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(3))
        expected = store.search.nearest(unit(1), 3)
        for content in spoilt(cache(tmp_path).read_bytes()):
            cache(tmp_path).write_bytes(content)
            assert store.health.check() != []
            assert store.search.nearest(unit(1), 3) == expected
            assert store.health.check() == []


def test_cache_of_another_library_is_not_used(tmp_path: Path) -> None:
    for folder, seeds in (("one", range(3)), ("two", range(10, 13))):
        with open_store(tmp_path / folder, create=True) as store:
            add_vectors(store, "a.mp4", seeds)
            store.search.nearest(unit(1), 1)
    cache(tmp_path / "one").replace(cache(tmp_path / "two"))
    with open_store(tmp_path / "two", create=False) as store:
        assert store.search.nearest(unit(11), 1)[0][1] > 0.999


def test_rows_that_are_gathered_in_blocks_score_as_all_do(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(address, create=True) as store:
        add_vectors(store, "a.mp4", range(50))
        everything = store.search.nearest(unit(99), 50)
        monkeypatch.setattr(nearest, "_BLOCK", 7)
        assert store.search.nearest(unit(99), 50, {moment for moment, _ in everything}) == everything


@settings(max_examples=200)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.integers(1, 40), st.sampled_from([1.0, 2.0**-12, 0.0]))
def test_cosines_are_those_of_a_plain_product(seed: int, length: int, count: int, scale: float) -> None:
    """Also of numbers that float16 has few bits for."""
    random = np.random.default_rng(seed)
    stored = random.normal(size=(count, length)).astype(np.float32)
    stored /= np.linalg.norm(stored, axis=1, keepdims=True)
    query = stored[0].astype(np.float16)
    halves = (stored * scale).astype(np.float16)
    expected = halves.astype(np.float64) @ query.astype(np.float64)
    found = nearest._cosines(halves, query.astype(np.float32))
    assert np.allclose(found, expected.clip(-1, 1), rtol=0, atol=1e-6)
