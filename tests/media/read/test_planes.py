from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from hypothesis import given
from hypothesis import strategies as st

from clips import make_clip
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.orientation import Orientation
from passerby.media.read.planes import (
    Colours,
    FrameFormat,
    colours_of,
    cropped,
    planar_format,
    planes_of,
    to_format,
    writable,
)
from passerby.media.read.scale import Scaler
from passerby.records import Pixels
from pictures import colour_bars, moving_rectangle

_SIZE = (161, 91)
_FORMATS = {
    "yuv420p": "yuv420p",
    "yuvj420p": "yuv420p",
    "yuv422p": "yuv422p",
    "yuv411p": "yuv411p",
    "yuv420p10le": "yuv420p10le",
    "yuv420p10be": "yuv420p10le",
    "yuv444p12le": "yuv444p12le",
    "nv12": "yuv420p",
    "p010le": "yuv420p10le",
    "yuyv422": "yuv422p",
    "uyvy422": "yuv422p",
    "rgb24": "yuv444p",
    "bgra": "yuv444p",
    "gbrp": "yuv444p",
    "gbrp10le": "yuv444p10le",
    "yuva444p10le": "yuv444p10le",
    "rgb48le": "yuv444p16le",
}


def _picture(form: str, color_range: ColorRange = ColorRange.MPEG) -> av.VideoFrame:
    rgb = av.VideoFrame.from_ndarray(colour_bars(_SIZE)(0), "rgb24")
    return rgb.reformat(
        format=form, dst_colorspace=Colorspace.ITU601, dst_color_range=color_range, interpolation="AREA"
    )


def _bars(picture: av.VideoFrame) -> list[list[int]]:
    pixels = Scaler(Orientation()).rgb(picture, *_SIZE)
    return [[int(value) for value in pixels[45, int((bar + 0.5) * 161 / 7)]] for bar in range(7)]


def _bytes(picture: av.VideoFrame) -> list[bytes]:
    return [bytes(plane) for plane in picture.planes]


@pytest.mark.parametrize("form", _FORMATS)
def test_a_copy_has_the_colours_of_the_picture_which_is_not_changed(form: str) -> None:
    picture = _picture(form)
    before = _bytes(picture)
    copy, planes = writable(picture)
    assert copy.format.name == planar_format(form) == _FORMATS[form]
    np.testing.assert_allclose(_bars(copy), _bars(picture), atol=8)
    for plane in planes.planes:
        plane.pixels[:] = plane.black
    np.testing.assert_allclose(Scaler(Orientation()).rgb(copy, 50, 50), 0, atol=2)
    assert _bytes(picture) == before


@pytest.mark.parametrize("form", ["yuv420p", "yuv444p", "yuv422p10le", "gray"])
@pytest.mark.parametrize("width", range(1, 40))
def test_planes_end_where_the_picture_does(form: str, width: int) -> None:
    picture = av.VideoFrame(width, 7, form)
    planes = planes_of(picture)
    assert planes.size == (width, 7)
    for plane in planes.planes:
        assert plane.pixels.shape == (-(-7 >> plane.shift_y), -(-width >> plane.shift_x))
    assert planes.bits == (10 if "10" in form else 8)
    assert [plane.is_luma for plane in planes.planes] == [True, False, False][: len(planes.planes)]


@pytest.mark.parametrize("color_range", [ColorRange.MPEG, ColorRange.JPEG])
def test_the_range_of_a_picture_is_kept(color_range: ColorRange) -> None:
    for form in ("yuv420p", "nv12", "yuv444p10le"):
        picture = _picture(form, color_range)
        copy, planes = writable(picture, "yuv444p")
        assert planes.full_range == (color_range == ColorRange.JPEG)
        assert copy.color_range == color_range
        assert planes.planes[0].black == (0 if planes.full_range else 16)
        np.testing.assert_allclose(_bars(copy), _bars(picture), atol=8)


@pytest.mark.parametrize("color_range", [ColorRange.MPEG, ColorRange.JPEG])
def test_gray_becomes_colour_without_a_change_of_its_values(color_range: ColorRange) -> None:
    picture = av.VideoFrame(30, 20, "gray")
    picture.color_range = color_range
    planes_of(picture).planes[0].pixels[:] = np.arange(30)
    _, planes = writable(picture, "yuv420p")
    luma, blue, red = planes.planes
    assert (luma.pixels == np.arange(30)).all()
    assert (blue.pixels == 128).all()
    assert (red.pixels == 128).all()


