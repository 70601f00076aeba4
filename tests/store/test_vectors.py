"""The nearest vectors, and the cache that they are looked for in."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries import add, unit
from passerby.records import MomentVector
from passerby.store import vectors
from passerby.store.library import Store, open_store


def add_vectors(store: Store, name: str, seeds: range, length: int = 16) -> str:
    records = [MomentVector(n, unit(seed, length)) for n, seed in enumerate(seeds)]
    return add(store, name, len(seeds), vectors=records)


def cache(folder: Path, length: int = 16) -> Path:
    return folder / "cache" / f"vectors-{length}.bin"


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_nearest_are_those_of_an_exact_search(tmp_path: Path, limit: int) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(20))
        add_vectors(store, "b.mp4", range(20, 40))
        query = unit(99).astype(np.float16).astype(np.float32)
        stored = np.stack([unit(seed).astype(np.float16).astype(np.float32) for seed in range(40)])
        expected = np.argsort(-(stored @ query))[:limit]
        found = store.nearest(query, limit)
        places = store.places(moment for moment, _ in found)
        a, b = (video.id for video in store.videos())
        rows = [{a: 0, b: 20}[places[moment].video] + places[moment].number for moment, _ in found]
        assert rows == expected.tolist()
        assert np.allclose([score for _, score in found], (stored @ query)[expected], atol=1e-6)


def test_only_allowed_moments_are_looked_at(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(30))
        everything = store.nearest(unit(99), 30)
        allowed = {moment for moment, _ in everything[5::3]}
        assert [m for m, _ in store.nearest(unit(99), 4, allowed)] == [m for m, _ in everything if m in allowed][:4]
        assert store.nearest(unit(99), 4, set()) == []
        assert store.nearest(unit(99), 4, {10**9}) == []


def test_scan_goes_over_many_blocks(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(9000), length=4)
        (_, score), *_ = store.nearest(unit(8999, 4), 3)
        assert score > 0.999
        assert 8999 in {store.places([moment])[moment].number for moment, _ in store.nearest(unit(8999, 4), 3)}
        assert len(store.nearest(unit(1, 4), 10_000)) == 9000


def test_lengths_are_kept_apart(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(3))
        add_vectors(store, "b.mp4", range(2), length=8)
        assert len(store.nearest(unit(1, 8), 10)) == 2
        assert len(store.nearest(unit(1), 10)) == 3
        assert store.nearest(unit(1, 5), 10) == []


def test_every_change_is_seen(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store, open_store(tmp_path, create=False) as reader:
        assert reader.nearest(unit(1), 10) == []
        a = add_vectors(store, "a.mp4", range(3))
        assert len(reader.nearest(unit(1), 10)) == 3
        b = add_vectors(store, "b.mp4", range(3, 8))
        assert len(reader.nearest(unit(1), 10)) == 8
        store.finish_stage(a, "vectors", "newer", [MomentVector(0, unit(77))])
        (_, score), *_ = reader.nearest(unit(77), 1)
        assert score > 0.999
        assert len(reader.nearest(unit(1), 10)) == 6
        store.forget(b)
        assert len(reader.nearest(unit(1), 10)) == 1


def test_cache_is_used_until_a_vector_changes(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(3))
        store.nearest(unit(1), 1)
        made = cache(tmp_path).stat().st_ino
        add(store, "without.mp4")
        store.nearest(unit(1), 1)
        assert cache(tmp_path).stat().st_ino == made


def spoilt(content: bytes) -> list[bytes]:
    return [b"", content[:10], content[:-1], content + b"x", b"x" + content[1:]]


def test_cache_with_another_token_is_made_anew(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(3))
        expected = store.nearest(unit(1), 3)
        content = cache(tmp_path).read_bytes()
        cache(tmp_path).write_bytes(content[:9] + b"xx" + content[11:])
        assert store.nearest(unit(1), 3) == expected
        assert cache(tmp_path).read_bytes() == content


def test_cache_that_is_not_whole_is_made_anew(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(3))
        expected = store.nearest(unit(1), 3)
        for content in spoilt(cache(tmp_path).read_bytes()):
            cache(tmp_path).write_bytes(content)
            assert store.check() != []
            assert store.nearest(unit(1), 3) == expected
            assert store.check() == []


def test_cache_of_another_library_is_not_used(tmp_path: Path) -> None:
    for folder, seeds in (("one", range(3)), ("two", range(10, 13))):
        with open_store(tmp_path / folder, create=True) as store:
            add_vectors(store, "a.mp4", seeds)
            store.nearest(unit(1), 1)
    cache(tmp_path / "one").replace(cache(tmp_path / "two"))
    with open_store(tmp_path / "two", create=False) as store:
        assert store.nearest(unit(11), 1)[0][1] > 0.999


def test_equal_vectors_come_in_the_order_of_their_moments(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add(store, "a.mp4", 6, vectors=[MomentVector(n, unit(1)) for n in range(6)])
        moments = [moment for moment, _ in store.nearest(unit(1), 6)]
        assert all(before < after for before, after in itertools.pairwise(moments))


def test_rows_that_are_gathered_in_blocks_score_as_all_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(50))
        everything = store.nearest(unit(99), 50)
        monkeypatch.setattr(vectors, "_BLOCK", 7)
        assert store.nearest(unit(99), 50, {moment for moment, _ in everything}) == everything


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
    found = vectors._cosines(halves, query.astype(np.float32))
    assert np.allclose(found, expected.clip(-1, 1), rtol=0, atol=1e-6)


def test_nothing_is_found_below_the_least_cosine(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_vectors(store, "a.mp4", range(60))
        everything = store.nearest(unit(99), 60)
        (_, least) = everything[9]
        assert store.nearest(unit(99), 60, least=least) == everything[:10]
        assert store.nearest(unit(99), 4, least=least) == everything[:4]
        allowed = {moment for moment, _ in everything[::2]}
        assert store.nearest(unit(99), 60, allowed, least=least) == everything[:10:2]
        assert store.nearest(unit(99), 60, least=1.1) == []
