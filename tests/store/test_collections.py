"""Collections hold videos, several a video; searches and comments are kept with whose they are."""

import pytest

from libraries import add
from passerby.errors import UnknownError, UsageError
from passerby.store.library import Store


def test_a_video_is_in_several_and_goes_from_all(store: Store) -> None:
    kite, car = add(store, "kite.mp4"), add(store, "car.mp4")
    trip = store.collections.make("Trip", "by the sea", "ada", is_case=False)
    case = store.collections.make("Case 12", "", "ada", is_case=True)
    assert store.collections.put(trip, [kite, car, "0" * 64]) == 2
    assert store.collections.put(case, [kite]) == 1
    assert store.collections.put(case, [kite]) == 0
    assert [(each.name, each.is_case, each.videos) for each in store.collections.all()] == [
        ("Case 12", True, 1),
        ("Trip", False, 2),
    ]
    assert store.collections.of(kite) == [case, trip]
    store.trash.put(kite, "ada")
    assert [each.videos for each in store.collections.all()] == [0, 1]
    store.trash.take_out(kite)
    assert store.collections.take_out(trip, [car]) == 1
    store.videos.forget(kite)
    assert [each.videos for each in store.collections.all()] == [0, 0]


def test_of_each_name_there_is_one(store: Store) -> None:
    trip = store.collections.make("Trip", "", "ada", is_case=False)
    store.collections.change(trip, "Trip", "by the sea", is_case=False)
    other = store.collections.make("Other", "", "ada", is_case=False)
    with pytest.raises(UsageError, match="already"):
        store.collections.change(other, "Trip", "", is_case=False)
    with pytest.raises(UsageError, match="already"):
        store.collections.make("Trip", "", "ada", is_case=True)
    store.collections.remove(other)
    with pytest.raises(UnknownError):
        store.collections.get(other)


def test_a_search_is_its_users_and_goes_with_the_video_that_it_names(store: Store) -> None:
    kite = add(store, "kite.mp4")
    store.searches.put("ada", "dogs", {"words": "cat"})
    dogs = store.searches.put("ada", "dogs", {"words": "dog"})
    store.searches.put("ada", "here", {"words": "dog", "video": kite})
    assert [(each.name, each.asked["words"]) for each in store.searches.of("ada")] == [("dogs", "dog"), ("here", "dog")]
    assert store.searches.of("bea") == []
    with pytest.raises(UnknownError):
        store.searches.remove("bea", dogs)
    store.videos.forget(kite)
    assert [each.id for each in store.searches.of("ada")] == [dogs]


def test_comments_are_of_a_video_and_mention_users(store: Store) -> None:
    kite = add(store, "kite.mp4")
    first = store.comments.put(kite, "ada", "@bea is that a kite?", 500, ["bea"])
    second = store.comments.put(kite, "bea", "Yes", None, [])
    assert [(each.user, each.start, each.mentions) for each in store.comments.of(kite)] == [
        ("ada", 500, ("bea",)),
        ("bea", None, ()),
    ]
    store.comments.change(first, "@cid is that a kite?", ["cid"])
    assert store.comments.mentioning("bea") == []
    assert [(of, each.text) for of, each in store.comments.mentioning("cid")] == [(kite, "@cid is that a kite?")]
    store.comments.remove(second)
    store.trash.put(kite, "ada")
    assert (store.comments.of(kite), store.comments.mentioning("cid")) == ([], [])
    store.videos.forget(kite)
    with pytest.raises(UnknownError):
        store.comments.get(first)
