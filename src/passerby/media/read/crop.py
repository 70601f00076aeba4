"""The part of the coded pictures that is shown, where a container says that it is not all of them.

FFmpeg's decoders know what the pictures themselves say of this, but not what is said around them: PixelCrop of Matroska
(RFC 9559, 5.1.4.1.28.8) and the clean aperture of MP4 and MOV ("clap", ISO/IEC 14496-12, 12.1.4).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import BinaryIO

from av.container import InputContainer
from av.filter import Graph
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.errors import DamagedError
from passerby.media.formats import boxes, ebml
from passerby.media.read.filter_source import add_source

_SEGMENT, _TRACKS, _ENTRY, _TYPE, _VIDEO = 0x18538067, 0x1654AE6B, 0xAE, 0x83, 0xE0
_CROPS = (0x54CC, 0x54BB, 0x54DD, 0x54AA)  # left, top, right, bottom
_IS_VIDEO = 1
SAMPLE_ENTRY = 78  # bytes of a video's entry before the boxes in it
_LIST_HEAD = 8  # bytes of a list of entries before them


@dataclass(frozen=True, slots=True)
class Crop:
    """How many lines of pixels are not shown at each side of a coded picture."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0

    def size(self, width: int, height: int) -> tuple[int, int]:
        """What is left of a picture of this size."""
        return width - self.left - self.right, height - self.top - self.bottom


def crop_of(path: Path, container: InputContainer, video: VideoStream) -> Crop:
    """What the container of a video says of it."""
    with path.open("rb") as file:
        said = {element.id: element.number() for element in in_matroska(file, container, video)}
        if any(side in said for side in _CROPS):
            return Crop(*(said.get(side, 0) for side in _CROPS))
        entries = [entry for track in mp4_tracks(file, container, video) for entry in sample_entries(track)]
        claps = ((entry, box) for entry in entries for box in entry.nested(SAMPLE_ENTRY) if box.kind == b"clap")
        return next((aperture(_size(entry), box.data()) for entry, box in claps), Crop())


def in_matroska(file: BinaryIO, container: InputContainer, video: VideoStream) -> Iterator[ebml.Element]:
    """What Matroska says of the pictures of a video; nothing for other files."""
    if "matroska" not in container.format.name.split(","):
        return
    number = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic].index(video)
    tracks = next(ebml.whole_file(file).find(_SEGMENT, _TRACKS), None)
    entries = [] if tracks is None else list(tracks.find(_ENTRY))
    videos = [entry for entry in entries if any(kind.number() == _IS_VIDEO for kind in entry.find(_TYPE))]
    for entry in videos[number : number + 1]:
        for part in entry.find(_VIDEO):
            yield from part.nested()


def mp4_tracks(file: BinaryIO, container: InputContainer, video: VideoStream) -> Iterator[boxes.BmffBox]:
    """The box of a video's track in MP4 and MOV; none for other files."""
    if "mov" in container.format.name.split(","):
        for track in boxes.whole_file(file).find(b"moov", b"trak"):
            if any(_number(head.data()) == video.id for head in track.find(b"tkhd")):
                yield track


def sample_entries(track: boxes.BmffBox) -> Iterator[boxes.BmffBox]:
    """What a track says of how its pictures are coded; the boxes in it come after ``SAMPLE_ENTRY`` bytes."""
    for part in track.find(b"mdia", b"minf", b"stbl", b"stsd"):
        yield from part.nested(_LIST_HEAD)


def _number(head: bytes) -> int:
    """The number of a track, in its header of either version."""
    at = 20 if head[:1] == b"\1" else 12
    return int.from_bytes(head[at : at + 4], "big")


def _size(entry: boxes.BmffBox) -> tuple[int, int]:
    width, height = struct.unpack_from(">HH", entry.data(), 24)
    return width, height


def aperture(size: tuple[int, int], clap: bytes) -> Crop:
    """What of pictures of this (width, height) lies outside of the clean aperture that a "clap" box tells.

    It is given by its size and by how far its centre is off.
    """
    if len(clap) < 32:
        return Crop()
    numbers = struct.unpack(">IIIIiIiI", clap[:32])
    if not all(numbers[1::2]):
        return Crop()
    wide, high, x, y = (Fraction(over, under) for over, under in zip(numbers[::2], numbers[1::2], strict=True))
    left, top = x + (size[0] - wide) / 2, y + (size[1] - high) / 2
    sides = left, top, size[0] - wide - left, size[1] - high - top
    return Crop(*(max(0, ceil(side)) for side in sides))


class Cropper:
    """Cuts off what is not shown, without copying the rest."""

    def __init__(self, crop: Crop, path: Path, tick: Fraction) -> None:
        """``tick``: of the times of the pictures, in seconds."""
        self._crop, self._path, self._tick = crop, path, tick
        self._graph: Graph | None = None
        self._shape: tuple[int, int, str] | None = None

    def cut(self, picture: VideoFrame) -> VideoFrame:
        """What is shown of a decoded picture, with its times. Raises DamagedError if that is nothing."""
        if self._crop == Crop():
            return picture
        shape = picture.width, picture.height, picture.format.name
        if self._graph is None or shape != self._shape:
            self._graph, self._shape = self._cutting(picture), shape
        self._graph.vpush(picture)
        shown = self._graph.vpull()
        shown.pts, shown.duration = picture.pts, picture.duration
        return shown

    def _cutting(self, picture: VideoFrame) -> Graph:
        width, height = self._crop.size(picture.width, picture.height)
        if width < 1 or height < 1:
            raise DamagedError(
                f"{self._path}: expected pictures of which a part is shown, found {picture.width}x{picture.height} "
                "of which all is cut off; mend the file"
            )
        graph = Graph()
        source = add_source(graph, picture, self._tick)
        cutter = graph.add("crop", f"w={width}:h={height}:x={self._crop.left}:y={self._crop.top}:exact=1")
        graph.link_nodes(source, cutter, graph.add("buffersink"))
        graph.configure()
        return graph
