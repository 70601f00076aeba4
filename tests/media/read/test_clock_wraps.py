"""The clock of MPEG-TS and MPEG-PS has 33 bits, and starts again every 26.5 hours: nothing is lost or moved by that."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from clips import make_clip
from odd_clips import later_clock
from passerby.media.read.frames import AudioChunk, Frame, frame_at, open_video
from pictures import number_of

_WRAP = 1 << 33
_VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "ts": ("a.ts", {}),
    "ts with B-frames": ("a.ts", {"b_frames": 3}),
    "ts with sound": ("a.ts", {"b_frames": 2, "audio": "tone"}),
    "ps": ("a.mpg", {"codec": "mpeg2video"}),
    "ps with B-frames": ("a.mpg", {"codec": "mpeg2video", "b_frames": 2}),
    "ps with sound": ("a.mpg", {"codec": "mpeg2video", "b_frames": 2, "audio": "tone"}),
}


@pytest.mark.parametrize(
    "before", [10, 45_000, 150_000, 3600 * 90_000], ids=["at once", "at a picture", "within", "long after"]
)
@pytest.mark.parametrize("variant", _VARIANTS)
def test_all_frames_come_at_their_times(tmp_path: Path, variant: str, before: int) -> None:
    name, options = _VARIANTS[variant]
    plain = make_clip(tmp_path / name, size=(160, 96), frames=48, **options)
    with av.open(str(plain)) as container:
        start = min(stream.start_time or 0 for stream in container.streams)
    moved = later_clock(plain, plain.with_stem("moved"), _WRAP - start - before)
    assert times(moved) == times(plain)
    assert [number_of(frame.rgb(160, 96)) for frame in frames(moved)] == list(range(48))


def test_frames_of_a_program_stream_are_found_again_at_their_times(tmp_path: Path) -> None:
    film = make_clip(tmp_path / "a.mpg", codec="mpeg2video", size=(160, 96), frames=120, b_frames=2)
    all_times = [frame.pts for frame in frames(film)]
    for number in (0, 1, 21, 22, 23, 24, 60, 77, 119):
        found = frame_at(film, all_times[number])
        assert found.pts == all_times[number]
        assert number_of(found.rgb(160, 96)) == number


def frames(path: Path) -> list[Frame]:
    with open_video(path) as reader:
        return [item for item in reader.read() if isinstance(item, Frame)]


def times(path: Path) -> tuple[list[int], Fraction, Fraction, str]:
    """Those of the frames, and where the sound begins and ends."""
    with open_video(path) as reader:
        items = list(reader.read())
        sound = [item for item in items if isinstance(item, AudioChunk)]
        ends = [item.start + Fraction(len(item.samples), item.rate) for item in sound]
        starts = [item.start for item in sound]
        pictures = [item.pts for item in items if isinstance(item, Frame)]
        return pictures, min(starts, default=Fraction(0)), max(ends, default=Fraction(0)), reader.damage
