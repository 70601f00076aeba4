"""Sampling: a steady rate in exact ticks, and at once where a new picture begins."""

from fractions import Fraction

import numpy as np
import pytest

from passerby.pipeline.feed import Sampler
from passerby.records import Pixels
from passerby.times import TimeBase

DARK = np.zeros((27, 48, 3), np.uint8)
LIGHT = np.full((27, 48, 3), 200, np.uint8)


def sampled(tick: Fraction, pts: list[int], pictures: dict[int, Pixels], rate: float = 2.0) -> list[int]:
    sampler = Sampler(TimeBase(tick), rate)
    return [p for p in pts if sampler.wants(p, pictures.get(p, DARK))]


@pytest.mark.parametrize("tick", [Fraction(1, 24), Fraction(1001, 30000), Fraction(1, 90000)])
def test_a_steady_rate_never_leaves_a_longer_gap_than_a_frame_more(tick: Fraction) -> None:
    step = max(1, round(Fraction(1, 24) / tick))
    pts = [step * k for k in range(240)]
    gaps = np.diff(sampled(tick, pts, {})) * float(tick)
    assert sampled(tick, pts, {})[0] == 0
    assert gaps.min() >= 0.5
    assert gaps.max() <= 0.5 + float(step * tick)


def test_the_first_frame_is_sampled_wherever_it_lies() -> None:
    assert sampled(Fraction(1, 10), [7, 8, 9], {}) == [7]


def test_a_new_picture_is_sampled_at_once() -> None:
    light = dict.fromkeys(range(20, 100), LIGHT)
    assert sampled(Fraction(1, 24), list(range(30)), light) == [0, 12, 20]


def test_flicker_does_not_flood() -> None:
    flicker = dict.fromkeys(range(0, 240, 2), LIGHT)
    times = sampled(Fraction(1, 24), list(range(240)), flicker)
    assert np.diff(times).min() >= 24 / 5


def test_a_still_picture_is_sampled_at_the_steady_rate_only() -> None:
    assert len(sampled(Fraction(1, 24), list(range(241)), {})) == 21


def captioned(*changes: int, moving: bool = False, frames: int = 72) -> dict[int, Pixels]:
    """Pictures with another caption from each of these on; where all moves, as footage does."""
    noise = np.random.default_rng(5).integers(0, 200, (27, 200, 3), np.uint8)
    pictures = {}
    for number in range(frames):
        picture = noise[:, number : number + 48].copy() if moving else DARK.copy()
        seed = sum(number >= change for change in changes)
        picture[22:25, 10:38] = np.random.default_rng(seed).integers(0, 120, (3, 28, 3), np.uint8)
        pictures[number] = picture
    return pictures


def test_a_caption_is_sampled_where_it_comes_and_where_it_goes() -> None:
    sampler = Sampler(TimeBase(Fraction(1, 24)), 1.0)
    seen = {pts: sampler.is_new for pts, picture in captioned(30, 44, 58).items() if sampler.wants(pts, picture)}
    assert [pts for pts, is_new in seen.items() if is_new] == [31, 45, 59]


@pytest.mark.parametrize("change", range(20, 28))
def test_a_caption_is_seen_also_where_a_sample_was_due(change: int) -> None:
    news = [pts for pts, _ in _new(captioned(change))]
    assert news
    assert change <= news[0] <= change + 6


def test_footage_that_moves_is_not_sampled_more_often() -> None:
    """Of a slow pan, which shows a little that is new in each frame."""
    moving = {pts: picture // 16 for pts, picture in captioned(moving=True).items()}
    assert len(sampled(Fraction(1, 24), list(moving), moving, rate=1.0)) <= 72 / 24 + 3


def _new(pictures: dict[int, Pixels]) -> list[tuple[int, bool]]:
    sampler = Sampler(TimeBase(Fraction(1, 24)), 1.0)
    return [(pts, True) for pts, picture in pictures.items() if sampler.wants(pts, picture) and sampler.is_new]
