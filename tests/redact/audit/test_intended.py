from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from passerby.records import Floats
from passerby.redact.audit.intended import Purpose, ShownOnPurpose
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.times import TimeBase

EVERYTHING = Policy()
FACE = np.array([10, 10, 20, 20], np.float32)


def shows(shown: ShownOnPurpose, pts: int, face: Floats = FACE) -> bool:
    return shown.why(pts, face) is not None


def plan(*, hidden: bool, policy: Policy = EVERYTHING) -> Plan:
    """One track from 100 to 200 ticks of a hundredth second, that moves by 100 pixels."""
    boxes = np.array([[8, 8, 22, 22], [108, 8, 122, 22]], np.float32)
    track = HiddenTrack(1, "faces", "face", hidden, 1.0, np.array([100, 200]), boxes)
    base = TimeBase(Fraction(1, 100))
    return Plan(Original("a.mp4", "0" * 64, 320, 240, base, 100, 400, ""), policy, (track,), ())


def test_without_a_plan_nothing_is_shown_on_purpose() -> None:
    assert not shows(ShownOnPurpose(None), 100, FACE)


@pytest.mark.parametrize("pts", [100, 150, 200])
def test_a_face_in_a_track_that_is_shown_is(pts: int) -> None:
    there = FACE + np.array([pts - 100, 0] * 2, np.float32)
    assert shows(ShownOnPurpose(plan(hidden=False)), pts, there)
    assert not shows(ShownOnPurpose(plan(hidden=True)), pts, there)


def test_one_that_is_elsewhere_or_at_another_time_is_not() -> None:
    shown = ShownOnPurpose(plan(hidden=False))
    assert not shows(shown, 100, FACE + 8)
    assert not shows(shown, 99, FACE)
    assert not shows(shown, 201, FACE)


def test_outside_of_the_times_that_are_hidden_everything_is() -> None:
    within = plan(hidden=True, policy=replace(Policy(), seconds=(Fraction(1), Fraction(2))))
    assert [shows(ShownOnPurpose(within), pts, FACE) for pts in (99, 100, 199, 200)] == [True, False, False, True]


def test_it_says_which_track_is_visible() -> None:
    assert ShownOnPurpose(plan(hidden=False)).why(100, FACE) == Purpose(1)
    within = plan(hidden=True, policy=replace(Policy(), seconds=(Fraction(1), Fraction(2))))
    assert ShownOnPurpose(within).why(99, FACE) == Purpose(None)


def test_where_no_faces_were_to_be_hidden_each_is_shown_on_purpose() -> None:
    screens = ShownOnPurpose(plan(hidden=True, policy=replace(Policy(), hide=("screens",))))
    assert not screens.hides_faces
    assert shows(screens, 100, FACE + 50)
    for kind in ("faces", "heads", "people"):
        assert ShownOnPurpose(plan(hidden=True, policy=replace(Policy(), hide=(kind,)))).hides_faces
