"""How certain a find must be: what is asked for hides more than usual, and never less."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.errors import UsageError
from passerby.redact.look.sightings import MEANT, Sighting
from passerby.redact.look.thresholds import LEAST, USUAL, Thresholds, parse_thresholds
from passerby.redact.look.tracker import Tracker
from passerby.redact.make.one_picture import _counts
from passerby.redact.plan.kinds import FoundKind
from passerby.redact.plan.policy import Policy

SIDE = 64
KINDS = sorted(USUAL)


def hidden(kind: FoundKind, score: float, thresholds: Thresholds) -> bool:
    """Whether what is seen once, small, in the first of three frames is hidden."""
    tracker = Tracker(SIDE, SIDE, SIDE, SIDE, {}, thresholds=thresholds)
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), np.uint8)
    for pts in range(3):
        tracker.push(pts, noise, cut=False)
        box = np.array([20, 20, 50, 30], np.float32)
        tracker.see([Sighting(kind, MEANT, score, box)] if not pts else [])
    return bool(tracker.finish())


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_less_certain_is_hidden_if_that_is_asked_for(kind: FoundKind) -> None:
    between = (LEAST[kind] + USUAL[kind]) / 2
    assert not hidden(kind, between, ())
    assert hidden(kind, between, ((kind, between),))
    assert not hidden(kind, between, ((kind, between + 0.01),))


@given(st.sampled_from(KINDS), st.floats(0, 1), st.floats(0, 1))
def test_nothing_that_is_usually_hidden_is_not(kind: FoundKind, share: float, score: float) -> None:
    asked = LEAST[kind] + share * (USUAL[kind] - LEAST[kind])
    thresholds = parse_thresholds([f"{kind}={asked!r}"])
    assert hidden(kind, score, thresholds) >= hidden(kind, score, ())


def test_a_still_picture_is_looked_at_so_too() -> None:
    seen = Sighting("faces", "face", 0.25, np.zeros(4, np.float32))
    assert not _counts(seen, Policy())
    assert _counts(seen, Policy(thresholds=(("faces", 0.25),)))
    assert _counts(seen, Policy(effort="careful"))


def test_one_number_is_for_all_kinds_as_far_as_they_are_looked_at() -> None:
    asked = dict(parse_thresholds(["0.25", "faces=0.2"]))
    assert set(asked) == set(USUAL)
    assert (asked["faces"], asked["heads"], asked["text"]) == (0.2, 0.25, LEAST["text"])
    assert all(LEAST[kind] <= score <= USUAL[kind] for kind, score in asked.items())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("faces=0.4", "what is usually hidden would be visible"),
        ("0.9", "expected at most 0.3, found"),
        ("faces=0.1", "less certain ones are not looked at"),
        ("nan", "expected a number from 0.18 to 0.3"),
        ("-1", "expected a number"),
        ("faces=", "expected a number"),
        ("face=0.2", "do you mean faces?"),
    ],
)
def test_what_would_hide_less_and_what_is_no_score_is_refused(text: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_thresholds([text])
    assert str(error.value).startswith("--threshold: ")
    assert told in str(error.value)
