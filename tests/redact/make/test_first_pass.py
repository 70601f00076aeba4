from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clips import make_clip, truncated
from fake_models import FACE, FakeModels
from passerby.errors import DamagedError, UsageError
from passerby.media.read.frames import Frame
from passerby.redact.make.first_pass import FirstPass, make_plan
from passerby.redact.plan.plan import Plan, RegionsInTime
from passerby.redact.plan.policy import Drawn, Policy, Zone
from pictures import Picture, Pixels, Size, moving_rectangle, texture

_SIZE = (320, 180)
_BOX = (20, 70, 60, 118)
_STEP = (3, 0)
_FRAMES = 40


def _background(size: Size = _SIZE, seed: int = 0) -> Picture:
    """A still picture without the blue of faces."""
    soft = texture(size, seed)(0) // 2
    pixels = np.stack([soft[..., 0] + 80, soft[..., 1] + 60, soft[..., 0] // 2], axis=2).astype(np.uint8)
    return lambda _: pixels


def _face(index: int) -> tuple[int, int, int, int]:
    x1, y1, x2, y2 = _BOX
    return x1 + _STEP[0] * index, y1, x2 + _STEP[0] * index, y2


def _walker(seed: int = 0) -> Picture:
    """A face (plain blue, with eyes) that moves to the right."""
    moving = moving_rectangle(_SIZE, FACE, _BOX, _STEP, _background(seed=seed))

    def picture(index: int) -> Pixels:
        pixels = moving(index)
        x1, y1, _, _ = _face(index)
        for eye in (8, 26):
            pixels[y1 + 14 : y1 + 20, x1 + eye : x1 + eye + 6] = 230
        return pixels

    return picture


def _plan(path: Path, policy: Policy | None = None, *, allow_truncated: bool = False) -> Plan:
    return make_plan(
        path,
        "ab" * 32,
        policy or Policy(),
        FakeModels(),
        lambda *_: None,
        allow_truncated=allow_truncated,
        speech_model="speech-base",
        text_reader="ppocr-rec",
    )


def _clip(path: Path, picture: Picture, frames: int = _FRAMES) -> Path:
    return make_clip(path, size=_SIZE, frames=frames, rate=24, picture=picture, numbered=False)


def _uncovered(plan: Plan, shown: range) -> list[int]:
    """The frames of ``shown`` in which a pixel of the face is not hidden."""
    regions, bare = RegionsInTime(plan), []
    tick = plan.original.duration // plan.original.frames
    for index in shown:
        mask = np.zeros(_SIZE[::-1], np.bool_)
        for x1, y1, x2, y2 in regions.at(index * tick).tolist():
            mask[y1:y2, x1:x2] = True
        x1, y1, x2, y2 = _face(index)
        if not mask[y1:y2, x1:x2].all():
            bare.append(index)
    return bare


def test_every_frame_of_a_face_that_moves_is_hidden(tmp_path: Path) -> None:
    plan = _plan(_clip(tmp_path / "clip.mp4", _walker()))
    assert {track.kind for track in plan.tracks} == {"faces"}
    assert _uncovered(plan, range(_FRAMES)) == []


@pytest.mark.parametrize("effort", ["fast", "careful"])
def test_every_frame_is_hidden_whatever_the_effort(tmp_path: Path, effort: str) -> None:
    policy = Policy(effort="fast" if effort == "fast" else "careful")
    assert _uncovered(_plan(_clip(tmp_path / "clip.mp4", _walker()), policy), range(_FRAMES)) == []


def test_a_face_that_comes_and_goes_between_two_looks_of_a_shot_is_hidden(tmp_path: Path) -> None:
    """From frame 15 to 25 of 40: the first and the last of these were not looked at."""
    walker, empty = _walker(), _background()
    plan = _plan(_clip(tmp_path / "clip.mp4", lambda i: walker(i) if 15 <= i <= 25 else empty(i)))
    assert _uncovered(plan, range(15, 26)) == []


def test_a_frame_without_a_face_hides_nothing(tmp_path: Path) -> None:
    plan = _plan(_clip(tmp_path / "clip.mp4", _background()))
    assert plan.tracks == ()


def test_what_the_plan_is_for_is_written_in_it(tmp_path: Path) -> None:
    plan = _plan(_clip(tmp_path / "clip.mp4", _walker(), 12), Policy(hide=("faces", "people")))
    original = plan.original
    assert (original.name, original.sha256, original.width, original.height) == ("clip.mp4", "ab" * 32, *_SIZE)
    assert original.frames == 12
    assert original.time_base.seconds(original.duration) == 0.5
    assert original.damage == ""
    assert plan.models == (("yunet", "hash of yunet"), ("nanodet", "hash of nanodet"))


def test_the_frames_at_a_cut_are_hidden_and_what_is_the_same_behind_it_goes_on(tmp_path: Path) -> None:
    """The cut is at frame 20, which is no frame that is looked at by the schedule; the face is on both sides."""
    one, other = _walker(), _walker(seed=5)
    light = _background(seed=5)(0).astype(np.int16)

    def picture(index: int) -> Pixels:
        if index < 20:
            return one(index)
        pixels = other(index)
        behind = (pixels == light).all(axis=2)
        pixels[behind] = 255 - pixels[behind][:, [1, 0, 2]] // 2
        return pixels

    plan = _plan(_clip(tmp_path / "clip.mp4", picture))
    tick = plan.original.duration // _FRAMES
    assert _uncovered(plan, range(_FRAMES)) == []
    assert [(track.span.start // tick, (track.span.end - 1) // tick) for track in plan.tracks] == [(0, 39)]


def test_the_last_frame_before_a_cut_is_looked_at(tmp_path: Path) -> None:
    """A face that shows from frame 21 on, up to a cut after frame 23."""
    walker, empty, next_shot = _walker(), _background(), _background(seed=5)
    light = (255 - next_shot(0)[:, :, [1, 0, 2]] // 2).astype(np.uint8)

    def picture(index: int) -> Pixels:
        return empty(index) if index < 21 else walker(index) if index < 24 else light

    plan = _plan(_clip(tmp_path / "clip.mp4", picture))
    tick = plan.original.duration // _FRAMES
    assert _uncovered(plan, range(21, 24)) == []
    assert all(track.span.end <= 24 * tick for track in plan.tracks)


def _looks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int | None]]:
    """The frames that are looked at from now on, and which turn each has."""
    looks: list[tuple[int, int | None]] = []
    push, look = FirstPass.push, FirstPass.look
    pushed: list[int] = []

    def pushing(first_pass: FirstPass, frame: Frame) -> None:
        pushed.append(frame.pts)
        push(first_pass, frame)

    def looking(first_pass: FirstPass, frame: Frame) -> None:
        looks.append((pushed.index(frame.pts), first_pass._turn))
        look(first_pass, frame)

    monkeypatch.setattr(FirstPass, "push", pushing)
    monkeypatch.setattr(FirstPass, "look", looking)
    return looks


def test_the_first_and_the_last_frame_of_a_shot_get_the_closest_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = _looks(monkeypatch)
    walker = _walker()
    light = (255 - _background(seed=5)(0)[:, :, [1, 0, 2]] // 2).astype(np.uint8)
    _plan(_clip(tmp_path / "clip.mp4", lambda index: walker(index) if index < 16 else light))
    assert looks[:5] == [(0, None), (4, 0), (8, 1), (12, 2), (15, None)]
    assert looks[5:] == [(16, None), (20, 0), (24, 1), (28, 2), (32, 3), (36, 4), (39, None)]


def test_a_last_frame_whose_turn_has_just_come_gets_the_closest_look_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = _looks(monkeypatch)
    plan = _plan(_clip(tmp_path / "clip.mp4", _walker(), 13))
    assert looks == [(0, None), (4, 0), (8, 1), (12, 2), (12, None)]
    assert len(plan.tracks) == 1
    assert _uncovered(plan, range(13)) == []


def test_a_shot_of_one_frame_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = _looks(monkeypatch)
    _plan(_clip(tmp_path / "clip.mp4", _walker(), 1))
    assert looks == [(0, None)]


def test_turned_clips_are_planned_in_upright_pixels(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=20, rotation=90, picture=_walker(), numbered=False)
    plan = _plan(path)
    assert (plan.original.width, plan.original.height) == _SIZE
    assert _uncovered(plan, range(20)) == []


def test_a_truncated_clip_is_refused_unless_it_is_allowed(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.mkv", size=_SIZE, frames=96, rate=24, picture=_walker_slow(), numbered=False)
    path = truncated(whole, tmp_path / "clip.mkv")
    with pytest.raises(DamagedError, match="--allow-truncated"):
        _plan(path)
    plan = _plan(path, allow_truncated=True)
    assert plan.original.damage
    assert 0 < plan.original.frames < 96
    assert plan.tracks


def _walker_slow() -> Picture:
    return moving_rectangle(_SIZE, FACE, _BOX, (1, 0), _background())


def test_zones_and_drawings_come_behind_what_was_found(tmp_path: Path) -> None:
    policy = Policy(zones=(Zone((0, 0, 10, 10)),), drawn=(Drawn(((Fraction(0), (5, 5, 9, 9)),)),))
    plan = _plan(_clip(tmp_path / "clip.mp4", _walker(), 12), policy)
    assert [track.kind for track in plan.tracks] == ["faces", "zone", "drawn"]
    assert [track.number for track in plan.tracks] == [1, 2, 3]


def test_a_track_that_is_not_there_is_named_when_the_looking_is_done(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="track 7"):
        _plan(_clip(tmp_path / "clip.mp4", _walker(), 12), Policy(show_tracks=(7,)))


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[float, float | None]] = []
    path = _clip(tmp_path / "clip.mp4", _walker(), 12)
    make_plan(
        path,
        "00",
        Policy(),
        FakeModels(),
        lambda done, whole: told.append((done, whole)),
        allow_truncated=False,
        speech_model="speech-base",
        text_reader="ppocr-rec",
    )
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert len(told) == 12
    assert told[-1] == pytest.approx((11 / 24, 0.5))
