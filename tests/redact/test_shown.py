from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from passerby.redact.plan import HiddenTrack, Original, Plan
from passerby.redact.policy import Policy
from passerby.redact.shown import ShownOnPurpose
from passerby.times import TimeBase

EVERYTHING = Policy()
FACE = np.array([10, 10, 20, 20], np.float32)


def plan(*, hidden: bool, policy: Policy = EVERYTHING) -> Plan:
    """One track from 100 to 200 ticks of a hundredth second, that moves by 100 pixels."""
    boxes = np.array([[8, 8, 22, 22], [108, 8, 122, 22]], np.float32)
    track = HiddenTrack(1, "faces", "face", hidden, 1.0, np.array([100, 200]), boxes)
    base = TimeBase(Fraction(1, 100))
    return Plan(Original("a.mp4", "0" * 64, 320, 240, base, 100, 400, ""), policy, (track,), ())


def test_without_a_plan_nothing_is_shown_on_purpose() -> None:
    assert not ShownOnPurpose(None).has(100, FACE)


@pytest.mark.parametrize("pts", [100, 150, 200])
def test_a_face_in_a_track_that_is_shown_is(pts: int) -> None:
    there = FACE + np.array([pts - 100, 0] * 2, np.float32)
    assert ShownOnPurpose(plan(hidden=False)).has(pts, there)
    assert not ShownOnPurpose(plan(hidden=True)).has(pts, there)


def test_one_that_is_elsewhere_or_at_another_time_is_not() -> None:
    shown = ShownOnPurpose(plan(hidden=False))
    assert not shown.has(100, FACE + 8)
    assert not shown.has(99, FACE)
    assert not shown.has(201, FACE)


def test_outside_of_the_times_that_are_hidden_everything_is() -> None:
    within = plan(hidden=True, policy=replace(Policy(), seconds=(Fraction(1), Fraction(2))))
    assert [ShownOnPurpose(within).has(pts, FACE) for pts in (99, 100, 199, 200)] == [True, False, False, True]
