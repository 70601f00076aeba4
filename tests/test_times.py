"""Times in seconds are the nearest floats to exact values."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.times import TimeBase, parse_timecode


@given(
    st.integers(min_value=-(2**63), max_value=2**63 - 1),
    st.fractions(min_value=Fraction(1, 10**9), max_value=Fraction(1001), max_denominator=10**9),
)
def test_seconds_are_the_nearest_float(pts: int, tick: Fraction) -> None:
    assert TimeBase(tick).seconds(pts) == float(pts * tick)


@pytest.mark.parametrize(
    ("text", "seconds"), [("75", 75), ("90:00", 5400), ("1:59.5", 119.5), ("0:01:15.5", 75.5), ("99:59:59", 359_999)]
)
def test_a_time_is_read_exactly(text: str, seconds: float) -> None:
    assert parse_timecode(text) == Fraction(seconds)


@pytest.mark.parametrize(
    "text",
    ["0:60", "0:99", "1:75.5", "0:60:00", "0:61:01", "0:00:60", "1.5:30", "1::2", "10s", "-5", "", ":", "1:2:3:4"],
)
def test_what_no_clock_shows_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_timecode(text)
