"""Which encoder writes a copy, in which format of pixels, and how it is set."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from av.codec import Codec as FfmpegCodec

from passerby.errors import OutputError
from passerby.media.read.planes import FrameFormat, depth_of, planar_format
from passerby.media.read.probe import Layout
from passerby.media.write.containers import FileKind

# No B-frames: MP4 says how long a picture lasts by when the next one is decoded, which then is when the next one is
# shown. (To force a P picture before the last one instead made x264 give other bytes about once in fifty times.)
# About the quality of x264 at crf 20, at a speed that suits two cores. No encoder names itself or its settings in
# the file, and none copies captions into it.
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "libx264": {"preset": "veryfast", "crf": "20", "a53cc": "0", "bf": "0"},
    # With B-frames x265 gives the first packet a time of decoding that was never set, if there are but a few frames.
    "libx265": {"preset": "superfast", "crf": "22", "x265-params": "log-level=none:info=0:bframes=0"},
    "libvpx-vp9": {"deadline": "good", "cpu-used": "5", "row-mt": "1", "crf": "28", "b": "0"},
    "libsvtav1": {"preset": "10", "crf": "28"},
}
Codec = Literal["h264", "hevc", "vp9", "av1"]
Quality = Literal["low", "usual", "high"]
_WISHED = {"h264": "libx264", "hevc": "libx265", "vp9": "libvpx-vp9", "av1": "libsvtav1"}
# What an encoder's crf is at the other qualities: about 6 steps of x264's double the size, or halve it.
_CRF: Mapping[Quality, Mapping[str, str]] = {
    "low": {"libx264": "26", "libx265": "28", "libvpx-vp9": "37", "libsvtav1": "38"},
    "high": {"libx264": "16", "libx265": "18", "libvpx-vp9": "20", "libsvtav1": "19"},
}


@dataclass(frozen=True, slots=True)
class CodingWish:
    """What is asked for of how pictures are coded, in place of what is usual."""

    codec: Codec | None = None  # None: that of the source, where the kind of file takes it
    quality: Quality = "usual"


AS_USUAL = CodingWish()
_NAMES = {"libx264": "H.264", "libx265": "HEVC", "libvpx-vp9": "VP9", "libsvtav1": "AV1"}
# They take no picture whose sides do not hold whole samples of chroma, and none smaller than this.
_WHOLE_CHROMA = {"libx264", "libx265"}
# They write into the video itself what shape a pixel is; PyAV cannot write it anywhere else.
_TELL_ASPECT = {"libx264", "libx265"}
PIXELS = ("yuv420p", "yuv420p10le")
_NOT_PLAYED = {"libx264": {"yuv420p10le"}}  # High 10: what has more than 8 bits becomes HEVC
_SMALLEST = {"libx265": 16, "libsvtav1": 16}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the pictures of a copy are coded."""

    encoder: str  # FFmpeg's name
    name: str  # that people know
    format: FrameFormat
    options: Mapping[str, str]
    notes: tuple[str, ...]  # in what it is not as the original


def choose_encoding(kind: FileKind, layout: Layout, wish: CodingWish = AS_USUAL) -> Encoding:
    """The encoder of the source's codec, if the kind of file and the pictures allow it; else one that keeps its depth.

    All pictures are 4:2:0, in 8 or 10 bits: nothing else is played by phones, browsers and their hardware. Raises
    OutputError if none can keep the shape of the pixels, or if the one that is wished for cannot be had.
    """
    source, codec = planar_format(layout.info.pixel_format), layout.info.codec
    offers = list(_offers(kind, codec, layout.coded_size))
    if wish.codec is not None:
        offers = [offer for offer in offers if offer[0] == _WISHED[wish.codec]]
        if not offers:
            raise OutputError(f"such a file does not take {wish.codec} of these pictures; name another kind, or codec")
    if layout.aspect not in (None, 1):
        offers = [offer for offer in offers if offer[0] in _TELL_ASPECT]
    if not offers:
        raise OutputError("the original's pixels are not square, which a .webm file cannot say here; use .mp4 or .mkv")
    wanted = PIXELS[0] if depth_of(source) == 8 else PIXELS[1]
    encoder, forms, size = next((offer for offer in offers if wanted in offer[1]), offers[0])
    form = wanted if wanted in forms else PIXELS[0]
    notes = [] if kind.encoders.get(codec) == encoder else [f"encoded as {_NAMES[encoder]}; the original is {codec}"]
    if form != source:
        notes.append(f"pixels are {form}; the original's are {layout.info.pixel_format}")
    if size != layout.coded_size:
        sizes = ["{}x{}".format(*sides) for sides in (size, layout.coded_size)]
        notes.append(
            f"pictures are {sizes[0]}, the last line or column twice, since sides must be even; were {sizes[1]}"
        )
    options = OPTIONS[encoder] if wish.quality == "usual" else {**OPTIONS[encoder], "crf": _CRF[wish.quality][encoder]}
    return Encoding(encoder, _NAMES[encoder], FrameFormat(form, size), options, tuple(notes))


def coded_size(encoder: str, size: tuple[int, int]) -> tuple[int, int]:
    """The size in which an encoder takes pictures of a size: the same, or the next one with even sides."""
    return (size[0] + size[0] % 2, size[1] + size[1] % 2) if encoder in _WHOLE_CHROMA else size


def _offers(kind: FileKind, codec: str, size: tuple[int, int]) -> Iterator[tuple[str, list[str], tuple[int, int]]]:
    """Encoders, the best first, with the formats that they take, and the size in which they take pictures of this."""
    preferred = kind.encoders.get(codec)
    for name in dict.fromkeys([*([preferred] if preferred else []), *kind.other_encoders]):
        coded = coded_size(name, size)
        if min(coded) >= _SMALLEST.get(name, 1):
            known = {form.name for form in FfmpegCodec(name, "w").video_formats or ()}
            yield name, [form for form in PIXELS if form in known and form not in _NOT_PLAYED.get(name, ())], coded
