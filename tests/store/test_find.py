"""Finding moments by words and labels."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries import add, cue, people, track
from passerby.records import Tag
from passerby.store.store import Reason, Store
from passerby.times import Span


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two videos: "my_Street-clip.mp4" of four moments, and "bicycle.mov" of two with nothing in them."""
    with Store.open(tmp_path_factory.mktemp("library"), create=True) as opened:
        add(
            opened,
            "my_Street-clip.mp4",
            moments=4,
            shots=[cue("black", 3)],
            objects=[track("bicycle", 0, 0.75), track("bicycle", 0, 0.5), track("car", 1), track("car", 0)],
            people=[people(1)],
            tags=[Tag(0, "traffic light", 0.5), Tag(2, "café", 0.25), Tag(2, "car", 0.125)],
        )
        add(opened, "bicycle.mov", moments=2)
        yield opened


def found(store: Store, *words: str, every: bool = True, **filters: object) -> list[tuple[str, int]]:
    """The hits, as name of the video and index of the moment."""
    moments = [moment for moment, _ in store.find_words(words, every=every, **filters)]  # type: ignore[arg-type]
    names = {video.id: video.name for video in store.videos()}
    places = store.places(moments)
    return [(names[places[moment].video], places[moment].number) for moment in moments]


STREET, BICYCLE = "my_Street-clip.mp4", "bicycle.mov"


def test_what_is_seen_comes_before_what_the_video_is_called(store: Store) -> None:
    assert found(store, "bicycle") == [(STREET, 0), (BICYCLE, 0), (BICYCLE, 1)]


def test_sure_kinds_come_before_guesses(store: Store) -> None:
    assert found(store, "car")[-1] == (STREET, 2)
    assert set(found(store, "car")) == {(STREET, 0), (STREET, 1), (STREET, 2)}


@pytest.mark.parametrize("word", ["bicycles", "BICYCLE", "Bicycling"])
def test_forms_of_a_word_are_found(store: Store, word: str) -> None:
    assert found(store, word)[0] == (STREET, 0)


@pytest.mark.parametrize("word", ["cafe", "CAFÉ", "cafe\u0301"])
def test_accents_do_not_matter(store: Store, word: str) -> None:
    assert found(store, word) == [(STREET, 2)]


@pytest.mark.parametrize("word", ["street", "clip", "my", "my_street-clip"])
def test_names_are_split_at_punctuation(store: Store, word: str) -> None:
    assert sorted(found(store, word)) == [(STREET, n) for n in range(4)]


def test_cues_and_people_are_words(store: Store) -> None:
    assert found(store, "black") == [(STREET, 3)]
    assert found(store, "people") == found(store, "person") == [(STREET, 1)]


def test_every_word_or_any(store: Store) -> None:
    assert found(store, "car", "street", "traffic") == [(STREET, 0)]
    assert found(store, "black", "bicycle") == []
    assert set(found(store, "black", "traffic", every=False)) == {(STREET, 3), (STREET, 0)}


def test_phrase_keeps_its_order(store: Store) -> None:
    assert found(store, "traffic light") == [(STREET, 0)]
    assert found(store, "light traffic") == []


def test_rare_words_count_more(store: Store) -> None:
    assert found(store, "car", "black", every=False)[0] == (STREET, 3)


def test_filters_narrow(store: Store) -> None:
    street, bicycle = (video.id for video in store.videos())
    assert found(store, "bicycle", videos=[bicycle]) == [(BICYCLE, 0), (BICYCLE, 1)]
    assert sorted(found(store, "street", label="car", videos=[street])) == [(STREET, 0), (STREET, 1), (STREET, 2)]
    assert len(found(store, "street", label="car", limit=2)) == 2
    assert found(store, "street", videos=[]) == []
    assert found(store, "street", label="ca") == []


def test_label_is_exact_and_ranked_by_its_score(store: Store) -> None:
    scores = [score for _, score in store.find_label("car")]
    places = store.places(moment for moment, _ in store.find_label("car"))
    assert scores == [0.75, 0.75, 0.125]
    assert sorted(place.number for place in places.values()) == [0, 1, 2]
    assert store.find_label("cars") == []
    assert len(store.find_label("car", limit=1)) == 1
    assert len(store.find_label("person")) == 1
    assert len(store.find_label()) == 6


def test_reasons_name_what_matched(store: Store) -> None:
    reasons = {
        store.places([moment])[moment].number: found
        for moment, found in store.reasons(
            [moment for moment, _ in store.find_words(["street"], every=True)],
            ["cars", "cafe", "black", "people", "lights"],
        ).items()
    }
    assert reasons == {
        0: [Reason("object", "car", 0.75), Reason("tag", "traffic light", 0.5)],
        1: [Reason("object", "car", 0.75), Reason("person", "person", None)],
        2: [Reason("tag", "café", 0.25), Reason("tag", "car", 0.125)],
        3: [Reason("cue", "black", None)],
    }
    assert store.reasons([1], ["street"]) == {1: [Reason("name", STREET, None)]}
    assert store.reasons([1], []) == {}


def test_place_at_a_time(store: Store) -> None:
    street = store.videos()[0].id
    place = store.place_at(street, 4000)
    assert place is not None
    assert (place.number, place.span, place.video) == (1, Span(4000, 8000), street)
    assert store.place_at(street, 16000) is None
    assert store.place_at("0" * 64, 0) is None


def test_moments_that_are_gone_are_left_out(store: Store) -> None:
    assert store.places([10**9]) == {}


@pytest.mark.parametrize(
    "word", ['"', '""', "*", "car*", "-car", "car:", "objects:car", "NEAR(car)", "^", "(", "a\0b", "", "AND"]
)
def test_nothing_is_syntax(store: Store, word: str) -> None:
    found(store, word)
    assert found(store, word, "street", every=False)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text(max_size=12), max_size=4), st.booleans())
def test_no_words_break_the_search(store: Store, words: list[str], every: bool) -> None:
    hits = [moment for moment, _ in store.find_words(words, every=every)]
    assert set(store.reasons(hits, words)) == set(hits)
