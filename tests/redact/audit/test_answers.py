"""Answers to an audit: which leaks they cover, also those of a later audit of the same copy."""

from dataclasses import replace
from pathlib import Path

import pytest

from passerby.errors import UsageError
from passerby.redact.audit.answers import LONGEST_REASON, answer_to, answered, answered_by_number
from passerby.redact.audit.result import Audit, AuditedTrack, Leak, ShownFace

Box = tuple[int, int, int, int]
BOX: Box = (100, 100, 140, 150)


def track(number: int, start: float = 1.0, box: Box = BOX, leaks: int = 5) -> AuditedTrack:
    shown = tuple(Leak(number, start + index / 25, box, 0.9, index == 0) for index in range(leaks))
    return AuditedTrack(number, start, start + 1, 0.9, 25, shown, leaks)


def result(*tracks: AuditedTrack) -> Audit:
    paths = Path("original.mp4"), Path("copy.mp4")
    return Audit(*paths, 100, tracks, (), 4, 10, ("centerface",), False, (), (), (), ())


def test_all_that_shows_has_to_be_answered() -> None:
    both = result(track(1), track(2, start=3))
    one = answered_by_number(both, {1: "a hat"})
    assert (one.state, one.leaked, one.leaky_tracks) == ("failed", 5, 1)
    all_of_them = answered_by_number(both, {1: "a hat", 2: "a poster"})
    assert all_of_them.state == "passed"
    assert all_of_them.verdict == (
        "none of 50 faces in 2 tracks shows; face 1 answered as nobody: a hat; face 2 answered as nobody: a poster"
    )


def test_an_answer_holds_for_another_audit_of_the_copy_by_place_and_time() -> None:
    answer = answer_to(track(1), "a hat", "rita", 5.0)
    again = track(9, start=0.96, box=(102, 101, 143, 150), leaks=8)  # under another number, more closely looked at
    assert answered(result(again), [answer]).state == "passed"
    assert "face 9 answered as nobody by rita: a hat" in answered(result(again), [answer]).verdict


@pytest.mark.parametrize(
    "other",
    [
        track(1, start=3),
        track(1, box=(140, 100, 180, 150)),
        replace(track(1), leaks=(*track(1).leaks, *track(1, 2).leaks)),
    ],
)
def test_it_does_not_hold_for_another_place_or_time(other: AuditedTrack) -> None:
    assert answered(result(other), [answer_to(track(1), "a hat")]).state == "failed"


def test_an_answer_has_a_reason_of_a_few_words() -> None:
    for reason in ("", "  ", "x" * (LONGEST_REASON + 1)):
        with pytest.raises(UsageError, match="reason"):
            answer_to(track(1), reason)


def test_what_was_written_down_is_read_again() -> None:
    whole = replace(
        result(track(1), track(2, start=3, leaks=0)),
        shown_faces=(ShownFace(3, 1.0, 2.0, 25, 7),),
        problems=("1 frame is missing",),
        hides_faces=False,
        tags=("title",),
    )
    document = whole.document()
    assert Audit.read(document).document() == document


def test_documents_of_older_versions_have_a_state_too() -> None:
    old = replace(result(), shown_faces=(ShownFace(3, 1.0, 2.0, 25, 7),)).document()
    for name in ("state", "shown_on_purpose", "hides_faces"):
        del old[name]
    old["pass"] = True
    assert Audit.read(old).state == "shows_on_purpose"
    old["faces"]["shown_on_purpose"] = 0
    assert Audit.read(old).state == "passed"
