"""When pictures were taken, from when they came."""

import numpy as np

from passerby.streams.arrival_clock import ArrivalClock

START = 1_800_000_000.0


def walls(stream: np.ndarray, arrival: np.ndarray, window: float = 3.0) -> np.ndarray:
    """What is told of pictures, in seconds since the first of them came."""
    clock = ArrivalClock(START, float(arrival[0]), window)
    return np.array([clock.wall(float(s), float(a)) for s, a in zip(stream, arrival, strict=True)]) - START


def test_what_the_network_adds_is_left_out() -> None:
    taken = np.arange(2000) / 25
    late = np.random.default_rng(3).uniform(0.02, 0.22, taken.size)
    found = walls(taken + 7000, taken + late)
    assert np.abs(found - taken + late[0] - 0.02)[250:].max() < 0.02
    assert (np.diff(found) > 0).all()


def test_a_wrong_rate_is_followed() -> None:
    taken = np.arange(2000) / 21
    found = walls(np.arange(2000) / 25, taken)  # 25 are told, 21 come
    assert np.abs(found - taken).max() < 1.2


def test_nothing_was_taken_after_it_came() -> None:
    stream = np.arange(500) / 25
    arrival = np.maximum(stream, 15.0)  # what was waiting comes at once
    found = walls(stream, arrival)
    assert (found + 15 <= arrival + 0.01).all()
    assert np.abs(found[400:] - (stream[400:] - 15)).max() < 0.05


def test_segments_that_come_at_once_are_spread() -> None:
    stream = np.arange(3000) / 25
    arrival = (stream // 6 + 1) * 6 + 0.5
    found = walls(stream, arrival, window=30)
    assert np.allclose(np.diff(found)[200:], 0.04, atol=0.005)
