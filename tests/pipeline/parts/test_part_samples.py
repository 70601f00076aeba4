"""Files that are hard to read from the middle: what parts see in them is what one worker sees."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import corrupted, make_clip, truncated
from divided import SIZE, done_here, job, kept, street
from passerby.media.read.frames import Frame, open_video
from passerby.pipeline.feed import sample_of
from passerby.pipeline.parts.part_samples import read_samples
from passerby.pipeline.parts.survey import Survey, picture_sum

FRAMES = (20, 15, 40, 25)
COUNT = sum(FRAMES)
RAGGED = [0]
for _number in range(COUNT - 1):
    RAGGED.append(RAGGED[-1] + (3, 4, 7, 1)[_number % 4])


@pytest.mark.parametrize("wrong", [(), (2, 5)])
def test_where_pictures_are_others_than_before_all_is_read_from_the_start(tmp_path: Path, wrong: Any) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, frames=COUNT, rate=10, picture=street(FRAMES), options={"g": "8"})
    with open_video(clip) as reader:
        base = reader.info.time_base
        frames = [item for item in reader.read() if isinstance(item, Frame)][::6]
        pictures = [sample_of(frame, reader.info, is_new=False, is_large=False).pixels for frame in frames]
    times = np.array([frame.pts for frame in frames], np.int64)
    sums = np.array([picture_sum(picture) for picture in pictures], np.uint32)
    sums[list(wrong)] += 1
    known = Survey(times, np.zeros(len(times), np.bool_), sums, COUNT, base.ticks(10), "")
    numbers = range(3, len(times)) if wrong == () else range(1, len(times))
    read = list(read_samples(clip, known, numbers, lambda pts: None, large=False))
    assert [sample.pts for sample in read] == times[numbers.start :].tolist()
    assert all((sample.pixels == pictures[n]).all() for n, sample in zip(numbers, read, strict=True))


def same_in_parts(clip: Path, folder: Path) -> tuple[list[str], dict[str, Any]]:
    """What a library keeps, as one worker and as parts find it, and the names of the jobs of the parts."""
    done_here([job(folder / "whole", clip, 1)])
    names, _ = done_here([job(folder / "parts", clip, 3)])
    whole = kept(folder / "whole")
    assert kept(folder / "parts") == whole
    return names, whole


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("interlaced.ts", {"codec": "mpeg2video", "interlaced": True, "options": {"g": "8"}}),
        ("open.ts", {"codec": "libx264", "b_frames": 3, "options": {"g": "8", "x264-params": "open-gop=1"}}),
        ("program.mpg", {"codec": "mpeg2video", "b_frames": 2, "options": {"g": "8"}}),
        ("ragged.mkv", {"pts": RAGGED, "time_base": Fraction(1, 40), "options": {"g": "8"}}),
        ("old.avi", {"codec": "libx264", "b_frames": 2, "options": {"g": "8"}}),
        ("edited.mp4", {"b_frames": 2, "options": {"g": "8"}}),
        ("refresh.mkv", {"options": {"g": "8", "x264-params": "intra-refresh=1:keyint=8"}}),
    ],
)
def test_odd_files(tmp_path: Path, name: str, options: dict[str, Any]) -> None:
    clip = tmp_path / name
    make_clip(clip, size=SIZE, frames=COUNT, rate=10, picture=street(FRAMES), numbered=False, **options)
    names, whole = same_in_parts(clip, tmp_path)
    assert len(names) > 3
    assert whole[name]["moments"]


def test_a_video_with_one_key_frame_is_one_part(tmp_path: Path) -> None:
    clip = tmp_path / "one.mp4"
    make_clip(clip, size=SIZE, frames=COUNT, rate=10, picture=street(FRAMES), options={"g": "999", "sc_threshold": "0"})
    names, _ = same_in_parts(clip, tmp_path)
    assert names == ["passerby one.mp4"]


@pytest.mark.parametrize("damage", [corrupted, truncated])
def test_a_damaged_video_is_one_part_and_told_of_as_ever(tmp_path: Path, damage: Any) -> None:
    clip = make_clip(
        tmp_path / "whole.mkv", size=SIZE, frames=COUNT, rate=10, picture=street(FRAMES), options={"g": "8"}
    )
    broken = damage(clip, tmp_path / "broken.mkv")
    names, whole = same_in_parts(broken, tmp_path)
    assert names == ["passerby broken.mkv"]
    assert whole["broken.mkv"]["video"][2] == "damaged"
