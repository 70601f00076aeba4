"""Classes by example: what is near enough matches, now and in videos that come later."""

from collections.abc import Iterator

import numpy as np
import pytest

from libraries import add, unit
from passerby.errors import UsageError
from passerby.records import Floats, MomentVector
from passerby.store.lessons import Example, Lesson
from passerby.store.library import Store, open_store
from passerby.store.search import Narrow

LOGO = unit(1)


def like(vector: Floats, share: float) -> Floats:
    """A vector of about this cosine with another."""
    other = unit(99) - float(unit(99) @ vector) * vector
    other /= np.linalg.norm(other)
    return np.asarray(share * vector + np.sqrt(1 - share**2) * other, np.float32)


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, create=True) as opened:
        add(opened, "a.mp4", moments=3, vectors=[MomentVector(0, like(LOGO, 0.95)), MomentVector(1, like(LOGO, 0.7))])
        yield opened


def at(store: Store, name: str) -> list[tuple[str, int]]:
    names = {video.id: video.name for video in store.videos.all()}
    found = store.search.moments_with(narrow=Narrow(label=name))
    assert store.search.moments_with([name]) == found
    return sorted((names[place.video], place.number) for place in store.search.places(found).values())


def test_moments_near_an_example_match_from_the_threshold_on(store: Store) -> None:
    assert store.lessons.teach("our logo", 0.9, [Example(LOGO, None)]) == Lesson("our logo", 0.9, 1, 1)
    assert at(store, "our logo") == [("a.mp4", 0)]
    assert store.lessons.teach("our logo", 0.6, [Example(LOGO, None)]).moments == 2
    assert at(store, "our logo") == [("a.mp4", 0), ("a.mp4", 1)]
    assert [round(score, 1) for _, score in store.search.by_label("our logo", limit=9)] == [0.9, 0.7]
    assert store.health.check() == []


def test_videos_that_come_later_are_matched_too(store: Store) -> None:
    store.lessons.teach("our logo", 0.9, [Example(LOGO, None)])
    add(store, "b.mp4", moments=1, vectors=[MomentVector(0, LOGO)])
    assert at(store, "our logo") == [("a.mp4", 0), ("b.mp4", 0)]


def test_an_example_goes_with_its_video_and_the_matches_of_others_stay(store: Store) -> None:
    shown = add(store, "b.mp4", moments=1, vectors=[MomentVector(0, LOGO)])
    store.lessons.teach("our logo", 0.9, [Example(LOGO, shown)])
    store.videos.forget(shown)
    assert store.lessons.all() == [Lesson("our logo", 0.9, 0, 1)]
    assert at(store, "our logo") == [("a.mp4", 0)]
    assert store.health.check() == []


def test_a_class_can_be_forgotten(store: Store) -> None:
    store.lessons.teach("our logo", 0.9, [Example(LOGO, None)])
    store.lessons.unteach("our logo")
    assert (store.lessons.all(), at(store, "our logo")) == ([], [])
    with pytest.raises(UsageError, match="expected one of: none yet"):
        store.lessons.unteach("our logo")
