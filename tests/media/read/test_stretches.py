"""Frames from a time on, and back from it: the same as those of one reading from the start."""

from pathlib import Path
from typing import Any

import pytest

from clips import make_clip, number_of
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.stretches import frames_back, frames_from

FRAMES = 40
SIZE = (160, 96)
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "one group": ("a.mp4", {"options": {"g": "1000", "preset": "veryfast"}}),
    "many groups": ("a.mp4", {"options": {"g": "8", "preset": "veryfast"}}),
    "with b-frames": ("a.mkv", {"b_frames": 2, "options": {"g": "12", "preset": "veryfast"}}),
    "transport stream": ("a.ts", {"options": {"g": "8", "preset": "veryfast"}}),
    "gif": ("a.gif", {}),
    "uneven times": ("a.mkv", {"pts": [i * i for i in range(FRAMES)], "rate": 25}),
}


@pytest.fixture(params=VARIANTS)
def clip(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    name, options = VARIANTS[request.param]
    return make_clip(tmp_path / name, size=SIZE, **({"frames": FRAMES} | options))


def seen(frame: Frame) -> int:
    return number_of(frame.rgb(*SIZE))


def times(clip: Path) -> list[int]:
    with open_video(clip) as reader:
        return [item.pts for item in reader.read() if isinstance(item, Frame)]


@pytest.mark.parametrize("start", [0, 1, 17, FRAMES - 1])
def test_frames_from_a_time_begin_with_the_one_that_is_shown_then(clip: Path, start: int) -> None:
    every = times(clip)
    for at in (every[start], every[start] + 1 if every[start] + 1 not in every else every[start]):
        found = list(frames_from(clip, at))
        assert [frame.pts for frame in found] == every[start:]
        assert [seen(frame) for frame in found] == list(range(start, FRAMES))


@pytest.mark.parametrize("at_once", [1, 5, 100])
@pytest.mark.parametrize("start", [0, 17, FRAMES - 1])
def test_frames_back_from_a_time_are_all_before_it_the_latest_first(clip: Path, start: int, at_once: int) -> None:
    every = times(clip)
    found = list(frames_back(clip, every[start], at_once, seen))
    assert found == [(every[index], index) for index in range(start, -1, -1)]


def test_a_time_after_the_end_has_the_last_frame(clip: Path) -> None:
    assert [seen(frame) for frame in frames_from(clip, times(clip)[-1] + 10**6)] == [FRAMES - 1]
