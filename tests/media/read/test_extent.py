"""The length of a video by its packets is that by its frames and samples."""

from fractions import Fraction
from pathlib import Path

import pytest

from clips import make_clip
from passerby.media.read.extent import measure
from passerby.media.read.frames import AudioChunk, open_video
from passerby.media.read.probe import look


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.webm", "a.mov"])
def test_pictures_and_sound_end_where_their_frames_do(name: str, tmp_path: Path) -> None:
    path = make_clip(tmp_path / name, size=(160, 90), frames=30, b_frames=2, audio="tone")
    with open_video(path) as reader:
        sound = [item for item in reader.read() if isinstance(item, AudioChunk)]
        end = reader.end * reader.info.time_base.tick
    extent = measure(path, look(path))
    assert extent.pictures is not None
    assert extent.pictures[1] == end
    assert extent.sound is not None
    assert abs(extent.sound[1] - sound[-1].start - Fraction(len(sound[-1].samples), sound[-1].rate)) < Fraction(1, 20)


def test_where_no_times_are_written_none_are_told(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "a.h264", size=(160, 90), frames=12)
    extent = measure(path, look(path))
    assert extent.sound is None
    assert extent.pictures is None or extent.pictures[1] == Fraction(1, 2)
