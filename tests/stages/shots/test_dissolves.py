"""Slow dissolves by themselves and in the stage, and what is slow and none."""

from collections.abc import Callable
from fractions import Fraction

import cv2
import numpy as np
import pytest

from passerby.models.fake import FakeShotJudge
from passerby.records import Floats, Pixels
from passerby.stages.base import SmallFrame
from passerby.stages.shots import ShotsSession, ShotsStage
from passerby.times import TimeBase
from shot_pictures import Timeline, dissolve, hold

MILLIS = TimeBase(Fraction(1, 1000))
Change = Callable[[Pixels, float], Floats | Pixels]


def textured(seed: int, width: int = 480) -> Pixels:
    """A place (270, width, 3) with things of several sizes."""
    rng = np.random.default_rng(seed)
    place = np.zeros((270, width, 3), np.float32)
    for size, weight in ((90, 0.5), (30, 0.3), (15, 0.2)):
        cells = rng.integers(0, 255, (270 // size, width // size, 3)).astype(np.float32)
        place += weight * cv2.resize(cells, (width, 270), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip((place - 128) * 1.5 + 128, 0, 255), np.uint8)


def small(picture: Floats | Pixels) -> Pixels:
    whole = np.clip(picture, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(whole, (48, 27), interpolation=cv2.INTER_AREA), np.uint8)


def cuts_in(frames: Timeline, rate: int) -> list[int]:
    """The pts in milliseconds of the cuts, at ``rate`` frames a second."""
    session = ShotsSession(ShotsStage(), FakeShotJudge(), MILLIS)
    pts = [round(number * 1000 / rate) for number in range(len(frames))]
    for time, picture in zip(pts, frames, strict=True):
        session.push(SmallFrame(time, picture))
    session.finish(pts[-1] + 1)
    assert set(session.cuts) <= set(pts)
    return session.cuts


@pytest.mark.parametrize("rate", [12, 25, 30, 60])
@pytest.mark.parametrize("seconds", [2.5, 4.0, 6.0])
def test_a_slow_dissolve_is_one_cut_at_its_middle(rate: int, seconds: float) -> None:
    one, other = small(textured(1)), small(textured(2))
    still = round(2 * rate)
    frames = [*hold(one, still), *dissolve(one, other, round(seconds * rate)), *hold(other, still)]
    (cut,) = cuts_in(frames, rate)
    assert abs(cut - 1000 * (2 + seconds / 2)) <= 170


def test_a_slow_dissolve_between_scenes_that_move_is_one_cut() -> None:
    one, other = textured(3, 600), textured(4, 600)
    frames = []
    for number in range(200):
        left = number // 4
        share = float(np.clip((number - 50) / 100, 0, 1))
        frames.append(small(one[:, left : left + 480] * (1 - share) + other[:, left : left + 480] * share))
    (cut,) = cuts_in(frames, 25)
    assert abs(cut - 4000) <= 300


def panned(place: Pixels, share: float) -> Pixels:
    left = round(share * (place.shape[1] - 480))
    return place[:, left : left + 480]


def zoomed(place: Pixels, share: float) -> Pixels:
    height, width = round(270 * (1 - 0.7 * share)), round(480 * (1 - 0.7 * share))
    top, left = (270 - height) // 2, (480 - width) // 2
    return place[top : top + height, left : left + width]


def lit_from_elsewhere(place: Pixels, share: float) -> Floats:
    across = np.linspace(0, 1, 480, dtype=np.float32)[None, :, None]
    return np.asarray(place[:, :480] * ((0.3 + across) * (1 - share) + (1.3 - across) * share), np.float32)


def darkened(place: Pixels, share: float) -> Floats:
    return np.asarray(place[:, :480] * np.float32(1 - 0.8 * share), np.float32)


def walked_into(place: Pixels, share: float) -> Pixels:
    picture = place[:, :480].copy()
    width = round(300 * share)
    picture[:, :width] = textured(9)[:, 300 - width : 300]
    return picture


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("seconds", [4.0, 6.0])
@pytest.mark.parametrize("change", [panned, zoomed, lit_from_elsewhere, darkened, walked_into])
def test_what_changes_slowly_within_a_shot_is_no_cut(change: Change, seconds: float, seed: int) -> None:
    place, length = textured(seed, 960), round(25 * seconds)
    shares = [0.0] * 40 + [number / length for number in range(length)] + [1.0] * 40
    if change is zoomed:
        place = place[:, :480]
    assert cuts_in([small(change(place, share)) for share in shares], 25) == []
