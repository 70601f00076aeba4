"""Times in seconds are the nearest floats to exact values."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from passerby.times import TimeBase


@given(
    st.integers(min_value=-(2**63), max_value=2**63 - 1),
    st.fractions(min_value=Fraction(1, 10**9), max_value=Fraction(1001), max_denominator=10**9),
)
def test_seconds_are_the_nearest_float(pts: int, tick: Fraction) -> None:
    assert TimeBase(tick).seconds(pts) == float(pts * tick)
