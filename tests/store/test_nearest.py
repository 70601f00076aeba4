"""The nearest vectors, and the cache that they are looked for in."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from libraries import add, unit
from passerby.records import MomentVector
from passerby.store.library import Store, open_store


def add_vectors(store: Store, name: str, seeds: range, length: int = 16) -> str:
    records = [MomentVector(n, unit(seed, length)) for n, seed in enumerate(seeds)]
    return add(store, name, len(seeds), vectors=records)


def cache(folder: Path, length: int = 16) -> Path:
    return folder / "cache" / f"vectors-{length}.bin"


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_nearest_are_those_of_an_exact_search(address: str, limit: int) -> None:
    with open_store(address, create=True) as store:
        add_vectors(store, "a.mp4", range(20))
        add_vectors(store, "b.mp4", range(20, 40))
        query = unit(99).astype(np.float16).astype(np.float32)
        stored = np.stack([unit(seed).astype(np.float16).astype(np.float32) for seed in range(40)])
        expected = np.argsort(-(stored @ query))[:limit]
        found = store.search.nearest(query, limit)
        places = store.search.places(moment for moment, _ in found)
        a, b = (video.id for video in store.videos.all())
        rows = [{a: 0, b: 20}[places[moment].video] + places[moment].number for moment, _ in found]
        assert rows == expected.tolist()
        assert np.allclose([score for _, score in found], (stored @ query)[expected], atol=1e-6)


def test_only_allowed_moments_are_looked_at(address: str) -> None:
    with open_store(address, create=True) as store:
        add_vectors(store, "a.mp4", range(30))
        everything = store.search.nearest(unit(99), 30)
        allowed = {moment for moment, _ in everything[5::3]}
        assert [m for m, _ in store.search.nearest(unit(99), 4, allowed)] == [m for m, _ in everything if m in allowed][
            :4
        ]
        assert store.search.nearest(unit(99), 4, set()) == []
        assert store.search.nearest(unit(99), 4, {10**9}) == []


def test_scan_goes_over_many_blocks(address: str) -> None:
    with open_store(address, create=True) as store:
        add_vectors(store, "a.mp4", range(9000), length=4)
        (_, score), *_ = store.search.nearest(unit(8999, 4), 3)
        assert score > 0.999
        assert 8999 in {
            store.search.places([moment])[moment].number for moment, _ in store.search.nearest(unit(8999, 4), 3)
        }
        assert len(store.search.nearest(unit(1, 4), 10_000)) == 9000


def test_lengths_are_kept_apart(address: str) -> None:
    with open_store(address, create=True) as store:
        add_vectors(store, "a.mp4", range(3))
        add_vectors(store, "b.mp4", range(2), length=8)
        assert len(store.search.nearest(unit(1, 8), 10)) == 2
        assert len(store.search.nearest(unit(1), 10)) == 3
        assert store.search.nearest(unit(1, 5), 10) == []


def test_every_change_is_seen(address: str) -> None:
    with open_store(address, create=True) as store, open_store(address, create=False) as reader:
        assert reader.search.nearest(unit(1), 10) == []
        a = add_vectors(store, "a.mp4", range(3))
        assert len(reader.search.nearest(unit(1), 10)) == 3
        b = add_vectors(store, "b.mp4", range(3, 8))
        assert len(reader.search.nearest(unit(1), 10)) == 8
        store.sink.finish_stage(a, "vectors", "newer", [MomentVector(0, unit(77))])
        (_, score), *_ = reader.search.nearest(unit(77), 1)
        assert score > 0.999
        assert len(reader.search.nearest(unit(1), 10)) == 6
        store.videos.forget(b)
        assert len(reader.search.nearest(unit(1), 10)) == 1


def test_equal_vectors_come_in_the_order_of_their_moments(address: str) -> None:
    with open_store(address, create=True) as store:
        add(store, "a.mp4", 6, vectors=[MomentVector(n, unit(1)) for n in range(6)])
        moments = [moment for moment, _ in store.search.nearest(unit(1), 6)]
        assert all(before < after for before, after in itertools.pairwise(moments))


def test_nothing_is_found_below_the_least_cosine(address: str) -> None:
    with open_store(address, create=True) as store:
        add_vectors(store, "a.mp4", range(60))
        everything = store.search.nearest(unit(99), 60)
        (_, least) = everything[9]
        assert store.search.nearest(unit(99), 60, least_cosine=least) == everything[:10]
        assert store.search.nearest(unit(99), 4, least_cosine=least) == everything[:4]
        allowed = {moment for moment, _ in everything[::2]}
        assert store.search.nearest(unit(99), 60, allowed, least_cosine=least) == everything[:10:2]
        assert store.search.nearest(unit(99), 60, least_cosine=1.1) == []
