"""What is searched for of what a user types."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libraries import video
from passerby.errors import UsageError
from passerby.models.vocabulary import protected_terms_in
from passerby.search.query import dates_between, parse, parse_like, stretch
from passerby.times import Span


def test_words_and_phrases() -> None:
    assert parse('bicycle "traffic light" night').words == ("bicycle", "traffic light", "night")
    assert parse("bicycle").refused == ()


@pytest.mark.parametrize("text", ["", "  ", '""', "& - !", '"'])
def test_nothing_to_search_for(text: str) -> None:
    assert parse(text).words == ()


def test_quote_that_is_not_closed_is_no_phrase() -> None:
    assert parse('traffic "light night').words == ("traffic", "light", "night")


def test_small_words_are_left_out_unless_they_are_all() -> None:
    assert parse("a dog on the beach").words == ("dog", "beach")
    assert parse("on the").words == ("on", "the")
    assert parse('"dog on the beach"').words == ("dog on the beach",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("woman", ()),
        ("Women with a bicycle", ("bicycle",)),
        ("old man at the traffic light", ("traffic", "light")),
        ("muslim", ()),
        ("frau fahrrad", ("fahrrad",)),
        ("mujer bicicleta", ("bicicleta",)),
        ("person smiling bicycle", ("person", "bicycle")),
        ('"black woman" car', ("car",)),
        ("the woman", ()),
    ],
)
def test_protected_words_are_refused_and_the_rest_is_searched(text: str, words: tuple[str, ...]) -> None:
    query = parse(text)
    assert query.words == words
    assert query.refused
    assert query.text == text


def test_a_label_that_describes_people_is_refused_with_the_words() -> None:
    query = parse("old woman on a bicycle", "asian man")
    assert (query.words, query.label, query.is_label_refused) == (("bicycle",), None, True)
    assert {"old", "woman"} < {*query.refused}
    assert parse("bicycle", "bench").label == "bench"
    assert not parse("bicycle", "bench").is_label_refused


@pytest.mark.parametrize("text", ['"bicycle"', "sexual by orientation", "Sarah bicycle", "my boss"])
def test_models_hear_no_quotes_nothing_of_what_people_are_like_and_no_names(text: str) -> None:
    assert parse(text).for_models == ""
    assert parse("red bicycle").for_models == "red bicycle"


@pytest.mark.parametrize("text", ["person", "people on bicycles", "black dog", "old car", "manhole", "black"])
def test_harmless_words_are_searched(text: str) -> None:
    assert parse(text).refused == ()
    assert parse(text).words


# No small words: without the "of", "person of black" reads as a description, but its words are searched one by one.
WORDS = st.sampled_from(
    ["woman", "Männer", "old", "black", "man", "bicycle", "muslim", "女性", "café", "is", "who", "person"]
)


@settings(deadline=None)
@given(st.lists(st.one_of(WORDS, st.text('"&-é女 ', max_size=4)), max_size=7).map(" ".join))
def test_no_protected_word_is_ever_searched(text: str) -> None:
    query = parse(text)
    assert protected_terms_in(" ".join(query.words)) == []
    assert bool(query.refused) == bool(protected_terms_in(text))


def test_like_is_a_video_and_a_time() -> None:
    assert parse_like("street.mp4@1:02.5") == ("street.mp4", Fraction(125, 2))
    assert parse_like("me@home.mp4@3") == ("me@home.mp4", Fraction(3))


@pytest.mark.parametrize("text", ["street.mp4", "@3", "street.mp4@", "street.mp4@noon", ""])
def test_like_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_like(text)


def test_a_stretch_lies_in_its_video() -> None:
    clip = replace(video(), duration=9_999)
    assert stretch("0:02-0:03.5", clip) == Span(2_000, 3_500)
    assert stretch("0:02-0:10", clip) == Span(2_000, 9_999)  # rounded


@pytest.mark.parametrize("text", ["0:07-1:39", "0:07-0:10.1", "0:10-0:11", "0:05-0:05", "0:05-0:04", "0:05", "-0:05"])
def test_a_stretch_that_is_not_all_in_its_video_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected a stretch"):
        stretch(text, replace(video(), duration=9_999))


@pytest.mark.parametrize(
    ("text", "seconds", "words"),
    [
        ("boats after 10:00", (600.0, float("inf")), ("boats",)),
        ("before 1:02:03.5 boats", (0.0, 3723.5), ("boats",)),
        ("boats after 0:10 before 0:20", (10.0, 20.0), ("boats",)),
        ("after 10:00", (600.0, float("inf")), ()),
        ("after 10 boats", None, ("after", "10", "boats")),
        ("the day after", None, ("day", "after")),
        ("after 10:00am", None, ("after", "10:00am")),
    ],
)
def test_times_are_no_words(text: str, seconds: tuple[float, float] | None, words: tuple[str, ...]) -> None:
    assert (parse(text).seconds, parse(text).words) == (seconds, words)


def test_what_is_in_quotes_is_known_as_such() -> None:
    assert parse('"traffic light" at night').exact == ("traffic light",)


def test_dates_are_utc_unless_they_say_otherwise() -> None:
    assert dates_between("1970-01-02", None) == (86_400, None)
    assert dates_between("1970-01-01T02:00+02:00", "1970-01-01T00:00:01Z") == (0, 1)
    assert dates_between(None, None) == (None, None)


@pytest.mark.parametrize("text", ["10:00", "yesterday", "2024-13-01", ""])
def test_what_is_no_date_is_refused_and_times_are_pointed_to(text: str) -> None:
    with pytest.raises(UsageError, match=r'expected a date such as .* goes among the words: "after 10:00"'):
        dates_between(text, None)


def test_dates_with_nothing_between_them_are_refused() -> None:
    with pytest.raises(UsageError, match="something between them"):
        dates_between("2024-05-01", "2024-05-01")


def test_words_that_ask_together_are_refused_with_small_words_between_them() -> None:
    query = parse('kite sexual by orientation "on the beach"')
    assert query.words == ("kite", "on the beach")
    assert query.refused == ("sexual orientation",)
