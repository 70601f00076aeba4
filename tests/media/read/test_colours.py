from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from clips import make_clip
from passerby.media.read.colours import quick_rgb
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.orientation import Orientation
from passerby.media.read.scale import Scaler
from pictures import texture

SIZE = (320, 180)
TURNS = [Orientation(), Orientation(transposed=True, mirrored=True), Orientation(mirrored=True, flipped=True)]


def frame(form: str, orientation: Orientation, color_range: ColorRange = ColorRange.MPEG) -> Frame:
    rgb = av.VideoFrame.from_ndarray(texture(SIZE)(0), "rgb24")
    matrix = Colorspace.ITU601
    picture = rgb.reformat(format=form, dst_colorspace=matrix, dst_color_range=color_range, interpolation="AREA")
    picture.colorspace = matrix
    return Frame(0, 1, picture, Scaler(orientation))


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("less", [1, 2])
def test_it_is_nearly_the_picture_that_the_exact_way_gives(orientation: Orientation, less: int) -> None:
    made = frame("yuv420p", orientation)
    width, height = orientation.size(SIZE[0] // less, SIZE[1] // less)
    quick, exact = quick_rgb(made, width, height).astype(int), made.rgb(width, height).astype(int)
    assert quick.shape == (height, width, 3)
    assert np.abs(quick - exact).mean() < 4
    assert np.abs((quick - exact).mean(axis=(0, 1))).max() < 2.5


@pytest.mark.parametrize("form", ["yuv422p", "yuv420p10le", "gray", "nv12"])
def test_other_formats_are_as_ever(form: str) -> None:
    made = frame(form, Orientation())
    assert (quick_rgb(made, *SIZE) == made.rgb(*SIZE)).all()


def test_a_larger_picture_and_one_of_odd_sides_are_as_ever() -> None:
    made = frame("yuv420p", Orientation())
    assert (quick_rgb(made, 640, 360) == made.rgb(640, 360)).all()
    odd = av.VideoFrame.from_ndarray(np.ascontiguousarray(texture(SIZE)(0)[:179, :319]), "rgb24")
    made = Frame(0, 1, odd.reformat(format="yuv420p"), Scaler(Orientation()))
    assert (quick_rgb(made, 319, 179) == made.rgb(319, 179)).all()


def test_a_clip_has_its_colours(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "clip.mp4", size=SIZE, frames=3, rate=Fraction(5), picture=texture(SIZE))
    with open_video(path) as reader:
        for shown in islice((item for item in reader.read() if isinstance(item, Frame)), 2):
            assert np.abs(quick_rgb(shown, *SIZE).astype(int) - shown.rgb(*SIZE)).mean() < 8
