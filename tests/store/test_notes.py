"""What people say of a video comes before what models say, and stays."""

from collections.abc import Iterator

import pytest

from libraries import MOMENT_TICKS, add, track
from passerby.records import Note, Tag, Track
from passerby.store.library import Store, open_store
from passerby.store.search import Narrow, Reason
from passerby.times import Span

FIRST, BOTH = Span(0, MOMENT_TICKS), Span(0, 2 * MOMENT_TICKS)


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, create=True) as opened:
        objects, tags = (
            [track("kite", 0), track("kite", 1), track("car", 0)],
            [Tag(0, "tower", 0.5), Tag(1, "tower", 0.5)],
        )
        add(opened, "market.mp4", moments=3, objects=objects, tags=tags)
        yield opened


def only(store: Store) -> str:
    return store.videos.all()[0].id


def at(store: Store, *words: str, label: str | None = None) -> list[int]:
    """The indices of the moments that have all words, or the label."""
    found = store.search.moments_with(words, narrow=Narrow(label=label))
    by_score = {moment for moment, _ in store.search.by_label(label, limit=9)} if label else found
    assert by_score == found
    return sorted(place.number for place in store.search.places(found).values())


def test_a_label_that_is_given_is_found_in_every_moment_of_its_stretch(store: Store) -> None:
    store.notes.keep(only(store), [Note(BOTH, "street market", rejected=False)])
    assert at(store, "street market") == at(store, label="street market") == [0, 1]
    assert [score for _, score in store.search.by_label("street market", limit=9)] == [1.0, 1.0]
    reasons = store.search.reasons(store.search.moments_with(["street market"]), ["street market"])
    assert [Reason("tag", "street market", None) in told for told in reasons.values()] == [True, True]


@pytest.mark.parametrize("label", ["kite", "tower"])
def test_a_label_that_is_rejected_is_not_found_there_any_more(store: Store, label: str) -> None:
    assert at(store, label) == at(store, label=label) == [0, 1]
    store.notes.keep(only(store), [Note(FIRST, label, rejected=True)])
    assert at(store, label) == at(store, label=label) == [1]
    assert at(store, "car") == [0]
    # What the models have found is kept as they have found it.
    assert len(store.records.of(only(store), Tag)) == 2
    assert len(store.records.of(only(store), Track)) == 3


def test_the_last_word_counts(store: Store) -> None:
    store.notes.keep(only(store), [Note(FIRST, "kite", rejected=True)])
    store.notes.keep(only(store), [Note(FIRST, "kite", rejected=False)])
    assert store.notes.of(only(store)) == [Note(FIRST, "kite", False)]
    assert at(store, "kite") == [0, 1]


def test_no_later_run_changes_them(store: Store) -> None:
    store.notes.keep(only(store), [Note(FIRST, "kite", rejected=True)])
    store.notes.keep(only(store), [Note(FIRST, "fair", rejected=False)])
    store.sink.finish_stage(only(store), "objects", "another key", [track("kite", 0), track("kite", 2)])
    assert at(store, "kite") == [2]
    assert at(store, "fair") == [0]
    assert store.health.check() == []


def test_they_go_with_their_video(store: Store) -> None:
    store.notes.keep(only(store), [Note(FIRST, "fair", rejected=False)])
    store.videos.forget(only(store))
    assert store.search.moments_with(["fair"]) == set()
    assert store.health.check() == []


def test_what_is_taken_back_was_never_said(store: Store) -> None:
    note = Note(FIRST, "kite", rejected=True)
    store.notes.keep(only(store), [note])
    assert not store.notes.remove(only(store), Note(BOTH, "kite", rejected=True))
    assert at(store, "kite") == [1]
    assert store.notes.remove(only(store), note)
    assert store.notes.of(only(store)) == []
    assert at(store, "kite") == [0, 1]
