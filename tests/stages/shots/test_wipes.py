"""Wipes by themselves: their forms, and what sweeps over a picture and is none."""

import numpy as np
import pytest

from passerby.records import Pixels
from passerby.stages.shots.wipes import LAG, Wipe, WipeDetector
from shot_pictures import Timeline, dissolve, hold, pan, scene

X, Y = np.meshgrid(np.linspace(0, 1, 48), np.linspace(0, 1, 27))
FORMS = {
    "side": X,
    "top": Y,
    "corner": (X + Y) / 2,
    "iris": np.hypot(X - 0.5, Y - 0.5) / np.hypot(0.5, 0.5),
    "clock": (np.arctan2(Y - 0.5, X - 0.5) / np.pi + 1) / 2,
}


def swept(old: Pixels, new: Pixels, form: str, length: int) -> list[Pixels]:
    shares = (np.arange(length) + 1) / (length + 1)
    return [np.where((FORMS[form] < share)[..., None], new, old) for share in shares]


def wipes_in(frames: Timeline) -> list[Wipe]:
    detector, found = WipeDetector(), []
    for number, picture in enumerate(frames):
        if wipe := detector.push(np.ascontiguousarray(picture)):
            assert number - wipe.middle <= LAG
            found.append(wipe)
    return found


@pytest.mark.parametrize("length", [8, 16, 30])
@pytest.mark.parametrize("form", FORMS)
def test_a_wipe_is_found_once_with_its_middle(form: str, length: int) -> None:
    frames = [*hold(scene(1), 40), *swept(scene(1), scene(2), form, length), *hold(scene(2), 40)]
    (wipe,) = wipes_in(frames)
    assert 40 <= wipe.middle < 40 + length


def test_what_passes_and_leaves_the_same_picture_is_none() -> None:
    swept_off = [*swept(scene(1), scene(2), "side", 12), *swept(scene(2), scene(1), "side", 12)]
    assert wipes_in([*hold(scene(1), 40), *swept_off, *hold(scene(1), 40)]) == []


def test_cuts_dissolves_and_pans_are_none() -> None:
    assert wipes_in([*hold(scene(1), 40), *hold(scene(2), 60)]) == []
    assert wipes_in([*hold(scene(1), 40), *dissolve(scene(1), scene(2), 20), *hold(scene(2), 40)]) == []
    assert wipes_in(pan(seed=4, length=120, step=2)) == []


def test_a_half_of_the_picture_that_is_swept_over_is_none() -> None:
    half = scene(1).copy()
    half[:, :24] = scene(2)[:, :24]
    assert wipes_in([*hold(scene(1), 40), *swept(scene(1), half, "side", 16), *hold(half, 40)]) == []