def test_what_is_transparent_is_white_as_where_it_is_looked_at() -> None:
    pixels: Pixels = np.zeros((90, 160, 4), np.uint8)
    pixels[:, :80] = (200, 0, 0, 255)
    pixels[:, 80:] = (0, 200, 0, 0)
    copy, _ = writable(av.VideoFrame.from_ndarray(pixels, "rgba"))
    found = Scaler(Orientation()).rgb(copy, 160, 90)
    np.testing.assert_allclose(found[45, 20], [200, 0, 0], atol=4)
    np.testing.assert_allclose(found[45, 140], [255, 255, 255], atol=2)


@pytest.mark.parametrize("form", ["yuv420p", "yuv444p", "yuv422p10le", "gray"])
@pytest.mark.parametrize("size", [(95, 61), (96, 61), (95, 62), (17, 1)])
def test_pictures_of_odd_sides_get_their_last_line_and_column_again(form: str, size: tuple[int, int]) -> None:
    picture, planes = writable(av.VideoFrame.from_ndarray(_noise(size), "rgb24"), form)
    larger = (size[0] + size[0] % 2, size[1] + size[1] % 2)
    made = to_format(picture, FrameFormat(form, larger))
    assert (made.width, made.height, made.format.name) == (*larger, form)
    luma = planes_of(made).planes[0].pixels
    assert np.array_equal(luma[: size[1], : size[0]], planes.planes[0].pixels)
    assert np.array_equal(luma[-1], luma[size[1] - 1])
    assert np.array_equal(luma[:, -1], luma[:, size[0] - 1])
    back = planes_of(cropped(made, size)).planes
    assert all(np.array_equal(one.pixels, other.pixels) for one, other in zip(back, planes.planes, strict=True))


@pytest.mark.parametrize("form", ["rgb24", "yuv444p", "yuv422p10le", "gray", "rgba", "yuv410p", "gbrp16le"])
def test_any_picture_can_be_made_to_one_that_phones_play(form: str) -> None:
    picture, _ = writable(av.VideoFrame.from_ndarray(_noise((95, 61)), "rgb24").reformat(format=form))
    for wanted in ("yuv420p", "yuv420p10le"):
        made = to_format(picture, FrameFormat(wanted, (96, 62)))
        assert (made.format.name, made.width, made.height) == (wanted, 96, 62)


def test_what_is_hidden_in_full_chroma_is_in_no_sample_of_the_picture_that_is_encoded() -> None:
    """Law 3, where the copy has less chroma than the original."""
    made = []
    for seed in (1, 2):
        pixels = _noise((96, 64))
        pixels[20:41, 31:62] = np.random.default_rng(seed).integers(0, 256, (21, 31, 3), np.uint8)
        picture, planes = writable(av.VideoFrame.from_ndarray(pixels, "rgb24"))
        for plane in planes.planes:
            plane.pixels[20:41, 31:62] = plane.black
        made.append(planes_of(to_format(picture, FrameFormat("yuv420p", (96, 64)))).planes)
    assert all(np.array_equal(one.pixels, other.pixels) for one, other in zip(*made, strict=True))


def _noise(size: tuple[int, int]) -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)


def test_decoding_goes_on_undisturbed_while_copies_are_written_to(tmp_path: Path) -> None:
    clip = make_clip(
        tmp_path / "moving.mp4",
        size=(128, 96),
        frames=30,
        b_frames=2,
        picture=moving_rectangle((128, 96), (250, 20, 20), (10, 40, 60, 80)),
    )

    def read(*, write: bool) -> list[list[bytes]]:
        with open_video(clip) as reader:
            found = []
            for frame in (item for item in reader.read() if isinstance(item, Frame)):
                if write:
                    for plane in writable(frame.picture)[1].planes:
                        plane.pixels[:] = 0
                found.append(_bytes(frame.picture))
            return found

    assert read(write=True) == read(write=False)


@given(st.sampled_from(["yuv420p", "yuv422p", "yuv444p", "yuv411p", "yuv410p", "yuv440p"]))
def test_shifts_are_those_of_the_format(form: str) -> None:
    planes = planes_of(av.VideoFrame(64, 64, form))
    chroma = planes.planes[1]
    assert chroma.pixels.shape == (64 >> chroma.shift_y, 64 >> chroma.shift_x)


@pytest.mark.parametrize("number", [0, 3, 22, 99, 255])
def test_colours_of_a_number_that_stands_for_nothing_are_those_of_none(number: int) -> None:
    picture = VideoFrame(16, 16, "yuv420p")
    picture.color_primaries = picture.color_trc = picture.colorspace = number
    assert colours_of(picture) == Colours(2, 2, 2, full_range=False)


def test_colours_that_have_names_are_kept() -> None:
    picture = VideoFrame(16, 16, "yuv420p10le")
    picture.color_primaries, picture.color_trc, picture.colorspace = 9, 16, 9
    assert colours_of(picture) == Colours(9, 16, 9, full_range=False)
