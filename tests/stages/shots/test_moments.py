"""Moments: the rule, and that they may be had while the cuts are still being found."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.records import Moment
from passerby.stages.shots import MomentCutter
from passerby.times import Span, TimeBase

MILLIS = TimeBase(Fraction(1, 1000))


def moments_at_once(start: int, cuts: list[int], end: int) -> list[Moment]:
    cutter = MomentCutter(MILLIS, start)
    return cutter.settle(cuts, end) + cutter.finish(end)


def test_short_shots_are_moments() -> None:
    assert moments_at_once(0, [4000, 14_000], 15_000) == [
        Moment(Span(0, 4000), 0),
        Moment(Span(4000, 14_000), 1),
        Moment(Span(14_000, 15_000), 2),
    ]


def test_a_long_shot_is_cut_into_slices_of_eight_seconds_and_a_rest() -> None:
    assert moments_at_once(500, [], 500 + 18_001) == [
        Moment(Span(500, 8500), 0),
        Moment(Span(8500, 16_500), 0),
        Moment(Span(16_500, 18_501), 0),
    ]


def test_a_slice_that_cannot_change_any_more_is_given_at_once() -> None:
    cutter = MomentCutter(MILLIS, 0)
    assert cutter.settle([], 10_000) == []  # a cut at exactly ten seconds may still come
    assert cutter.settle([], 10_001) == [Moment(Span(0, 8000), 0)]
    assert cutter.settle([9000], 10_500) == [Moment(Span(8000, 9000), 0)]


def test_an_end_before_the_last_cut_is_an_error() -> None:
    cutter = MomentCutter(MILLIS, 0)
    cutter.settle([4000], 5000)
    with pytest.raises(ValueError, match="expected an end"):
        cutter.finish(4000)


def test_ticks_longer_than_a_slice_still_make_moments() -> None:
    cutter = MomentCutter(TimeBase(Fraction(60)), 0)
    assert [moment.span for moment in cutter.finish(2)] == [Span(0, 1), Span(1, 2)]


@given(
    st.integers(-500, 5000),
    st.lists(st.integers(1, 40_000), min_size=1, max_size=8),
    st.lists(st.integers(0, 320_000), max_size=10),
)
@settings(deadline=None)
def test_moments_cover_the_shots_and_do_not_depend_on_when_cuts_settle(
    start: int, shots: list[int], stops: list[int]
) -> None:
    borders = [start + sum(shots[:n]) for n in range(len(shots) + 1)]
    cuts, end = borders[1:-1], borders[-1]
    moments = moments_at_once(start, cuts, end)

    assert moments[0].span.start == start
    assert moments[-1].span.end == end
    assert all(a.span.end == b.span.start for a, b in itertools.pairwise(moments))
    for moment in moments:
        assert 0 < moment.span.length <= 10_000
        assert borders[moment.shot] <= moment.span.start < moment.span.end <= borders[moment.shot + 1]
        ends_its_shot = moment.span.end == borders[moment.shot + 1]
        assert ends_its_shot or moment.span.length == 8000
        if ends_its_shot and moment.span.start != borders[moment.shot]:
            assert moment.span.length > 2000

    cutter = MomentCutter(MILLIS, start)
    streamed: list[Moment] = []
    for settled in sorted(start + stop for stop in stops if start + stop <= end):
        streamed += cutter.settle([cut for cut in cuts if cut < settled], settled)
    cutter.settle(cuts, end)
    assert moments[: len(streamed)] == streamed
