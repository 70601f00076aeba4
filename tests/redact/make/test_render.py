import dataclasses
import hashlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from clips import corrupted, make_clip, truncated
from passerby.errors import OutputError, UsageError
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.planes import planes_of
from passerby.redact.make.effects import hidden_pixels
from passerby.redact.make.render import render
from passerby.redact.make.rendered import Rendered
from passerby.redact.plan.plan import HiddenTrack, Original, Plan, box_at, whole_pixels
from passerby.redact.plan.policy import Audio, Policy
from pictures import number_of, texture

_SIZE = (160, 96)
_BOX = (40.0, 30.0, 90.0, 80.0)  # below the frame's number


def plan_of(clip: Path, *tracks: HiddenTrack, **policy: Any) -> Plan:
    with open_video(clip) as reader:
        for _ in reader.read():
            pass
        digest = hashlib.sha256(clip.read_bytes()).hexdigest()
        info = reader.info
        original = Original(
            clip.name, digest, info.width, info.height, info.time_base, reader.frames, reader.end, reader.damage
        )
    return Plan(original, Policy(**policy), tracks, ())


def track(
    clip: Path, first: int, last: int, start: tuple[float, ...] = _BOX, end: tuple[float, ...] = _BOX
) -> HiddenTrack:
    """A box that moves from frame ``first`` to frame ``last``."""
    times = [frame.pts for frame in frames_of(clip)]
    boxes = np.array([start, end], np.float32)
    return HiddenTrack(1, "faces", "face", True, 0.9, np.array([times[first], times[last]], np.int64), boxes)


def frames_of(path: Path) -> list[Frame]:
    with open_video(path) as reader:
        return [item for item in reader.read() if isinstance(item, Frame)]


def rendered(clip: Path, target: Path, plan: Plan, **options: Any) -> Rendered:
    return render(clip, target, plan, lambda done, total: None, **options)


def assert_hidden(copy: Path, plan: Plan) -> None:
    """See that what the plan hides is black in every frame of a copy, and no more than that."""
    size = plan.original.width, plan.original.height
    original_tick = plan.original.time_base.tick
    with open_video(copy) as reader:
        tick = reader.info.time_base.tick
        for frame in (item for item in reader.read() if isinstance(item, Frame)):
            # Where the copy has no sound, its time zero is that of its first picture.
            pts = round((frame.pts + reader.layout.zero) * tick / original_tick)
            boxes = [box_at(track, pts) for track in plan.hidden if track.span.start <= pts < track.span.end]
            mask = hidden_pixels(whole_pixels(boxes, *size), size, plan.policy.shape)
            pixels = frame.rgb(*size).astype(int).max(axis=2)
            # A coder blurs edges: what lies two pixels further in is black.
            inner = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
            assert not mask.any() or (pixels[mask].mean() < 15 and pixels[inner].max() < 60)
            assert pixels[~mask].mean() > 90


_SOURCES: dict[str, dict[str, Any]] = {
    "b-frames.mp4": {"b_frames": 2},
    "variable.mp4": {"pts": [0, 3, 4, 5, 20, 21, 50, 51, 53, 90], "time_base": Fraction(1, 600)},
    "turned-90.mp4": {"rotation": 90},
    "turned-180.mp4": {"rotation": 180},
    "turned-270.mp4": {"rotation": 270},
    "mirrored.mp4": {"mirrored": True, "rotation": 90},
    "wide.mp4": {"sample_aspect": Fraction(4, 3)},
    "deep.mp4": {"pix_fmt": "yuv420p10le"},
    "full.mp4": {"pix_fmt": "yuvj420p"},
    "sharp.mov": {"pix_fmt": "yuv444p"},
    "odd.webm": {"size": (161, 97)},
    "packed.avi": {},
    "broadcast.ts": {"audio": "tone"},
    "interlaced.ts": {"interlaced": True},
    "pal.gif": {},
    "hevc.mkv": {"codec": "libx265"},
}


