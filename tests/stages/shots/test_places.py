"""Which pictures show the same place."""

import numpy as np
import pytest

from passerby.records import Pixels
from passerby.stages.shots.places import SAME_PLACE, structure_likeness
from shot_pictures import scene

ONE = scene(1)


def captioned(picture: Pixels) -> Pixels:
    changed = picture.copy()
    changed[19:26, 4:44] = 230
    return changed


def night(picture: Pixels) -> Pixels:
    """By infrared: gray, of other weights, and dimmed."""
    gray = (picture @ np.array([0.6, 0.3, 0.1])) * 0.7
    return np.repeat(gray[..., None], 3, axis=2).astype(np.uint8)


def barred(picture: Pixels) -> Pixels:
    changed = picture.copy()
    changed[:3] = changed[-3:] = 0
    return changed


@pytest.mark.parametrize("change", [captioned, night, lambda picture: picture // 3])
def test_light_and_captions_leave_a_place_the_same(change: object) -> None:
    assert callable(change)
    assert structure_likeness(ONE, change(ONE)) > SAME_PLACE


@pytest.mark.parametrize("seed", range(2, 8))
def test_another_place_is_another_also_within_bars_and_beside_the_same_caption(seed: int) -> None:
    other = scene(seed)
    assert structure_likeness(ONE, other) < SAME_PLACE
    assert structure_likeness(barred(ONE), barred(other)) < SAME_PLACE
    assert structure_likeness(captioned(ONE), captioned(other)) < SAME_PLACE


def test_pictures_without_structure_are_like_none() -> None:
    blank = np.full((27, 48, 3), 120, np.uint8)
    assert structure_likeness(blank, blank) == 0
    assert structure_likeness(np.zeros_like(blank), ONE) < SAME_PLACE
