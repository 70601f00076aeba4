"""Pictures as planes of luma and chroma that may be written to: copies, never the decoded pictures themselves.

A decoder keeps its pictures to predict later ones from: an edit in place would show up in those, too.
"""

from dataclasses import dataclass

import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation
from numpy.typing import NDArray

from passerby.media.read.scale import has_alpha, matrix_of

Picture = VideoFrame  # for those who pass them on
Samples = NDArray[np.uint8] | NDArray[np.uint16]

# The exactness flags make all machines agree.
_FILTER = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
# How many bits chroma is shifted by, across and down, and what FFmpeg calls that.
_SAMPLINGS = {(0, 0): "444", (1, 0): "422", (1, 1): "420", (0, 1): "440", (2, 0): "411", (2, 2): "410"}
_DEPTHS = (8, 10, 12, 16)
# What ITU-T H.273 names and all encoders take; some writers leave other numbers in files.
_PRIMARIES, _TRANSFERS, _MATRICES = {1, *range(4, 13)}, {1, *range(4, 19)}, {1, *range(4, 15)}
_UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class FrameFormat:
    """In what form an encoder takes pictures."""

    pixels: str  # FFmpeg's name of a planar format
    size: tuple[int, int]  # (width, height): that of the pictures, or larger


@dataclass(frozen=True, slots=True)
class Plane:
    """One plane of a picture."""

    pixels: Samples  # (h, w), a view of the picture's memory, without the padding of its lines
    shift_x: int  # a sample spans 2 ** shift_x pixels of the picture across, 2 ** shift_y down
    shift_y: int
    black: int  # what a sample of a black picture is
    is_luma: bool


@dataclass(frozen=True, slots=True)
class Colours:
    """What samples stand for, by the numbers of ITU-T H.273; 2 where it is not said."""

    primaries: int
    transfer: int
    matrix: int
    full_range: bool


@dataclass(frozen=True, slots=True)
class Planes:
    """All planes of a picture: luma, and two of chroma unless it is gray."""

    planes: tuple[Plane, ...]
    bits: int  # of a sample, 8 to 16
    full_range: bool  # black is 0 there, and 16 (in 8 bits) elsewhere

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the picture."""
        height, width = self.planes[0].pixels.shape
        return width, height

    @property
    def shifts(self) -> tuple[int, int]:
        """How chroma is shifted, across and down; nought for gray."""
        return self.planes[-1].shift_x, self.planes[-1].shift_y


def planar_format(name: str) -> str:
    """The planar YUV or gray format, little-endian and without alpha, that keeps most of a format.

    >>> planar_format("nv12")
    'yuv420p'
    """
    form = VideoFormat(name, 64, 64)
    colours = [component for component in form.components if not component.is_alpha]
    depth = _depth(max(component.bits for component in colours))
    if _is_rgb(form):
        return _named("yuv444p", depth)
    if len(colours) == 1:
        return _named("gray", depth)
    return _named(f"yuv{_SAMPLINGS[_shift(colours[1].width), _shift(colours[1].height)]}p", depth)


def _shift(side: int) -> int:
    """From the side that chroma has in a picture of 64 x 64 pixels."""
    return (64 // side).bit_length() - 1


def _depth(bits: int) -> int:
    return next((depth for depth in _DEPTHS if bits <= depth), _DEPTHS[-1])


def _named(family: str, depth: int) -> str:
    return family if depth == 8 else f"{family}{depth}le"


def depth_of(name: str) -> int:
    """The bits of a sample in a planar format, 8 to 16."""
    return _density(name)[2]


def _density(name: str) -> tuple[int, int, int]:
    """The shifts of chroma (more than any other where there is none), and the depth."""
    form = VideoFormat(name, 64, 64)
    if len(form.components) == 1:
        return 5, 5, form.components[0].bits
    return _shift(form.components[1].width), _shift(form.components[1].height), form.components[0].bits


def is_full_range(picture: VideoFrame) -> bool:
    """Whether black is 0 in a copy of this picture; what was RGB becomes YUV of the usual range."""
    form = picture.format
    return form.name.startswith("yuvj") or (picture.color_range == ColorRange.JPEG and not _is_rgb(form))


def colours_of(picture: VideoFrame) -> Colours:
    """What the samples of a copy of this picture stand for; numbers that stand for nothing are as none at all."""
    matrix = matrix_of(picture) if _is_rgb(picture.format) else picture.colorspace
    # A matrix of 0 stands for RGB, which has no smaller planes of chroma.
    is_matrix = matrix in _MATRICES or (matrix == 0 and _density(planar_format(picture.format.name))[:2] == (0, 0))
    return Colours(
        picture.color_primaries if picture.color_primaries in _PRIMARIES else _UNKNOWN,
        picture.color_trc if picture.color_trc in _TRANSFERS else _UNKNOWN,
        matrix if is_matrix else _UNKNOWN,
        is_full_range(picture),
    )


def _is_rgb(form: VideoFormat) -> bool:
    return form.is_rgb or form.has_palette or form.is_bayer or form.name.startswith("xyz")


def writable(picture: VideoFrame, form: str | None = None) -> tuple[VideoFrame, Planes]:
    """A copy of a picture in a planar format (``planar_format`` if none is named), and its planes to write to.

    The copy has the colours of the picture, over white where that is transparent, and none of its side data: no
    captions, no time codes. It has no pts.
    """
    wanted = form or planar_format(picture.format.name)
    source = _opaque(picture) if has_alpha(picture.format) else picture
    if source.format.name.startswith("gray") and not wanted.startswith("gray"):
        # libswscale takes gray for full range, whatever it is: let it change the depth alone.
        source = _reformatted(source, _named("gray", _density(wanted)[2]))
    elif not is_alike(source.format.name, wanted):
        source = _reformatted(source, wanted)
    copy = VideoFrame(picture.width, picture.height, wanted)
    copy.color_range = ColorRange.JPEG if is_full_range(picture) else ColorRange.MPEG
    planes = planes_of(copy)
    for index, plane in enumerate(planes.planes):
        plane.pixels[:] = _pixels(source, index) if index < len(source.planes) else plane.black
    return copy, planes


def _without_j(name: str) -> str:
    """FFmpeg's older names for YUV of full range say the range, and nothing else."""
    return name.replace("yuvj", "yuv")


