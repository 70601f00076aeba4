"""Rules: hours by the clock on the wall, also where it is changed, and what is no rule."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from passerby.errors import UsageError, VocabularyError
from passerby.streams.rules import DayHours, WatchRule, parse_rules
from passerby.streams.zones import WatchZone

BERLIN = ZoneInfo("Europe/Berlin")
DOOR = WatchZone("door", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)))


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def test_hours_are_those_of_the_place() -> None:
    night = DayHours(22 * 60, 6 * 60)
    assert night.hold(utc("2026-07-01T20:00"), BERLIN)
    assert not night.hold(utc("2026-07-01T19:59"), BERLIN)
    assert not night.hold(utc("2026-07-01T04:00"), BERLIN)


def test_the_hour_that_comes_twice_counts_twice_and_the_one_left_out_never() -> None:
    early = DayHours(2 * 60, 3 * 60)
    autumn = [early.hold(utc(f"2026-10-25T0{hour}:30"), BERLIN) for hour in range(4)]
    assert autumn == [True, True, False, False]
    spring = [early.hold(utc(f"2026-03-29T0{hour}:30"), BERLIN) for hour in range(4)]
    assert spring == [False, False, False, False]


def test_a_rule_is_what_its_document_says() -> None:
    document = {
        "name": "night", "labels": ["person", "car"], "zone": "door", "hours": "22:00-24:00", "least_seconds": 2,
        "least_score": 0.5,
    }  # fmt: skip
    expected = WatchRule("night", frozenset({"person", "car"}), DOOR, (DayHours(1320, 1440),), 2.0, 0.5)
    assert parse_rules([document], [DOOR], "cameras.toml") == (expected,)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"name": "night", "label": "car"}, "labels"),
        ({"name": "night", "zone": "dor"}, "door"),
        ({"name": "night", "hours": "22-06"}, "22:00-06:00"),
        ({"name": "night", "hours": "24:30-06:00"}, "hours of a day"),
        ({"name": "night", "hours": "06:00-06:00"}, "hours of a day"),
        ({"name": "night", "least_seconds": -1}, "from 0 to 3600"),
        ({"name": "night", "least_score": float("nan")}, "from 0 to 1"),
        ({"name": "night", "labels": [3]}, "expected words"),
        ({"labels": ["car"]}, "a name of letters"),
        ("night", "a rule with a name"),
    ],
)
def test_what_is_no_rule_is_refused_in_one_line(document: object, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        parse_rules([document], [DOOR], "cameras.toml: gate")
    assert str(refused.value).startswith("cameras.toml: gate")
    assert "\n" not in str(refused.value)


def test_a_rule_asks_for_nothing_of_who_somebody_is() -> None:
    with pytest.raises(VocabularyError):
        parse_rules([{"name": "door", "labels": ["old man"]}], [], "cameras.toml")
