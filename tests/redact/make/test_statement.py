"""What a signed copy says was done: what was hidden, how and when, and what became of sound and metadata."""

from dataclasses import replace
from fractions import Fraction

from box_plans import hidden_box
from copies import ORIGINAL
from passerby.evidence.credentials import EDITED, METADATA_EDITED, StatedEdit
from passerby.redact.make.statement import MOST_SPANS, statement_of
from passerby.redact.plan.plan import HiddenTrack, Plan
from passerby.redact.plan.policy import Audio, Policy

BOX = (10, 10, 20, 20)
REST = (StatedEdit(EDITED, "sound left out"), StatedEdit(METADATA_EDITED, "metadata of the original left out"))


def plan_of(*tracks: HiddenTrack, **policy: object) -> Plan:
    return Plan(ORIGINAL, Policy(**policy), tracks, ())  # type: ignore[arg-type]


def test_each_kind_is_told_with_when_it_is_hidden() -> None:
    faces = [hidden_box(times, BOX, number) for number, times in enumerate(([0, 4], [3, 9], [20, 24]), 1)]
    plate = replace(hidden_box([1, 9], BOX, 4), kind="plates")
    shown = replace(hidden_box([30, 40], BOX, 5), hidden=False)
    told = statement_of(plan_of(*faces, plate, shown, style="blur"), is_film=True)
    assert told.original_sha256 == ORIGINAL.sha256
    assert told.edits == (
        StatedEdit(EDITED, "faces hidden (blur)", ((0.0, 0.4), (0.8, 1.0))),
        StatedEdit(EDITED, "plates hidden (blur)", ((0.04, 0.4),)),
        *REST,
    )


def test_what_is_hidden_in_a_part_of_the_time_only_is_told_so() -> None:
    part = plan_of(hidden_box([0, 40], BOX), seconds=(Fraction(1, 2), Fraction(1)))
    assert statement_of(part, is_film=True).edits[0].spans == ((0.5, 1.0),)


def test_very_many_stretches_are_told_as_one() -> None:
    tracks = [hidden_box([4 * at, 4 * at + 1], BOX, at + 1) for at in range(MOST_SPANS + 1)]
    plan = plan_of(*tracks)
    plan = replace(plan, original=replace(ORIGINAL, duration=1000))
    assert statement_of(plan, is_film=True).edits[0] == StatedEdit(
        EDITED, "faces hidden (solid), in 101 stretches", ((0.0, 16.08),)
    )


def test_sound_and_nothing_are_told() -> None:
    muted = plan_of(audio=Audio("mute", ((Fraction(0), Fraction(1)), (Fraction(1), Fraction(3, 2)))))
    assert statement_of(muted, is_film=True).edits[:2] == (
        StatedEdit(EDITED, "nothing hidden (solid)"),
        StatedEdit(EDITED, "sound muted", ((0.0, 1.5),)),
    )
    kept = statement_of(plan_of(audio=Audio("keep")), is_film=True)
    assert [edit.description for edit in kept.edits] == ["nothing hidden (solid)", "metadata of the original left out"]
    assert len(statement_of(plan_of(), is_film=False).edits) == 2
