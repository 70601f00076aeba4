"""Runs: time that goes on, through wraps and odd stamps, and begins anew where it jumps."""

from fractions import Fraction

import pytest
from av.video.frame import VideoFrame

from passerby.streams.run_times import ArrivedPicture, RunPicture, RunTimes
from passerby.times import TimeBase

BASE = TimeBase(Fraction(1, 90_000))
FRAME = 3600
PICTURE = VideoFrame(64, 48, "yuv420p")


def run_of(*pts: int, times: RunTimes | None = None, arrivals: list[float] | None = None) -> list[RunPicture]:
    times = times or RunTimes()
    came = arrivals or [place * 0.04 for place in range(len(pts))]
    return [
        found
        for each, at in zip(pts, came, strict=True)
        for found in times.push(ArrivedPicture(PICTURE, each, BASE, at))
    ]


def told(found: list[RunPicture]) -> list[tuple[int, int]]:
    return [(each.run, each.arrived.pts) for each in found]


@pytest.mark.parametrize("wrap", [1 << 33, 1 << 32])
def test_time_goes_on_where_its_counter_starts_again(wrap: int) -> None:
    pts = [(wrap - 2 * FRAME + place * FRAME) % wrap for place in range(5)]
    assert told(run_of(*pts)) == [(0, wrap + (place - 2) * FRAME) for place in range(5)]


def test_one_odd_stamp_is_passed_over() -> None:
    times = RunTimes()
    hours = 90_000 * 7200
    assert told(run_of(0, FRAME, hours, 3 * FRAME, 4 * FRAME, times=times)) == [
        (0, 0), (0, FRAME), (0, 3 * FRAME), (0, 4 * FRAME),
    ]  # fmt: skip
    assert times.passed_over == 1


@pytest.mark.parametrize("start", [90_000 * 7200, 90_000 * 6, -90_000])
def test_a_jump_that_stays_begins_a_run(start: int) -> None:
    found = run_of(0, FRAME, start, start + FRAME, start + 2 * FRAME)
    assert told(found) == [(0, 0), (0, FRAME), (1, start), (1, start + FRAME), (1, start + 2 * FRAME)]
    assert [each.why for each in found].count("") == 4
    assert "jumped" in found[2].why


def test_a_gap_as_long_as_it_took_is_none() -> None:
    assert told(run_of(0, 90_000 * 20, 90_000 * 40, arrivals=[0, 20.4, 39.8])) == [
        (0, 0), (0, 90_000 * 20), (0, 90_000 * 40),
    ]  # fmt: skip


def test_another_size_begins_a_run() -> None:
    times = RunTimes()
    times.push(ArrivedPicture(PICTURE, 0, BASE, 0))
    [larger] = times.push(ArrivedPicture(VideoFrame(128, 96, "yuv420p"), FRAME, BASE, 0.04))
    assert (larger.run, larger.why) == (1, "pictures are 128x96 now, they were 64x48")


def test_what_comes_after_an_interruption_is_another_run() -> None:
    times = RunTimes()
    times.push(ArrivedPicture(PICTURE, 0, BASE, 0))
    times.interrupt()
    [found] = times.push(ArrivedPicture(PICTURE, FRAME, BASE, 0.04))
    assert (found.run, found.why) == (1, "")
