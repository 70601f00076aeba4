"""What is in the trash is found by nothing, is all there still, and comes back as it was."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from libraries import NewAddress, add, add_rich, planted_vector, video
from passerby.errors import ForgottenError, UnknownVideoError
from passerby.records import Note
from passerby.store.library import Store, open_store
from passerby.store.listing import ALL_VIDEOS
from passerby.store.search import IMAGE_TEXT, LIKENESS, MEANING
from passerby.store.sql.words import DESCRIBED
from passerby.times import Span


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    with open_store(address, create=True) as opened:
        yield opened


def found(store: Store) -> list[object]:
    """What each way to search finds of what was planted."""
    vectors = [
        [moment for moment, _ in store.search.nearest(planted_vector("walrus", seed), 9, table=table)]
        for seed, table in ((0, LIKENESS), (100, MEANING), (300, IMAGE_TEXT))
    ]
    return [
        *vectors,
        store.search.by_words(["walrus"], every=True, limit=9).moments,
        store.search.by_label("walrusobject", limit=9),
        store.search.by_label("walrustag1", limit=9),
        sorted(store.search.moments_with()),
        store.search.is_known("walrustag1"),
        store.search.near_word("wallrus"),
        store.videos.all(),
        store.videos.get(video("walrus-name.mp4").id),
        store.listing.page(ALL_VIDEOS, "added", 9, 0),
        store.listing.count(ALL_VIDEOS),
        store.listing.facets(ALL_VIDEOS),
        store.plans.of(video("walrus-name.mp4").id),
    ]


def test_what_is_in_the_trash_is_found_by_nothing_and_comes_back_as_it_was(store: Store) -> None:
    walrus = add_rich(store, "walrus")
    store.plans.put(walrus, "{}")
    before = found(store)
    assert all(before)
    store.trash.put(walrus, "ada")
    assert not any(found(store))
    with pytest.raises(UnknownVideoError, match="in the trash"):
        store.videos.resolve("walrus-name.mp4")
    (kept,) = store.trash.all()
    assert (kept.id, kept.trashed and kept.trashed.by) == (walrus, "ada")
    assert store.videos.resolve("walrus-name.mp4", "trash").id == walrus
    store.trash.take_out(walrus)
    assert found(store) == before
    with pytest.raises(ForgottenError):
        store.trash.take_out(walrus)


def test_others_are_found_as_before(store: Store) -> None:
    walrus = add_rich(store, "walrus")
    heron = add_rich(store, "heron")
    before = [hit for hit in store.search.nearest(planted_vector("heron", 0), 6) if hit[0] > 3]
    store.trash.put(walrus, "ada")
    assert store.search.nearest(planted_vector("heron", 0), 6) == before
    assert store.search.by_words(["heron"], every=True, limit=9).moments
    assert [each.id for each in store.videos.all()] == [heron]


def test_how_well_others_answer_does_not_depend_on_the_trash(store: Store, new_address: NewAddress) -> None:
    walrus = add_rich(store, "walrus")
    add_rich(store, "heron")
    asked = ["heron", "walrus"]
    with open_store(new_address(), create=True) as without:
        add_rich(without, "heron")
        alone = [score for _, score in without.search.by_words(asked, every=False, limit=9).moments]
    both = store.search.by_words(asked, every=False, limit=9).moments
    store.trash.put(walrus, "ada")
    assert [score for _, score in store.search.by_words(asked, every=False, limit=9).moments] == alone
    assert store.health.check() == []
    store.trash.take_out(walrus)
    assert store.search.by_words(asked, every=False, limit=9).moments == both
    assert store.health.check() == []


def test_what_is_found_or_said_of_it_meanwhile_waits_in_the_trash_with_it(store: Store) -> None:
    kite = add(store, "kite.mp4", moments=1)
    store.trash.put(kite, "ada")
    store.notes.keep(kite, [Note(Span(0, 1), "market stall", rejected=False)])
    assert not store.search.is_known("stall")
    store.trash.take_out(kite)
    assert store.search.by_words(["stall"], every=True, limit=9).moments


def test_who_adds_it_again_takes_it_out(store: Store) -> None:
    kite = add(store, "kite.mp4")
    store.trash.put(kite, "ada")
    store.sink.begin_video(video("kite.mp4"))
    assert [each.id for each in store.videos.all()] == [kite]


def test_a_job_that_is_older_than_that_leaves_it_there(store: Store) -> None:
    kite = add(store, "kite.mp4")
    job = store.jobs.put("add", {"path": "/footage"}, caller="ada")
    store.trash.put(kite, "ada")
    store.sink.begin_video(video("kite.mp4"), job)
    assert store.videos.all() == []


def test_a_title_is_what_it_is_called_and_found_by(store: Store) -> None:
    kite = add(store, "kite.mp4", moments=1)
    store.videos.say(kite, replace(store.videos.all()[0].said, title="Harbour at dawn", review="checked"))
    assert [(each.name, each.said.review) for each in store.videos.all()] == [("Harbour at dawn", "checked")]
    assert store.search.by_words(["harbour"], every=True, limit=9).moments
    assert store.videos.resolve("Harbour at dawn").id == store.videos.resolve("kite.mp4").id == kite
    store.videos.say(kite, replace(store.videos.all()[0].said, title=""))
    assert store.videos.all()[0].name == "kite.mp4"
    assert not store.search.by_words(["harbour"], every=True, limit=9).moments


def test_a_description_is_found_by_and_told_around_what_matches(store: Store) -> None:
    kite = add(store, "kite.mp4", moments=1)
    said = store.videos.all()[0].said
    last = f"{'Then a long walk. ' * 9}The lighthouse at dusk. {'Waves roll in. ' * 9}"
    store.videos.say(kite, replace(said, description=f"Filmed from the bridge.\n\n{last}"))
    [(found, _)] = store.search.by_words(["lighthouse"], every=True, limit=9).moments
    (reason,) = store.search.reasons([found], ["lighthouse"])[found]
    assert reason.kind == "name"
    assert "The lighthouse at dusk." in reason.label
    assert len(reason.label) < 150  # not all of the line
    store.videos.say(kite, replace(said, description="x" * DESCRIBED + "\nlighthouse"))
    assert not store.search.by_words(["lighthouse"], every=True, limit=9).moments
    store.videos.say(kite, said)
    assert not store.search.by_words(["bridge"], every=True, limit=9).moments
