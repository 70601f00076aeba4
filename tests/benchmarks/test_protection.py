"""The protection report: what is bare by a plan, and where faces are in a picture that was turned."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks.corruptions import AS_IT_IS, CORRUPTIONS, spoil_clip, spoilt, spoilt_truth
from benchmarks.exposure import bare, exposed, found_faces, frame_times
from benchmarks.truth import TrueFace, TrueFrame, Truth, ellipse
from clips import make_clip
from passerby import HiddenTrack, Plan, Policy
from passerby.redact.plan.plan import Original
from passerby.times import TimeBase
from pictures import texture

SIZE = (160, 90)
BOX = (60.0, 30.0, 90.0, 60.0)


def face(*covers: tuple[float, float, float, float]) -> TrueFace:
    outlines = tuple(np.array([[a, b], [c, b], [c, d], [a, d]], np.float32) for a, b, c, d in covers)
    return TrueFace(1, ellipse(BOX), 30, 1.0, outlines)


def regions(*rows: tuple[int, int, int, int]) -> np.ndarray:
    return np.array(rows, np.int32).reshape(-1, 4)


def plan(first: int, last: int) -> Plan:
    """Hides a face from one pts to another, in ticks of a 25th of a second."""
    times, boxes = np.array([first, last], np.int64), np.array([BOX, BOX], np.float32)
    track = HiddenTrack(7, "faces", "face", True, 0.9, times, boxes)
    return Plan(Original("clip", "", *SIZE, TimeBase(Fraction(1, 25)), 20, 20, ""), Policy(), (track,), ())


def test_what_is_outside_of_all_boxes_is_bare() -> None:
    assert bare(face(), regions(), SIZE) == (1.0, 1.0)
    assert bare(face(), regions((55, 25, 95, 65)), SIZE) == (0.0, 1.0)
    assert bare(face(), regions((55, 25, 75, 65)), SIZE)[0] == pytest.approx(0.5, abs=0.05)
    assert bare(face(), regions((55, 25, 75, 65), (75, 25, 95, 65)), SIZE)[0] == 0.0


def test_what_is_behind_something_or_out_of_the_frame_cannot_be_bare() -> None:
    share, seen = bare(face((55, 25, 75, 65)), regions((75, 0, 160, 90)), SIZE)
    assert share == 0.0
    assert seen == pytest.approx(0.5, abs=0.05)
    assert bare(face(), regions(), (75, 90))[1] == pytest.approx(0.5, abs=0.05)


def test_faces_that_were_found_are_bare_where_another_plan_has_none() -> None:
    times = list(range(100, 120))  # a clip need not begin at 0
    truth = found_faces(plan(100, 119), times)
    assert [len(frame.faces) for frame in truth.frames] == [1] * 20
    score = exposed(plan(100, 109), times, truth)
    assert score.leaked() == (10, 20)
    assert (score.leaky_tracks(), score.longest_run()) == ((1, 1), 10)
    assert exposed(plan(100, 119), times, truth).leaked() == (0, 20)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.name)
def test_a_spoilt_picture_keeps_its_size_and_the_same_seed_gives_the_same(corruption: object) -> None:
    picture = np.full((90, 160, 3), 120, np.uint8)
    one, other = (spoilt(picture, corruption, np.random.default_rng(1)) for _ in range(2))  # type: ignore[arg-type]
    assert one.shape == picture.shape
    assert one.dtype == np.uint8
    assert (one == other).all()


def test_faces_turn_with_the_picture() -> None:
    turning = next(corruption for corruption in CORRUPTIONS if corruption.degrees)
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[30:60, 60:90] = 255
    truth = Truth((TrueFrame(Fraction(0), (face((60, 30, 90, 60)),)),))
    (turned,) = spoilt_truth(truth, turning, *SIZE).frames[0].faces
    bright = np.argwhere(spoilt(picture, turning, np.random.default_rng(0))[..., 0] > 128)[:, ::-1]
    for outline in (turned.outline, turned.covers[0]):
        np.testing.assert_allclose(outline.mean(axis=0), bright.mean(axis=0), atol=1)
    assert spoilt_truth(truth, AS_IT_IS, *SIZE) is truth


def test_a_spoilt_clip_has_the_frames_of_the_original_at_their_times(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=SIZE, frames=40, picture=texture(SIZE))
    made = spoil_clip(clip, tmp_path / "spoilt.mp4", CORRUPTIONS[0], 1)
    whole, part = frame_times(clip), frame_times(made)
    assert 0 < len(part) < len(whole)
    assert [pts - part[0] for pts in part] == [pts - whole[0] for pts in whole[: len(part)]]
