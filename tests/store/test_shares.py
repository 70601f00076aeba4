"""Links to copies, in both stores."""

from collections.abc import Iterator

import pytest

from libraries import NewAddress, add, add_copy
from passerby.errors import UnknownError
from passerby.store.library import Store, open_store
from passerby.store.shares import Share

NOW, LATER = 1_000_000, 2_000_000
SHARE = Share(0, "for the press", "ada", "", 2, 0, NOW, LATER)


@pytest.fixture
def store(new_address: NewAddress) -> Iterator[Store]:
    with open_store(new_address(), create=True) as store:
        video = add(store, "street.mp4")
        for copy in ("aa", "bb"):
            add_copy(store, copy, video, safe__mp4=b"film")
        yield store


def test_a_link_has_its_copies_and_is_found_by_its_hash_alone(store: Store) -> None:
    with store.transaction():
        number = store.shares.add("hash", SHARE, ["aa", "bb", "aa"])
    found = store.shares.by_hash("hash")
    assert found == Share(number, "for the press", "ada", "", 2, 0, NOW, LATER)
    assert store.shares.copies(number) == ["aa", "bb"]
    assert store.shares.by_hash("other") is None
    assert store.shares.all() == [found]
    with pytest.raises(UnknownError), store.transaction():
        store.shares.add("third", SHARE, ["cc"])


def test_it_is_opened_so_often_and_visits_end(store: Store) -> None:
    with store.transaction():
        number = store.shares.add("hash", SHARE, ["aa"])
        store.shares.open(number, "visit", NOW + 10, NOW)
        store.shares.open(number, "other", NOW + 50, NOW + 5)
    found = store.shares.by_hash("hash")
    assert found is not None
    assert (found.opened, found.is_open(NOW + 5)) == (2, False)
    assert store.shares.visited(number, "visit", NOW + 9)
    assert not store.shares.visited(number, "visit", NOW + 10)
    assert not store.shares.visited(number + 1, "other", NOW + 9)


def test_it_goes_when_it_is_ended_and_with_the_last_of_its_copies(store: Store) -> None:
    with store.transaction():
        first = store.shares.add("hash", SHARE, ["aa", "bb"])
        second = store.shares.add("second", SHARE, ["bb"])
        store.shares.remove(second)
    assert [share.number for share in store.shares.all()] == [first]
    store.files.drop("copy", "aa")
    assert store.shares.copies(first) == ["bb"]
    store.videos.forget(store.videos.all()[0].id)
    assert store.shares.all() == []
    with pytest.raises(UnknownError), store.transaction():
        store.shares.remove(first)
