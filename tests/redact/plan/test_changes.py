"""Changes of a plan, by themselves: applied, taken back, and refused."""

from fractions import Fraction

import numpy as np
import pytest

from passerby.errors import UsageError
from passerby.redact.plan.changes import PlanChanges, TrackChange, applied
from passerby.redact.plan.document import PlanDocument, PointDocument
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.times import TimeBase


def document() -> PlanDocument:
    box = np.array([[0, 0, 10, 10]], np.float32)
    tracks = tuple(HiddenTrack(n, "faces", "face", True, 0.9, np.array([n]), box) for n in (1, 2, 3))
    return PlanDocument.of(
        Plan(Original("a.mp4", "ab" * 32, 64, 36, TimeBase(Fraction(1, 10)), 9, 90, ""), Policy(), tracks, ())
    )


def test_what_is_not_named_stays() -> None:
    before = document()
    shown = TrackChange(number=2, hidden=False, reason="she agreed")
    after = PlanChanges(tracks=(shown,), removed=(3,)).applied(before)
    assert [(track.number, track.hidden, track.reason) for track in after.tracks] == [
        (1, True, ""),
        (2, False, "she agreed"),
    ]
    assert after.tracks[1].boxes == before.tracks[1].boxes
    assert len(before.tracks) == 3


def test_what_lies_between_leads_there_and_back() -> None:
    before = document()
    added = TrackChange(
        number=9, kind="drawn", label="", hidden=True, score=1, boxes=[PointDocument(time=1, box=(0, 0, 5, 5))]
    )
    policy = before.policy.model_copy(update={"style": "blur"})
    steps = [PlanChanges(tracks=(added,), policy=policy), PlanChanges(removed=(1,))]
    after = applied(before, steps)
    back = PlanChanges.model_validate_json(PlanChanges.between(after, before).text())
    restored = back.applied(after)
    assert sorted(restored.tracks, key=lambda track: track.number) == before.tracks
    assert restored.policy == before.policy
    assert PlanChanges.between(before, before) == PlanChanges()


def test_a_change_of_thousands_of_tracks_is_small() -> None:
    before = document()
    hiding = PlanChanges(tracks=tuple(TrackChange(number=n, hidden=False) for n in (1, 2, 3)))
    assert len(PlanChanges.between(hiding.applied(before), before).text()) < 150


def test_what_makes_no_plan_is_refused() -> None:
    with pytest.raises(UsageError, match=r"track 7: expected a whole track.*found kind"):
        PlanChanges(tracks=(TrackChange(number=7, hidden=True),)).applied(document())
    for box, words in (((5, 0, 5, 5), "inside out"),):
        change = TrackChange(number=1, boxes=[PointDocument(time=1, box=box)])
        with pytest.raises(UsageError, match=words):
            PlanChanges(tracks=(change,)).applied(document())
