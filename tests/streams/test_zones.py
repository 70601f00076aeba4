"""Zones: what is in one, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.errors import UsageError
from passerby.streams.zones import WatchZone, parse_zones

ANGLE = WatchZone("angle", ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.5, 0.5), (0.5, 1.0), (0.0, 1.0)))
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]]


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_a_zone_with_an_angle_holds_what_is_within_its_sides(x: float, y: float) -> None:
    assert ANGLE.holds((x, y)) == (y < 0.5 or x < 0.5)


def test_a_zone_is_what_its_document_says() -> None:
    (zone,) = parse_zones([{"name": "door", "corners": SQUARE}], "cameras.toml")
    assert parse_zones([zone.document()], "cameras.toml") == (zone,)


@pytest.mark.parametrize(
    ("documents", "said"),
    [
        ("door", "at most 50 zones"),
        (["door"], "a zone with a name"),
        ([{"name": "front door", "corners": SQUARE}], "letters, digits"),
        ([{"name": "door", "corners": SQUARE[:2]}], "3 to 50 corners"),
        ([{"name": "door", "corners": [*SQUARE, [1.5, 0]]}], "in shares of the picture"),
        ([{"name": "door", "corners": [*SQUARE, [True, 0]]}], "in shares of the picture"),
        ([{"name": "door", "corners": [*SQUARE, [float("nan"), 0]]}], "in shares of the picture"),
        ([{"name": "door", "corner": SQUARE}], "corners"),
        ([{"name": "door", "corners": SQUARE}] * 2, "two that are called 'door'"),
    ],
)
def test_what_is_no_zone_is_refused_in_one_line(documents: object, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        parse_zones(documents, "cameras.toml: gate")
    assert str(refused.value).startswith("cameras.toml: gate")
    assert "\n" not in str(refused.value)
