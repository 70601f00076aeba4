"""Finding moments by words and labels."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries import NewAddress, add, cue, people, said, text, track
from passerby.records import Tag
from passerby.store import search
from passerby.store.library import Store, open_store
from passerby.store.search import Narrow, Reason
from passerby.times import Span


@pytest.fixture(scope="module")
def store(new_address: NewAddress) -> Iterator[Store]:
    """Two videos: "my_Street-clip.mp4" of four moments, and "bicycle.mov" of two with nothing in them."""
    with open_store(new_address(), create=True) as opened:
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
    limit = int(filters.pop("limit", 100))  # type: ignore[call-overload]
    narrow = Narrow(**filters)  # type: ignore[arg-type]
    moments = [moment for moment, _ in store.search.by_words(words, every=every, limit=limit, narrow=narrow).moments]
    names = {video.id: video.name for video in store.videos.all()}
    places = store.search.places(moments)
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
    street, bicycle = (video.id for video in store.videos.all())
    assert found(store, "bicycle", videos=[bicycle]) == [(BICYCLE, 0), (BICYCLE, 1)]
    assert sorted(found(store, "street", label="car", videos=[street])) == [(STREET, 0), (STREET, 1), (STREET, 2)]
    assert len(found(store, "street", label="car", limit=2)) == 2
    assert found(store, "street", videos=[]) == []
    assert found(store, "street", label="ca") == []


def test_label_is_exact_and_ranked_by_its_score(store: Store) -> None:
    scores = [score for _, score in store.search.by_label("car", limit=9)]
    places = store.search.places(moment for moment, _ in store.search.by_label("car", limit=9))
    assert scores == [0.75, 0.75, 0.125]
    assert sorted(place.number for place in places.values()) == [0, 1, 2]
    assert store.search.by_label("cars", limit=9) == []
    assert len(store.search.by_label("car", limit=1)) == 1
    assert len(store.search.by_label("person", limit=9)) == 1


def test_best_of_a_label_are_the_first_of_all_of_it(address: str) -> None:
    with open_store(address, create=True) as opened:
        for n in range(4):
            seen = [track("car", m, (3 * m + n) % 5 / 8) for m in range(n, 6)]
            tags = [Tag(m, "car", (2 * m + n) % 4 / 8) for m in (0, 1, 1, 5)]  # a label twice in one moment, too
            add(opened, f"{n}.mp4", moments=6, objects=seen, tags=tags)
        every = opened.search.by_label("car", limit=99)
        assert every == sorted(every, key=lambda hit: (-hit[1], hit[0]))
        assert {moment for moment, _ in every} == opened.search.moments_with(narrow=Narrow(label="car"))
        for limit in range(1, len(every)):
            assert opened.search.by_label("car", limit=limit) == every[:limit]


def test_all_moments_that_answer_are_given_for_narrowing(store: Store) -> None:
    street = store.videos.all()[0].id
    assert len(store.search.moments_with()) == 6
    assert len(store.search.moments_with(narrow=Narrow(videos=[street]))) == 4
    car = Narrow(label="car")
    assert (
        store.search.moments_with(["car"])
        == store.search.moments_with(narrow=car)
        == store.search.moments_with(["car"], narrow=car)
    )
    assert len(store.search.moments_with(["black", "bicycle"], every=False, narrow=Narrow(videos=[street]))) == 2
    assert store.search.moments_with(["black", "bicycle"]) == set()


def test_reasons_name_what_matched(store: Store) -> None:
    reasons = {
        store.search.places([moment])[moment].number: found
        for moment, found in store.search.reasons(
            store.search.moments_with(["street"]),
            ["cars", "cafe", "black", "people", "lights"],
        ).items()
    }
    assert reasons == {
        0: [Reason("object", "car", 0.75), Reason("tag", "traffic light", 0.5)],
        1: [Reason("object", "car", 0.75), Reason("person", "person", None)],
        2: [Reason("tag", "café", 0.25), Reason("tag", "car", 0.125)],
        3: [Reason("cue", "black", None)],
    }
    assert store.search.reasons([1], ["street"]) == {1: [Reason("name", STREET, None)]}
    assert store.search.reasons([1], []) == {}


def test_place_at_a_time(store: Store) -> None:
    street = store.videos.all()[0].id
    place = store.search.place_at(street, 4000)
    assert place is not None
    assert (place.number, place.span, place.video) == (1, Span(4000, 8000), street)
    assert store.search.place_at(street, 16000) is None
    assert store.search.place_at("0" * 64, 0) is None


def test_moments_that_are_gone_are_left_out(store: Store) -> None:
    assert store.search.places([10**9]) == {}


@pytest.mark.parametrize(
    "word", ['"', '""', "*", "car*", "-car", "car:", "objects:car", "NEAR(car)", "^", "(", "a\0b", "", "AND"]
)
def test_nothing_is_syntax(store: Store, word: str) -> None:
    found(store, word)
    assert found(store, word, "street", every=False)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text(max_size=12), max_size=4), st.booleans())
def test_no_words_break_the_search(store: Store, words: list[str], every: bool) -> None:
    hits = [moment for moment, _ in store.search.by_words(words, every=every, limit=9).moments]
    assert set(store.search.reasons(hits, words)) == set(hits)


# More hits than are ranked: "heron" is in the name of all twelve moments, seen in the oldest video, and guessed in the
# newest; "moor" is in few.


@pytest.fixture
def many(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(search, "RANKED", 4)
    with open_store(address, create=True) as opened:
        add(opened, "heron-a.mp4", moments=4, objects=[track("heron", 1)], tags=[Tag(0, "moor", 0.5)])
        add(opened, "heron-b.mp4", moments=4)
        add(opened, "heron-c.mp4", moments=4, tags=[Tag(2, "heron", 0.5), Tag(3, "reed", 0.5)])
        yield opened


def test_the_few_that_were_seen_are_found_among_many_of_that_name(many: Store) -> None:
    assert found(many, "heron", limit=2) == [("heron-a.mp4", 1), ("heron-c.mp4", 2)]
    assert not many.search.by_words(["heron"], every=True, limit=2).complete


def test_the_newest_of_too_many_are_ranked(many: Store) -> None:
    hits = found(many, "heron", limit=4)
    assert {name for name, _ in hits[2:]} == {"heron-c.mp4"}
    assert sorted(found(many, "mp4", limit=4)) == [("heron-c.mp4", n) for n in range(4)]
    assert len(found(many, "heron", limit=12)) == 5  # how many are compared does not depend on how many are wanted


def test_rare_words_are_found_among_many_hits_of_others(many: Store) -> None:
    hits = found(many, "moor", "heron", "mp4", every=False, limit=2)
    assert set(hits) == {("heron-a.mp4", 0), ("heron-a.mp4", 1)}


def test_too_many_hits_are_narrowed_before_they_are_left_out(many: Store) -> None:
    first = many.videos.all()[0].id
    assert found(many, "mp4", label="moor", limit=4) == [("heron-a.mp4", 0)]
    assert sorted(found(many, "mp4", videos=[first], limit=4)) == [("heron-a.mp4", n) for n in range(4)]
    assert many.search.by_words(["mp4"], every=True, narrow=Narrow(videos=[first]), limit=4).complete


def test_what_is_ranked_has_the_score_that_it_has_among_all(many: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [(["heron"], True), (["heron", "mp4"], True), (["heron", "moor", "reed", "b"], False)]
    some = [many.search.by_words(words, every=every, limit=4) for words, every in asked]
    monkeypatch.setattr(search, "RANKED", 100)
    every = [many.search.by_words(words, every=every, limit=100) for words, every in asked]
    for part, whole in zip(some, every, strict=True):
        assert (part.complete, whole.complete) == (False, True)
        assert set(part.moments) < set(whole.moments)
        assert part.moments[0] == whole.moments[0]
        assert len(whole.moments) == 12


@pytest.fixture(scope="module")
def telling(new_address: NewAddress) -> Iterator[Store]:
    """A video of three moments, with a line on screen in the second, and words that go from the first to the second."""
    long = "one two three four five six seven eight nine ten eleven twelve"  # eight of them in a moment
    with open_store(new_address(), create=True) as opened:
        add(opened, "talk.mp4", moments=3, text=[text("Harbour Street 12", 1)], speech=[said(long, 0)])
        yield opened


def test_words_on_screen_are_found_where_they_are_seen(telling: Store) -> None:
    assert found(telling, "harbour street") == [("talk.mp4", 1)]


def test_words_that_are_said_are_found_in_the_moment_in_which_they_begin(telling: Store) -> None:
    assert found(telling, "eight") == [("talk.mp4", 0)]
    assert found(telling, "nine") == [("talk.mp4", 1)]


@pytest.mark.parametrize("with_words", [True, False])
def test_words_that_are_said_before_the_first_picture_or_after_the_last_are_the_nearest_moments(
    address: str, with_words: bool
) -> None:
    late, early = said("goodbye", 2), said("welcome", -1)
    utterances = [late, early] if with_words else [replace(late, words=()), replace(early, words=())]
    with open_store(address, create=True) as store:
        add(store, "talk.mp4", moments=2, speech=utterances)
        assert found(store, "goodbye") == [("talk.mp4", 1)]
        assert found(store, "welcome") == [("talk.mp4", 0)]


def test_the_words_around_a_hit_are_told(telling: Store) -> None:
    (hit,) = (moment for moment, _ in telling.search.by_words(["eight"], every=True, limit=9).moments)
    assert telling.search.reasons([hit], ["eight"])[hit] == [
        Reason("said", "… two three four five six seven eight", None)
    ]
    (hit,) = (moment for moment, _ in telling.search.by_words(["harbour"], every=True, limit=9).moments)
    assert telling.search.reasons([hit], ["harbour"])[hit] == [Reason("text", "Harbour Street 12", None)]


def test_texts_and_what_is_said_narrow_by_themselves(telling: Store) -> None:
    assert found(telling, on_screen=["harbour"]) == [("talk.mp4", 1)]
    assert found(telling, said=["harbour"]) == []
    assert found(telling, said=["nine", "ten"]) == [("talk.mp4", 1)]
    assert found(telling, "talk", on_screen=["street"], said=["nine"]) == [("talk.mp4", 1)]
    assert found(telling, "talk", said=["nine two"]) == []


def test_a_stretch_of_time_narrows(telling: Store) -> None:
    assert found(telling, "talk", seconds=(3.9, 4.0)) == [("talk.mp4", 0)]
    assert found(telling, "talk", seconds=(4.0, 4.1)) == [("talk.mp4", 1)]
    assert len(telling.search.moments_with(narrow=Narrow(seconds=(3.0, 9.0)))) == 3


@pytest.mark.parametrize(("slip", "word"), [("harbuor", "Harbour"), ("HARBOR", "Harbour"), ("elevven", "eleven")])
def test_a_slip_is_known(telling: Store, slip: str, word: str) -> None:
    assert telling.search.near_word(slip) == word


def test_a_slip_in_a_long_ending_is_known(address: str) -> None:
    """The index knows the words by their stems: "segment", "gener"."""
    with open_store(address, create=True) as store:
        add(store, "a.mp4", 3, text=[text("Segmentation", 1), text("Generality", 2)])
        slips = ["segmentaton", "segmentatin", "generallity", "segmentless", "generations"]
        assert [store.search.near_word(slip) for slip in slips] == ["Segmentation"] * 2 + ["Generality"] + [None] * 2


@pytest.mark.parametrize("word", ["zebra", "h", "", "\U0010ffff"])
def test_what_is_no_slip_is_not(telling: Store, word: str) -> None:
    assert telling.search.near_word(word) is None


def test_a_word_is_known_if_a_moment_has_it(address: str) -> None:
    with open_store(address, create=True) as store:
        add(store, "a.mp4", 3, text=[text("OPEN DAILY", 1)])
        known = {
            word: store.search.is_known(word)
            for word in ("open", "Daily", "open daily", "daily open", "shut", "", "-", '"')
        }
        assert known == {word: bool(store.search.by_words([word], every=True, limit=1).moments) for word in known}
        assert [word for word in known if known[word]] == ["open", "Daily", "open daily"]
