"""What is told of a copy is what was done to it, not what was asked."""

from fractions import Fraction
from pathlib import Path

import pytest

from clips import make_clip
from fake_models import FakeModels
from passerby.errors import OutputError
from passerby.redact.make.redacted_video import RedactedVideo, redact_video
from passerby.redact.make.request import Request
from passerby.redact.plan.policy import Audio, Policy, Zone
from passerby.redact.tell.copy import Copy
from passerby.redact.tell.summary import not_found, summary, undone

BOX = (0, 0, 9, 9)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds at four frames a second, with a tone."""
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    return make_clip(path, size=(160, 90), audio="tone", time_base=Fraction(1, 1000), pts=range(0, 2000, 250))


def redacted(clip: Path, target: Path, policy: Policy) -> RedactedVideo:
    return redact_video(Request(clip, target, policy), FakeModels(), lambda progress: None)


def test_muted_is_told_by_the_samples_that_were_muted(clip: Path, tmp_path: Path) -> None:
    policy = Policy(hide=(), audio=Audio("mute", ((Fraction(0), Fraction(1, 2)), (Fraction(1), Fraction(5, 4)))))
    made = redacted(clip, tmp_path / "copy.mp4", policy)
    assert made.rendered.edited == (Fraction(1, 2), Fraction(1, 4))
    assert "sound: muted for 0.750 s, in 2 spans; elsewhere voices can be heard" in summary(made)
    assert Copy.of(made).document()["muted_seconds"] == 0.75


def test_hidden_is_told_by_the_frames_in_which_it_is(clip: Path, tmp_path: Path) -> None:
    zone = Zone(BOX, (Fraction(1, 2), Fraction(1)))
    made = redacted(clip, tmp_path / "copy.mp4", Policy(hide=("screens",), zones=(zone,), objects=("car",)))
    assert made.rendered.frames_of == {1: 2}
    assert summary(made)[:3] == [
        "hidden: zone in 1 track (filled with black), in 2 of 8 frames",
        "screens: none found",
        "car: none found",
    ]
    assert undone(made) == []


def test_a_place_between_two_frames_is_an_error_and_no_copy(clip: Path, tmp_path: Path) -> None:
    zone = Zone(BOX, (Fraction(3, 10), Fraction(4, 10)))
    with pytest.raises(OutputError, match=r"clip.mp4: expected a frame in which track 1 \(zone\) is hidden"):
        redacted(clip, tmp_path / "copy.mp4", Policy(hide=(), zones=(zone,)))
    assert not list(tmp_path.iterdir())


def test_a_kind_that_was_not_found_is_told_by_its_pattern(clip: Path, tmp_path: Path) -> None:
    made = redacted(clip, tmp_path / "copy.mp4", Policy(hide=("faces", "text"), text_pattern="[0-9]+"))
    assert not_found(made.plan) == ["faces: none found", "text=[0-9]+: none found"]
