"""AVI says when pictures are decoded; they are shown at the same times, sorted."""

from pathlib import Path
from typing import Any

import pytest

from clips import make_clip
from gop_clips import remuxed
from passerby.media.read.frames import Frame, frame_at, open_video
from pictures import number_of

_VARIANTS: dict[str, dict[str, Any]] = {
    "no B-frames": {},
    "B-frames": {"b_frames": 3},
    "B-frames as references": {"b_frames": 3, "options": {"x264-params": "b-adapt=0:b-pyramid=normal"}},
    "open groups": {"options": {"x264-params": "open-gop=1:keyint=8:bframes=2:b-adapt=0"}},
}


def frames(path: Path) -> tuple[list[Frame], int, str]:
    """The frames, where the last one ends, and what is damaged."""
    with open_video(path) as reader:
        return [item for item in reader.read() if isinstance(item, Frame)], reader.end, reader.damage


@pytest.mark.parametrize("variant", _VARIANTS)
def test_every_frame_comes_at_its_time(tmp_path: Path, variant: str) -> None:
    clip = make_clip(tmp_path / "a.avi", size=(160, 96), frames=96, codec="libx264", **_VARIANTS[variant])
    found, end, damage = frames(clip)
    assert [(frame.pts, number_of(frame.rgb(160, 96))) for frame in found] == [(at, at) for at in range(96)]
    assert (end, damage) == (96, "")
    for number in (0, 1, 15, 16, 17, 64, 95):
        assert number_of(frame_at(clip, number).rgb(160, 96)) == number


def test_a_frame_that_is_lost_does_not_move_all_later_ones(tmp_path: Path) -> None:
    options = {"x264-params": "b-adapt=0:scenecut=0", "g": "24"}
    whole = make_clip(tmp_path / "a.avi", size=(160, 96), frames=96, codec="libx264", b_frames=2, options=options)
    nothing = b"\0\0\1\x0c\xff\x80"  # what only fills a stream up
    broken = remuxed(whole, tmp_path / "b.avi", lambda index, data: nothing if index == 32 else data)
    found, end, _ = frames(broken)
    assert [frame.pts for frame in found[-24:]] == list(range(72, 96))
    assert [number_of(frame.rgb(160, 96)) for frame in found[-24:]] == list(range(72, 96))
    assert len(found) == len({frame.pts for frame in found}) == 95
    assert end == 96
