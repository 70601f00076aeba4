"""A copy that is made again by its plan is the same; what shows more, hides more or sounds otherwise is found."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from box_plans import box_plan, hidden_box
from clips import make_clip
from fake_models import FakeModels
from passerby.errors import UsageError
from passerby.media.write.encoders import CodingWish
from passerby.records import Pixels
from passerby.redact.make.made_again import RemadeCopy, make_again
from passerby.redact.make.render import render
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import Plan
from passerby.redact.plan.policy import Audio, Policy, Style
from pictures import texture

SIZE = (160, 96)
FRAMES = 24
BOX = (40.0, 24.0, 90.0, 80.0)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("again")
    return make_clip(folder / "clip.mp4", size=SIZE, frames=FRAMES, audio="tone", picture=lambda _: detailed())


def detailed() -> Pixels:
    """Blotches, with what has edges before them where a box is hidden."""
    pixels = texture(SIZE)(0).copy()
    spots = np.random.default_rng(4).integers(-60, 60, (14, 13, 1)).repeat(4, axis=0).repeat(4, axis=1)
    pixels[24:80, 40:92] = np.clip(pixels[24:80, 40:92].astype(np.int32) + spots, 0, 255)
    return pixels


@pytest.fixture(scope="module")
def plan(clip: Path) -> Plan:
    return box_plan(clip, BOX, Policy(audio=Audio("mute", ((Fraction(0), Fraction(1, 2)),))))


def compared(clip: Path, folder: Path, plan: Plan, made_by: Plan, coding: CodingWish | None = None) -> RemadeCopy:
    """What comes of a copy that was made by one plan and is said to be of ``plan``."""
    plan_file.save(plan, folder / "plan.json")
    render(clip, folder / "copy.mp4", made_by, lambda done, total: None, coding=coding or CodingWish())
    return make_again(clip, folder / "copy.mp4", folder / "plan.json", FakeModels())


def test_a_copy_is_what_its_plan_makes(clip: Path, plan: Plan, tmp_path: Path) -> None:
    made = compared(clip, tmp_path, plan, plan)
    assert (made.faults, made.is_same, made.frames) == ((), True, FRAMES)
    assert str(made) == "made again by its plan, 24 frames are the same to the last sample"


@pytest.mark.parametrize("coding", [CodingWish(quality="low"), CodingWish(codec="hevc")])
def test_what_encoders_do_to_pictures_is_no_fault(clip: Path, plan: Plan, tmp_path: Path, coding: CodingWish) -> None:
    made = compared(clip, tmp_path, plan, plan, coding)
    assert (made.faults, made.is_same) == ((), False)
    assert "but for what encoders do" in str(made)


def test_what_shows_that_was_to_be_hidden_is_found(clip: Path, plan: Plan, tmp_path: Path) -> None:
    times = plan.tracks[0].times.tolist()
    late = replace(plan, tracks=(hidden_box([(times[0] + times[1]) // 2, times[1]], BOX),))
    first, second = compared(clip, tmp_path, plan, late).faults
    assert first == "12 frames do not show what the plan makes of them, the first at 0:00.000"
    assert second == "track 1 of its plan, which is hidden, shows in 12 frames, first at 0:00.000"


@pytest.mark.parametrize("style", ["blur", "pixelate"])
def test_what_shows_is_found_where_it_was_to_be_blurred(clip: Path, plan: Plan, tmp_path: Path, style: Style) -> None:
    blurred = replace(plan, policy=replace(plan.policy, style=style))
    assert compared(clip, tmp_path, blurred, replace(blurred, tracks=())).faults


def test_what_is_hidden_besides_is_found(clip: Path, plan: Plan, tmp_path: Path) -> None:
    more = (*plan.tracks, hidden_box(plan.tracks[0].times.tolist(), (110.0, 40.0, 126.0, 56.0), 2))
    assert compared(clip, tmp_path, plan, replace(plan, tracks=more)).faults


def test_sound_that_was_to_be_muted_is_found(clip: Path, plan: Plan, tmp_path: Path) -> None:
    loud = replace(plan, policy=replace(plan.policy, audio=Audio("keep")))
    [fault] = compared(clip, tmp_path, plan, loud).faults
    assert fault.startswith("track 1 of its sound is not what the plan makes of it, from 0:00.000 on")
    (tmp_path / "copy.mp4").unlink()
    dumb = replace(plan, policy=replace(plan.policy, audio=Audio("drop")))
    assert compared(clip, tmp_path, plan, dumb).faults == ("sound: its plan makes 1 of them, found 0",)


def test_a_plan_of_something_else_is_refused(clip: Path, plan: Plan, tmp_path: Path) -> None:
    other = replace(plan, original=replace(plan.original, sha256="0" * 64))
    with pytest.raises(UsageError, match="expected the plan of"):
        compared(clip, tmp_path, other, plan)