@pytest.mark.parametrize("shape", ["box", "round"])
@pytest.mark.parametrize("name", _SOURCES)
def test_what_the_plan_hides_is_black_in_every_frame_and_all_else_is_there(
    tmp_path: Path, name: str, shape: str
) -> None:
    clip = make_clip(tmp_path / name, **{"size": _SIZE, "frames": 10, **_SOURCES[name]})
    plan = plan_of(clip, track(clip, 2, 7, _BOX, (97.0, 39.0, 150.0, 92.0)), shape=shape)
    copy = tmp_path / "copy.mp4"
    made = rendered(clip, copy, plan, allow_copy=False)
    assert (made.frames, made.hidden_frames) == (10, 6)
    assert_hidden(copy, plan)
    assert [number_of(frame.rgb(160, 90)) for frame in frames_of(copy)] == list(range(10))


@pytest.mark.parametrize("corner", [(0.0, 24.0, 20.0, 40.0), (140.0, 80.0, 160.0, 96.0), (-5.0, 50.0, 11.0, 120.0)])
def test_regions_at_the_borders_are_hidden_to_the_last_row_and_column(
    tmp_path: Path, corner: tuple[float, ...]
) -> None:
    for rotation in (0, 90):
        clip = make_clip(tmp_path / f"clip{rotation}.mp4", size=_SIZE, frames=4, rotation=rotation)
        plan = plan_of(clip, track(clip, 0, 3, corner, corner))
        rendered(clip, tmp_path / "copy.mp4", plan)
        assert_hidden(tmp_path / "copy.mp4", plan)


@pytest.mark.parametrize("allow_copy", [False, True])
def test_law_3_what_was_hidden_changes_no_byte_of_the_copy(tmp_path: Path, allow_copy: bool) -> None:
    """The pictures differ in the hidden box alone, before a coder that loses nothing; so must the copies not."""

    def with_colour(level: int) -> Callable[[int], Any]:
        def picture(index: int) -> Any:
            pixels = texture(_SIZE)(index).copy()
            # Its chroma reaches a little further.
            pixels[34:76, 44:86] = np.random.default_rng(level + index).integers(0, 256, (42, 42, 3), np.uint8)
            return pixels

        return picture

    copies = []
    for level in (0, 100):
        clip = make_clip(tmp_path / f"{level}.mkv", size=_SIZE, frames=6, codec="ffv1", picture=with_colour(level))
        plan = plan_of(clip, track(clip, 0, 5), shape="box")
        rendered(clip, tmp_path / f"{level}.mp4", plan, allow_copy=allow_copy)
        copies.append((tmp_path / f"{level}.mp4").read_bytes())
    assert copies[0] == copies[1]


@pytest.mark.parametrize("style", ["pixelate", "blur"])
def test_other_styles_leave_no_detail(tmp_path: Path, style: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (96, 160, 3), np.uint8)
    clip = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=3, picture=lambda _: noise)
    rendered(clip, tmp_path / "copy.mp4", plan_of(clip, track(clip, 0, 2), style=style))
    for before, after in zip(frames_of(clip), frames_of(tmp_path / "copy.mp4"), strict=True):
        old, new = (planes_of(frame.picture).planes[0].pixels[34:76, 44:86].astype(float) for frame in (before, after))
        assert np.abs(np.diff(new, axis=1)).mean() < np.abs(np.diff(old, axis=1)).mean() / 5


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=24, b_frames=2, audio="tone")
    plan = plan_of(clip, track(clip, 2, 20), audio=Audio("mute", ((Fraction(0), Fraction(1, 2)),)))
    rendered(clip, tmp_path / "one.mp4", plan)
    rendered(clip, tmp_path / "two.mp4", plan)
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_groups_with_nothing_to_hide_are_copied_unless_that_is_turned_off(tmp_path: Path) -> None:
    options = {"g": "8", "x264-params": "b-adapt=0:scenecut=0"}
    clip = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=40, b_frames=2, options=options, audio="tone")
    plan = plan_of(clip, track(clip, 17, 20), audio=Audio("keep"))
    copied = rendered(clip, tmp_path / "copied.mp4", plan)
    encoded = rendered(clip, tmp_path / "encoded.mp4", plan, allow_copy=False)
    assert (copied.copied_groups, encoded.copied_groups) == (4, 0)
    assert (copied.frames, copied.hidden_frames) == (encoded.frames, encoded.hidden_frames) == (40, 4)
    for name in ("copied.mp4", "encoded.mp4"):
        assert_hidden(tmp_path / name, plan)
        assert [frame.pts for frame in frames_of(tmp_path / name)] == [frame.pts for frame in frames_of(clip)]
        with av.open(str(tmp_path / name)) as container:
            assert [stream.type for stream in container.streams] == ["video", "audio"]


