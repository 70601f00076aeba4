"""What waits for a person before, and after, a copy is made that nobody has asked for by itself."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from passerby.redact.audit.unattended import SURE, Doubts, doubts_in_words, doubts_of_audit, doubts_of_plan
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Audio, Policy
from passerby.times import TimeBase

TIMES, BOXES = np.array([0, 9]), np.array([[0, 0, 9, 9]] * 2, np.float32)
SEEN = HiddenTrack(1, "faces", "face", True, SURE, TIMES, BOXES)
ORIGINAL = Original("march.mp4", "0" * 64, 64, 48, TimeBase(Fraction(1, 10)), 10, 10, "")
PLAN = Plan(ORIGINAL, Policy(), (SEEN,), ())


def test_a_plan_that_is_sure_needs_no_look() -> None:
    assert doubts_of_plan(PLAN) == {}


@pytest.mark.parametrize(
    ("plan", "doubts"),
    [
        (replace(PLAN, tracks=(SEEN, replace(SEEN, number=2, score=SURE - 0.01))), {"uncertain": 1}),
        (replace(PLAN, tracks=()), {"nothing": 1}),
        (replace(PLAN, tracks=(replace(SEEN, hidden=False),)), {"nothing": 1}),
        (replace(PLAN, original=replace(ORIGINAL, damage="cut off at 0:09")), {"damaged": 1}),
        (replace(PLAN, policy=Policy(hide=("screens",))), {"faces_stay": 1}),
        (
            replace(PLAN, policy=Policy(audio=Audio("mute", pii=True, unclear=((Fraction(1), Fraction(2)),)))),
            {"unclear": 1},
        ),
    ],
)
def test_whatever_is_not_sure_is_told(plan: Plan, doubts: Doubts) -> None:
    assert doubts_of_plan(plan) == doubts
    assert doubts_in_words(doubts)


@pytest.mark.parametrize(
    ("state", "leaked", "problems", "doubts"),
    [
        ("passed", 0, [], {}),
        ("failed", 3, ["a frame is missing"], {"leaks": 3, "problems": 1}),
        ("shows_on_purpose", 0, [], {"on_purpose": 1}),
    ],
)
def test_a_copy_whose_audit_did_not_pass_waits(
    state: str, leaked: int, problems: list[str], doubts: dict[str, int]
) -> None:
    audit = {"state": state, "faces": {"leaked": leaked}, "problems": problems}
    assert doubts_of_audit(audit) == doubts
