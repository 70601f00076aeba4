import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from passerby.media.read.orientation import Orientation
from passerby.media.read.scale import Scaler
from passerby.records import Pixels
from pictures import colour_bars

_SIZE = (321, 181)
_COLOUR_FORMATS = ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv410p", "yuyv422", "nv12", "p010le"]
_COLOUR_FORMATS += ["yuv420p10le", "yuv422p10le", "yuv444p12le", "yuva444p10le", "gbrp", "rgb24", "rgb48le", "bgra"]


def _picture(form: str, matrix: Colorspace, color_range: ColorRange, pixels: Pixels | None = None) -> av.VideoFrame:
    rgb = av.VideoFrame.from_ndarray(colour_bars(_SIZE)(0) if pixels is None else pixels, "rgb24")
    return rgb.reformat(format=form, dst_colorspace=matrix, dst_color_range=color_range, interpolation="AREA")


def _bars(pixels: Pixels) -> list[list[int]]:
    height, width = pixels.shape[:2]
    return [[int(value) for value in pixels[height // 2, int((bar + 0.5) * width / 7)]] for bar in range(7)]


def _assert_bars(pixels: Pixels) -> None:
    np.testing.assert_allclose(_bars(pixels), _bars(colour_bars(_SIZE)(0)), atol=6)


@pytest.mark.parametrize("color_range", [ColorRange.MPEG, ColorRange.JPEG])
@pytest.mark.parametrize("matrix", [Colorspace.ITU709, Colorspace.ITU601, Colorspace.BT2020])
@pytest.mark.parametrize("form", _COLOUR_FORMATS)
def test_colours_are_right_in_every_format(form: str, matrix: Colorspace, color_range: ColorRange) -> None:
    picture = _picture(form, matrix, color_range)
    for size in ((48, 27), (160, 90), _SIZE):
        pixels = Scaler(Orientation()).rgb(picture, *size)
        assert pixels.shape == (size[1], size[0], 3)
        _assert_bars(pixels)


@pytest.mark.parametrize("form", ["gray", "gray10le", "ya8"])
def test_gray_is_gray(form: str) -> None:
    pixels = np.full((90, 160, 3), 100, np.uint8)
    scaled = Scaler(Orientation()).rgb(_picture(form, Colorspace.ITU601, ColorRange.JPEG, pixels), 48, 27)
    np.testing.assert_allclose(scaled, 100, atol=2)


@pytest.mark.parametrize(("height", "matrix"), [(1080, Colorspace.ITU709), (480, Colorspace.ITU601)])
def test_an_unnamed_matrix_is_709_from_high_definition_on(height: int, matrix: Colorspace) -> None:
    picture = _picture("yuv444p", matrix, ColorRange.MPEG, colour_bars((700, height))(0))
    for unnamed in (0, 2, 3, 8, 14):  # RGB, unspecified, reserved, and two that libswscale does not know
        picture.colorspace = unnamed
        _assert_bars(Scaler(Orientation()).rgb(picture, 48, 27))


def test_what_is_transparent_is_white() -> None:
    pixels = np.zeros((90, 160, 4), np.uint8)
    pixels[:, :80] = (200, 0, 0, 255)
    pixels[:, 80:] = (0, 200, 0, 0)
    scaled = Scaler(Orientation()).rgb(av.VideoFrame.from_ndarray(pixels, "rgba"), 160, 90)
    assert scaled[45, 20].tolist() == [200, 0, 0]
    assert scaled[45, 140].tolist() == [255, 255, 255]


def test_small_pictures_are_means_not_points() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (540, 960, 3), np.uint8)
    scaled = Scaler(Orientation()).rgb(av.VideoFrame.from_ndarray(noise, "rgb24"), 48, 27)
    means = noise.reshape(27, 20, 48, 20, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(scaled, means, atol=2)


def test_the_decoded_picture_is_never_changed() -> None:
    for form in ("yuv420p", "rgb24", "bgra"):
        picture = _picture(form, Colorspace.ITU709, ColorRange.MPEG)
        before = [bytes(plane) for plane in picture.planes], picture.colorspace, picture.color_range
        scaler = Scaler(Orientation())
        first = scaler.rgb(picture, *_SIZE)
        kept = first.copy()
        first[:] = 0
        scaler.rgb(picture, 48, 27)
        assert ([bytes(plane) for plane in picture.planes], picture.colorspace, picture.color_range) == before
        assert np.array_equal(scaler.rgb(picture, *_SIZE), kept)
