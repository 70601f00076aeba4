"""A film that says how long it is, and lacks but a frame of that, is damaged: not one is lost in silence."""

from pathlib import Path
from typing import Any

import pytest

from clips import make_clip, truncated
from passerby.media.read.frames import Frame, open_video

_FRAMES = 96
_FAST = {"movflags": "+faststart"}
_VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "mp4": ("a.mp4", {"container_options": _FAST}),
    "mp4 with B-frames": ("a.mp4", {"container_options": _FAST, "b_frames": 2}),
    "mp4 with sound": ("a.mp4", {"container_options": _FAST, "audio": "tone"}),
    "cut by an edit list": ("a.mov", {"container_options": _FAST, "pts": list(range(-7, 89))}),
    "fragments": ("a.mp4", {"container_options": {"movflags": "frag_keyframe+empty_moov"}, "options": {"g": "8"}}),
    "mkv": ("a.mkv", {}),
    "mkv with sound": ("a.mkv", {"audio": "tone"}),
    "webm": ("a.webm", {}),
    "avi": ("a.avi", {}),
    "avi with sound": ("a.avi", {"audio": "tone"}),
}


def read(path: Path) -> tuple[int, str]:
    """How many frames there are, and what is damaged."""
    with open_video(path) as reader:
        return sum(isinstance(item, Frame) for item in reader.read()), reader.damage


@pytest.mark.parametrize("variant", _VARIANTS)
def test_each_frame_that_is_cut_off_is_told(tmp_path: Path, variant: str) -> None:
    name, options = _VARIANTS[variant]
    whole = make_clip(tmp_path / name, **{"size": (160, 96), "frames": _FRAMES, **options})
    count, damage = read(whole)
    assert damage == ""
    for keep in (0.75, 0.8, 0.9, 0.95, 0.98):
        left, damage = read(truncated(whole, whole.with_stem("cut"), keep))
        assert (left == count) <= (damage == "" or "audio" in options)
        if left < count:
            assert "readable to" in damage


def test_a_film_that_lacks_no_more_than_what_stands_behind_its_frames_is_whole(tmp_path: Path) -> None:
    for name in ("a.mkv", "a.avi"):
        whole = make_clip(tmp_path / name, size=(160, 96), frames=_FRAMES)
        cut = truncated(whole, tmp_path / f"cut{name}", 1 - 20 / whole.stat().st_size)
        assert read(cut) == (_FRAMES, "")
