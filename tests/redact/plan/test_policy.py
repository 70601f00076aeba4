from fractions import Fraction

import pytest

from passerby.errors import UsageError
from passerby.redact.plan.policy import (
    FOREVER,
    Audio,
    Zone,
    parse_audio,
    parse_audios,
    parse_box,
    parse_seconds,
    parse_until,
    parse_zone,
)


def test_spans_are_read_exactly() -> None:
    assert parse_seconds("0:10-1:00:00.1") == (Fraction(10), Fraction(36001, 10))


@pytest.mark.parametrize("text", ["", "5", "5-", "-5", "a-b", "5-5", "6-5", "1-2-3"])
def test_nonsense_spans_are_named(text: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        parse_seconds(text)


def test_sound_is_dropped_kept_or_changed_in_sorted_spans() -> None:
    assert parse_audio("drop") == Audio("drop")
    assert parse_audio("keep") == Audio("keep")
    found = parse_audio("bleep=0:20-0:21,1-2")
    assert found == Audio("bleep", ((Fraction(1), Fraction(2)), (Fraction(20), Fraction(21))))


def test_what_is_muted_twice_is_told_once() -> None:
    whole = ((Fraction(0), Fraction(3, 2)),)
    assert parse_audio("mute=0-1,0.5-1.5").spans == whole
    assert parse_audios(["mute=0-1", "mute=0.5-1.5"]).spans == whole


@pytest.mark.parametrize("text", ["0,0," + "9" * 5000 + ",10", "\u0660,0,10,10"])
def test_numbers_that_nobody_means_make_no_box(text: str) -> None:
    with pytest.raises(UsageError, match="expected a box"):
        parse_box(text)


def test_what_is_said_of_people_may_be_among_the_spans() -> None:
    assert parse_audio("mute=pii") == Audio("mute", (), True)
    assert parse_audio("bleep=0:05-0:06, pii") == Audio("bleep", ((Fraction(5), Fraction(6)),), True)


@pytest.mark.parametrize(
    "text", ["", "loud", "keep=pii", "mute=names", "mute", "mute=", "keep=1-2", "mute=5", "bleep=2-1"]
)
def test_nonsense_for_the_sound_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        parse_audio(text)


def test_zones_have_a_place_and_may_have_a_time() -> None:
    assert parse_zone("0,0,300,200") == Zone((0, 0, 300, 200))
    assert parse_zone("1, 2, 3, 4@1-2") == Zone((1, 2, 3, 4), (Fraction(1), Fraction(2)))


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "-1,0,3,4", "3,0,3,4", "0,5,3,4", "a,b,c,d", "0.5,0,3,4"])
def test_nonsense_boxes_are_named(text: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        parse_box(text)


def test_spans_of_sound_that_are_given_apart_add_up() -> None:
    found = parse_audios(["mute=5-6", "mute=1-2,5-6", "mute=pii"])
    assert found == Audio("mute", ((Fraction(1), Fraction(2)), (Fraction(5), Fraction(6))), True)
    assert parse_audios(["drop", "drop"]) == Audio("drop")


@pytest.mark.parametrize("texts", [["drop", "mute=1-2"], ["mute=1-2", "bleep=5-6"], ["keep", "drop"], ["keep", ""]])
def test_ways_to_treat_the_sound_that_differ_are_refused(texts: list[str]) -> None:
    with pytest.raises(UsageError, match="--audio: expected"):
        parse_audios(texts)


def test_a_time_without_the_other_reaches_to_the_end_of_the_video() -> None:
    assert parse_until("0:05", None) == (Fraction(5), FOREVER)
    assert parse_until(None, "5") == (Fraction(0), Fraction(5))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("10s", None, "--from: expected a time .* found '10s'"),
        ("-5", None, "--from: expected a time .* found '-5'"),
        ("", None, "--from: expected a time"),
        (None, "", "--to: expected a time"),
        ("0:75", None, "--from: expected minutes and seconds below 60"),
        ("5", "5", "ends after it starts"),
    ],
)
def test_a_wrong_time_is_told_with_its_option(start: str | None, end: str | None, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        parse_until(start, end)
