from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from clips import make_clip, number_of
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.luma import small_luma
from passerby.media.read.orientation import Orientation
from passerby.media.read.scale import Scaler
from passerby.records import Pixels
from pictures import colour_bars, texture

_SIZE = (320, 180)
_UPRIGHT = Orientation()


def _frame(form: str, orientation: Orientation = _UPRIGHT) -> Frame:
    rgb = av.VideoFrame.from_ndarray(texture(_SIZE)(0), "rgb24")
    picture = rgb.reformat(
        format=form, dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG, interpolation="AREA"
    )
    return Frame(0, 1, picture, Scaler(orientation))


def _expected(width: int, height: int, *, video_range: bool) -> Pixels:
    """The luma of the texture (ITU-R BT.601), from its colours, in full or in video range."""
    red, green, blue = np.moveaxis(texture(_SIZE)(0).astype(np.float64), 2, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    levels = 16 + luma * 219 / 255 if video_range else luma
    return np.asarray(cv2.resize(levels, (width, height), interpolation=cv2.INTER_AREA)).astype(np.uint8)


@pytest.mark.parametrize(
    "form",
    ["yuv420p", "yuv422p", "yuv444p", "nv12", "gray", "yuv420p10le", "yuv422p12le", "yuv444p16le", "gray10le"],
)
def test_the_luma_plane_is_taken_in_8_bit_whatever_its_depth(form: str) -> None:
    luma = small_luma(_frame(form), 107, 60)
    assert luma.dtype == np.uint8
    assert luma.shape == (60, 107)
    video_range = not form.startswith("gray")
    assert np.abs(luma.astype(int) - _expected(107, 60, video_range=video_range)).max() <= 3


@pytest.mark.parametrize("form", ["rgb24", "bgra", "gbrp", "gbrp10le", "p010le", "yuyv422", "yuv420p10be", "rgb48le"])
def test_other_formats_give_the_luma_of_their_colours(form: str) -> None:
    luma = small_luma(_frame(form), 107, 60)
    assert luma.dtype == np.uint8
    assert luma.shape == (60, 107)
    # Of video or full range: following has use for either.
    off = [np.abs(luma.astype(int) - _expected(107, 60, video_range=video)).max() for video in (True, False)]
    assert min(off) <= 4


@pytest.mark.parametrize("size", [_SIZE, (1, 1), (50, 180)])
def test_it_has_exactly_the_size_that_is_asked_for(size: tuple[int, int]) -> None:
    assert small_luma(_frame("yuv420p"), *size).shape == size[::-1]


@pytest.mark.parametrize("form", ["yuv420p", "yuv420p10le", "rgb24"])
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("flipped", [False, True])
def test_it_is_upright(form: str, transposed: bool, mirrored: bool, flipped: bool) -> None:
    orientation = Orientation(transposed, mirrored, flipped)
    width, height = orientation.size(107, 60)
    luma = small_luma(_frame(form, orientation), width, height)
    plain = small_luma(_frame(form), 107, 60)
    assert luma.shape == (height, width)
    assert np.abs(luma.astype(int) - orientation.apply(plain[..., None])[..., 0]).max() <= 1


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize(("codec", "pix_fmt"), [("libx264", "yuv420p"), ("libx265", "yuv420p10le")])
def test_clips_that_are_turned_give_the_luma_of_the_frame_as_it_is_shown(
    tmp_path: Path, rotation: int, codec: str, pix_fmt: str
) -> None:
    path = make_clip(tmp_path / "clip.mp4", frames=4, rotation=rotation, codec=codec, pix_fmt=pix_fmt)
    with open_video(path) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        lumas = [small_luma(frame, 160, 90) for frame in frames]
    assert [number_of(np.dstack([luma] * 3)) for luma in lumas] == [0, 1, 2, 3]


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    bars = colour_bars((180, 180))
    path = make_clip(tmp_path / "clip.mp4", size=(180, 180), frames=1, sample_aspect=Fraction(16, 9), picture=bars)
    with open_video(path) as reader:
        width, height = reader.info.width, reader.info.height
        (frame,) = (item for item in reader.read() if isinstance(item, Frame))
        luma = small_luma(frame, width, height)
    assert luma.shape == (height, width) == (180, 320)
    bottom = luma[-20].astype(int)
    assert bottom[10] > bottom[300] + 100  # white at one end, blue at the other