def is_alike(first: str, second: str) -> bool:
    """Whether two formats keep the same samples: some differ in name alone."""
    return _without_j(first) == _without_j(second)


def to_format(picture: VideoFrame, target: FrameFormat) -> VideoFrame:
    """The picture as an encoder takes it; where that is larger, with its last column and row again.

    What it shows is taken as it is: hide what is to be hidden before, or chroma of it is in samples around it.
    """
    made = picture if is_alike(picture.format.name, target.pixels) else writable(picture, target.pixels)[0]
    if (made.width, made.height) == target.size:
        return made
    larger = VideoFrame(*target.size, target.pixels)
    larger.color_range = ColorRange.JPEG if is_full_range(picture) else ColorRange.MPEG
    for index in range(len(made.planes)):
        whole, part = _pixels(larger, index), _pixels(made, index)
        height, width = part.shape
        whole[:height, :width] = part
        whole[height:, :width] = part[-1:]
        whole[:, width:] = whole[:, width - 1 : width]
    return larger


def cropped(picture: VideoFrame, size: tuple[int, int]) -> VideoFrame:
    """The upper left part of a picture in a planar format, as ``to_format`` was given it."""
    part = VideoFrame(*size, picture.format.name)
    part.color_range, part.colorspace = picture.color_range, picture.colorspace
    for index in range(len(picture.planes)):
        pixels = _pixels(part, index)
        pixels[:] = _pixels(picture, index)[: pixels.shape[0], : pixels.shape[1]]
    return part


def planes_of(picture: VideoFrame) -> Planes:
    """The planes of a picture in a planar format; what is written to them changes the picture."""
    shift_x, shift_y, bits = _density(picture.format.name)
    full = is_full_range(picture)
    luma = Plane(_pixels(picture, 0), 0, 0, 0 if full else 16 << (bits - 8), True)
    chroma = [
        Plane(_pixels(picture, index), shift_x, shift_y, 1 << (bits - 1), False)
        for index in range(1, len(picture.planes))
    ]
    return Planes((luma, *chroma), bits, full)


def _pixels(picture: VideoFrame, index: int) -> Samples:
    plane, memory = picture.planes[index], memoryview(picture.planes[index])
    samples: Samples
    if picture.format.components[0].bits == 8:
        samples = np.frombuffer(memory, np.uint8)
    else:
        samples = np.frombuffer(memory, np.uint16)
    rows = samples.reshape(plane.height, -1)[:, : plane.width]
    return rows[::-1] if plane.line_size < 0 else rows


def _reformatted(picture: VideoFrame, form: str) -> VideoFrame:
    matrix, full = matrix_of(picture), is_full_range(picture)
    return picture.reformat(
        format=form,
        src_colorspace=matrix,
        dst_colorspace=matrix,
        src_color_range=ColorRange.JPEG if full or _is_rgb(picture.format) else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        interpolation=_FILTER,
        threads=1,
    )


def _opaque(picture: VideoFrame) -> VideoFrame:
    """The picture over white, as it is looked at elsewhere (``scale.py``)."""
    depth = _depth(max(component.bits for component in picture.format.components))
    layers = _reformatted(picture, _named("yuva444p", depth))
    full, most = is_full_range(picture), (1 << depth) - 1
    white = most if full else 235 << (depth - 8)
    alpha = _pixels(layers, 3).astype(np.uint64)
    below = most - alpha
    opaque = VideoFrame(picture.width, picture.height, _named("yuv444p", depth))
    opaque.color_range = ColorRange.JPEG if full else ColorRange.MPEG
    opaque.colorspace = matrix_of(picture)
    for index in range(3):
        behind = white if index == 0 else 1 << (depth - 1)
        mixed = _pixels(layers, index) * alpha + behind * below
        _pixels(opaque, index)[:] = (mixed + most // 2) // most
    return opaque
