"""What exports are made of: the nominal rate, the numbers of frames, what is seen in a shot."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from knowns import LENGTH, SAMPLED, known, people
from libraries import add_rich, video
from passerby.export.known import Known, nominal_rate
from passerby.records import Note
from passerby.store.library import open_store
from passerby.times import Span, TimeBase


@pytest.mark.parametrize(
    ("rate", "nominal"),
    [
        (Fraction(25), 25),
        (Fraction(24000, 1001), Fraction(24000, 1001)),
        (Fraction(24), 24),
        (Fraction(30000, 1001), Fraction(30000, 1001)),
        (Fraction(60), 60),
        (Fraction(12), 24),
        (Fraction(15), 30),
        (Fraction(25, 2), 25),
        (Fraction(293, 10), Fraction(30000, 1001)),  # a telephone's average
        (Fraction(240), 60),
    ],
)
def test_the_nominal_rate_is_one_that_editing_programs_know(rate: Fraction, nominal: Fraction) -> None:
    clip = replace(video(), time_base=TimeBase(1 / rate / 100), frames=1000, duration=100_000)
    assert nominal_rate(clip) == nominal


def test_a_video_without_a_length_has_a_rate_too() -> None:
    assert nominal_rate(video()) == 25


@pytest.mark.parametrize("ticks", [1000, 90_000, 15_360])
@pytest.mark.parametrize("rate", [Fraction(30000, 1001), Fraction(24), Fraction(60)])
def test_frames_of_a_constant_rate_are_numbered_as_they_are_counted(rate: Fraction, ticks: int) -> None:
    """Times in a coarse time base, as Matroska's, are rounded: that must not shift a frame, even after hours."""
    made = known(video=replace(known().video, time_base=TimeBase(Fraction(1, ticks))), rate=rate)
    numbers = [*range(200), *range(1_000_000, 1_000_100)]
    assert [made.frame(round(number / rate * ticks)) for number in numbers] == numbers


def test_what_is_seen_in_a_shot_is_told_surest_first() -> None:
    assert known().words() == [("dog", "car"), ("car", "beach")]
    assert known().titles() == ["Shot 1: dog, car", "Shot 2: car, beach"]
    assert known(tracks=(), tags=()).titles() == ["Shot 1", "Shot 2"]


def test_it_is_what_the_library_holds(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        found = Known.of(store, store.videos.resolve(add_rich(store, "dog")))
        assert len(found.findings()) == 3 * 4
        assert found.sampled.tolist() == sorted({n * 4000 + at for n in range(3) for at in (100, 600, 1100, 2000)})
        assert found.rate == 25


def test_nobody_is_among_the_findings() -> None:
    somebody, nobody = known(people=people()), known(people=None)
    assert somebody.findings() == nobody.findings()
    assert known().sampled.tolist() == SAMPLED
    assert all(finding.span.end <= LENGTH + 1_000_000 for finding in somebody.findings())


def test_what_people_have_rejected_is_left_out_and_what_they_gave_is_there(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        add_rich(store, "dog")
        (made,) = store.videos.all()
        known_of = Known.of(store, made)
        # add_rich rejects the tag of its first moment, and gives another.
        assert [tag.label for tag in known_of.tags] == ["dogtag1", "dogtag2"]
        assert [note.label for note in known_of.given] == ["doggiven"]
        assert ("tag", "doggiven") in [(finding.kind, finding.label) for finding in known_of.findings()]
        store.notes.keep(made.id, [Note(Span(0, made.duration), "dogobject", rejected=True)])
        assert Known.of(store, made).tracks == ()