def test_why_groups_are_not_copied_is_told(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mkv", size=_SIZE, frames=4, codec="libx265")
    made = rendered(clip, tmp_path / "copy.mp4", plan_of(clip))
    assert any("all of it is encoded again" in note and "hevc" in note for note in made.notes)


@pytest.mark.parametrize(
    ("audio", "tracks"),
    [(Audio(), 0), (Audio("keep"), 1), (Audio("bleep", ((Fraction(0), Fraction(1)),)), 1)],
)
def test_the_sound_is_as_the_policy_says(tmp_path: Path, audio: Audio, tracks: int) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=24, audio="tone")
    made = rendered(clip, tmp_path / "copy.mp4", plan_of(clip, audio=audio))
    assert made.dropped == (() if tracks else ("sound (aac)",))
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert len(container.streams.audio) == tracks


@pytest.mark.parametrize("allow_copy", [False, True])
def test_how_far_it_is_goes_up_to_the_end(tmp_path: Path, allow_copy: bool) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=24)
    seen: list[tuple[float, float | None]] = []
    render(clip, tmp_path / "copy.mp4", plan_of(clip), lambda *at: seen.append(at), allow_copy=allow_copy)
    assert seen == sorted(seen)
    assert seen[-1][1] == pytest.approx(1)
    assert seen[-1][0] > 0.9


def _fails(clip: Path, target: Path, plan: Plan, match: str) -> None:
    target.write_bytes(b"what was there")
    with pytest.raises(OutputError, match=match):
        rendered(clip, target, plan)
    assert not target.exists()


def test_a_file_that_is_not_what_it_was_is_refused(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=24)
    plan = plan_of(clip)
    for change in ({"frames": 23}, {"duration": plan.original.duration - 1}):
        original = dataclasses.replace(plan.original, **change)  # type: ignore[arg-type]
        _fails(clip, tmp_path / "copy.mp4", dataclasses.replace(plan, original=original), "make a new plan")


def test_damage_is_refused_unless_the_plan_knows_of_it(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.mkv", size=_SIZE, frames=96)
    for clip in (truncated(whole, tmp_path / "cut.mkv"), corrupted(whole, tmp_path / "bad.mkv")):
        plan = plan_of(clip, track(clip, 0, 20))
        assert plan.original.damage
        unknown = dataclasses.replace(plan, original=dataclasses.replace(plan.original, damage=""))
        _fails(clip, tmp_path / "copy.mp4", unknown, "undamaged")
        rendered(clip, tmp_path / "copy.mp4", plan)
        assert_hidden(tmp_path / "copy.mp4", plan)


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=24)
    (tmp_path / "full.mp4").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="No space left"):
        rendered(clip, tmp_path / "full.mp4", plan_of(clip))
    assert not (tmp_path / "full.mp4").is_symlink()


def test_a_target_of_no_kind_is_wrong_usage(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=4)
    with pytest.raises(UsageError, match="expected a name that ends in"):
        rendered(clip, tmp_path / "copy.avi", plan_of(clip))


@pytest.mark.parametrize("suffix", [".mov", ".mkv", ".webm"])
def test_every_kind_of_file_shows_the_same(tmp_path: Path, suffix: str) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=_SIZE, frames=10, audio="tone")
    plan = plan_of(clip, track(clip, 2, 7), audio=Audio("keep"))
    rendered(clip, tmp_path / f"copy{suffix}", plan)
    assert_hidden(tmp_path / f"copy{suffix}", plan)
    assert [number_of(frame.rgb(160, 96)) for frame in frames_of(tmp_path / f"copy{suffix}")] == list(range(10))
