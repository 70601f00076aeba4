"""What a user is told of a copy, and must not overlook."""

from fractions import Fraction

import numpy as np
import pytest

from passerby.redact.look.sightings import MEANT, UNREAD
from passerby.redact.look.thresholds import Thresholds
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.redact.tell.summary import MOST_SPANS, less_certain, warnings
from passerby.times import TimeBase

POLICY = Policy(hide=("text",), text_pattern="pii")


def plan(*labels: str, frames: int = 400) -> Plan:
    """Lines of text that are hidden, each from its number in seconds on for half a second."""
    tracks = tuple(
        HiddenTrack(
            number, "text", label, True, 0.9, np.array([100 * number, 100 * number + 49]), np.zeros((2, 4), np.float32)
        )
        for number, label in enumerate(labels, 1)
    )
    base = TimeBase(Fraction(1, 100))
    return Plan(Original("a.mp4", "0" * 64, 320, 240, base, frames, 4000, ""), POLICY, tracks, ())


def test_text_that_could_not_be_read_is_told_with_its_times_and_how_to_show_it() -> None:
    (warning,) = warnings(plan(MEANT, UNREAD, UNREAD))
    assert "text in 2 places could not be read, so it is hidden (0:02.000-0:02.500, 0:03.000-0:03.500)" in warning
    assert "tracks 2, 3 with --show-track" in warning
    assert "PASSERBY_TEXT_READER" in warning


def test_of_very_many_places_some_are_told() -> None:
    (warning,) = warnings(plan(*[UNREAD] * (MOST_SPANS + 3)))
    assert "and 3 more)" in warning


def test_of_a_still_no_time_is_told() -> None:
    (warning,) = warnings(plan(UNREAD, frames=1))
    assert "text in 1 place could not be read, so it is hidden; it may be" in warning


@pytest.mark.parametrize("labels", [(MEANT,), (MEANT, MEANT)])
def test_of_text_that_was_read_nothing_is_told(labels: tuple[str, ...]) -> None:
    assert warnings(plan(*labels)) == []


def test_what_isless_certain_than_usual_and_hidden_is_told_of_what_was_looked_for() -> None:
    lower: Thresholds = (("faces", 0.2), ("plates", 0.2), ("heads", 0.35))
    assert list(less_certain(Policy(thresholds=lower))) == [
        "less certain finds are hidden, too: faces from 0.2 (usually 0.35)"
    ]
    assert list(less_certain(Policy())) == []
