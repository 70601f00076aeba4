"""The preview of a frame: sample by sample what the encoder of its copy gets."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av.video.frame import VideoFrame

from clips import make_clip
from passerby.media.gop.splice_check import JointCheck
from passerby.media.read.frames import Frame, frame_at, open_video
from passerby.media.read.planes import Samples, planes_of
from passerby.media.read.probe import look
from passerby.media.write.containers import kind_of_file
from passerby.media.write.video import VideoTrack
from passerby.redact.make.preview import encoder_input, preview
from passerby.redact.make.render import render
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy, Shape, Style

VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "8 bit": ("a.mp4", {}),
    "10 bit": ("a.mp4", {"pix_fmt": "yuv420p10le"}),
    "odd sides": ("a.mkv", {"codec": "ffv1", "pix_fmt": "yuv444p", "size": (97, 61)}),
    "odd sides, little chroma": ("a.mkv", {"codec": "ffv1", "pix_fmt": "yuv420p", "size": (97, 61)}),
    "rotated": ("a.mp4", {"rotation": 90}),
    "mirrored": ("a.mp4", {"mirrored": True}),
    "packed rgb": ("a.mkv", {"codec": "ffv1", "pix_fmt": "bgr0"}),
    "with alpha": ("a.mov", {"codec": "prores_ks", "pix_fmt": "yuva444p10le"}),
    "gray": ("a.mkv", {"codec": "ffv1", "pix_fmt": "gray"}),
    "palette": ("a.gif", {}),
}
SIZE, FRAMES = (96, 64), 6
GROUPS = {"g": "4", "x264-params": "scenecut=0:bframes=0"}


def plan_of(clip: Path, style: Style, shape: Shape, *, first: int = 0) -> Plan:
    """Something is hidden from the ``first`` frame on, between samples of chroma, in a box that moves."""
    with open_video(clip) as reader:
        times = [item.pts for item in reader.read() if isinstance(item, Frame)]
        info, frames, end = reader.info, reader.frames, reader.end
    boxes = np.array([[13, 7, 44, 30], [31, 19, 62, 52]], np.float32)
    track = HiddenTrack(1, "drawn", "", True, 1.0, np.array([times[first], times[-1]]), boxes)
    original = Original(clip.name, "", info.width, info.height, info.time_base, frames, end, "")
    return Plan(original, Policy(style=style, shape=shape), (track,), ())


def samples(picture: VideoFrame) -> list[Samples]:
    return [plane.pixels.copy() for plane in planes_of(picture).planes]


def are_alike(one: list[Samples], other: list[Samples]) -> bool:
    return len(one) == len(other) and all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


def encoded(monkeypatch: pytest.MonkeyPatch, clip: Path, target: Path, plan: Plan) -> list[tuple[int, list[Samples]]]:
    """What the encoder got as a copy was written: the time of each picture, and its samples."""
    got: list[tuple[int, list[Samples]]] = []
    write: Callable[[VideoTrack, VideoFrame, int, int], None] = VideoTrack.write
    fed: Callable[[JointCheck, VideoFrame], None] = JointCheck.fed

    def watched(track: VideoTrack, picture: VideoFrame, pts: int, duration: int) -> None:
        got.append((pts, samples(picture)))
        write(track, picture, pts, duration)

    def watched_too(check: JointCheck, picture: VideoFrame) -> None:
        got.append((picture.pts or 0, samples(picture)))
        fed(check, picture)

    with monkeypatch.context() as watching:
        watching.setattr(VideoTrack, "write", watched)
        watching.setattr(JointCheck, "fed", watched_too)
        render(clip, target, plan, lambda done, total: None)
    return got


# A WebM file cannot say that its pictures are mirrored.
COPIES = [(variant, ending) for variant in VARIANTS for ending in (".mp4", ".webm") if variant != "mirrored"]


@pytest.mark.parametrize(("style", "shape"), [("solid", "box"), ("pixelate", "round"), ("blur", "box")])
@pytest.mark.parametrize(("variant", "ending"), [*COPIES, ("mirrored", ".mp4")])
def test_it_is_what_the_encoder_gets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variant: str, style: Style, shape: Shape, ending: str
) -> None:
    name, options = VARIANTS[variant]
    clip = make_clip(tmp_path / name, **{"size": SIZE, "frames": FRAMES, **options})
    plan, layout = plan_of(clip, style, shape, first=1), look(clip)
    target = tmp_path / f"copy{ending}"
    got = encoded(monkeypatch, clip, target, plan)
    assert len(got) == FRAMES
    for pts, expected in got:
        picture = encoder_input(frame_at(clip, pts), layout, plan, kind_of_file(target))
        assert are_alike(samples(picture), expected), pts


def test_it_is_what_the_encoder_gets_of_a_group_of_pictures_among_others_that_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, frames=12, options=GROUPS)
    plan, layout = plan_of(clip, "pixelate", "box", first=9), look(clip)
    got = encoded(monkeypatch, clip, tmp_path / "copy.mp4", plan)
    assert len(got) == 4
    for pts, expected in got:
        assert are_alike(samples(encoder_input(frame_at(clip, pts), layout, plan)), expected)


@pytest.mark.parametrize("variant", ["odd sides", "rotated"])
def test_it_is_shown_without_the_line_that_an_encoder_needs(tmp_path: Path, variant: str) -> None:
    name, options = VARIANTS[variant]
    clip = make_clip(tmp_path / name, **{"size": SIZE, "frames": FRAMES, **options})
    plan, layout = plan_of(clip, "solid", "box"), look(clip)
    frame = frame_at(clip, 0)
    shown, whole = preview(frame, layout, plan), encoder_input(frame, layout, plan)
    assert (shown.picture.width, shown.picture.height) == layout.coded_size
    luma = samples(shown.picture)[0]
    assert np.array_equal(luma, samples(whole)[0][: luma.shape[0], : luma.shape[1]])


def test_where_nothing_is_hidden_it_is_the_frame(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, frames=FRAMES)
    plan = replace(plan_of(clip, "solid", "box"), tracks=())
    frame = frame_at(clip, 0)
    assert are_alike(samples(preview(frame, look(clip), plan).picture), samples(frame.picture))
