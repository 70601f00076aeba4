"""EXIF is what PyAV has no name for: whoever lists what hangs on such a picture gets a ValueError from it."""

import gc
from pathlib import Path

import pytest
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame

from clips import make_clip
from odd_clips import drawn, motion_jpeg
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.orientation import Orientation
from passerby.media.read.planes import writable
from passerby.media.read.probe import look
from passerby.media.read.side_data import has_names_only, side_data
from passerby.media.write.video import VideoTrack, open_output
from pictures import number_of


def frames_of(path: Path) -> list[Frame]:
    with open_video(path) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        assert reader.damage == ""
        return frames


def test_pictures_with_exif_are_read_and_the_right_way_up(tmp_path: Path) -> None:
    clip = motion_jpeg(tmp_path / "a.avi", drawn((160, 96), 5))
    frames = frames_of(clip)
    assert [number_of(frame.rgb(160, 96)) for frame in frames] == [0, 1, 2, 3, 4]
    assert not has_names_only(frames[0].picture)
    assert {data.type for data in side_data(frames[0].picture)} <= {Type.DISPLAYMATRIX}


@pytest.mark.parametrize(
    ("number", "orientation"),
    [(2, Orientation(mirrored=True)), (3, Orientation(mirrored=True, flipped=True)), (5, Orientation(transposed=True))],
)
def test_the_turn_that_exif_asks_for_is_seen(tmp_path: Path, number: int, orientation: Orientation) -> None:
    assert look(motion_jpeg(tmp_path / "a.avi", drawn((160, 96), 2), orientation=number)).orientation == orientation


def test_no_copy_takes_such_a_picture_as_it_is(tmp_path: Path) -> None:
    clip = motion_jpeg(tmp_path / "a.mkv", drawn((160, 96), 2))
    layout = look(clip)
    with open_output(tmp_path / "copy.mp4", layout) as output:
        track = VideoTrack(output, layout)
        output.begin()
        for frame in frames_of(clip):
            assert not track.takes(frame.picture)
            copy, _ = writable(frame.picture)
            assert has_names_only(copy)
            assert not side_data(copy)
            track.write(copy, frame.pts, frame.duration)
        track.finish()
    assert len(frames_of(tmp_path / "copy.mp4")) == 2


def test_what_has_names_is_listed_as_it_is(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", frames=2, rotation=90)
    assert Type.DISPLAYMATRIX in [data.type for data in side_data(frames_of(clip)[0].picture)]


def test_a_picture_that_was_asked_is_gone_as_soon_as_nobody_needs_it() -> None:
    """Each of 4K is 12 MB, and hundreds come before Python looks for circles."""
    gc.disable()
    try:
        before = sum(isinstance(each, VideoFrame) for each in gc.get_objects())
        for _ in range(3):
            side_data(VideoFrame(64, 64, "yuv420p"))
        assert sum(isinstance(each, VideoFrame) for each in gc.get_objects()) == before
    finally:
        gc.enable()
