"""Still images of phones: HEIC, one picture of HEVC or a grid of such tiles (ISO/IEC 23008-12).

FFmpeg's decoder reads the pictures; how they belong together is read here, since FFmpeg takes each tile for a film. The
container's own turn and mirroring count; what EXIF says of it is for readers that do not know them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange

from passerby.errors import DamagedError, NotVideoError
from passerby.media.formats import boxes
from passerby.media.read.crop import Crop, aperture
from passerby.media.read.orientation import Orientation
from passerby.media.read.scale import Scaler
from passerby.records import Pixels

ENDINGS = frozenset({".heic", ".heif", ".hif"})
_SEQUENCE = frozenset({b"avis", b"msf1", b"hevc", b"hevx"})  # brands of files that hold films
_HEVC = frozenset({b"heic", b"heix"})
_PICTURE = b"hvc1"
_ALPHA = (b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")
_MOST_TILES = 4096
_MOST_PIXELS = 200_000_000


def is_still(path: Path) -> bool:
    """Whether a file is a HEIF or AVIF still image: it has pictures outside of tracks, and no track."""
    with path.open("rb") as file:
        kinds = [box.kind for box in boxes.whole_file(file).nested()]
    return b"ftyp" in kinds and b"meta" in kinds and b"moov" not in kinds


def is_heic(path: Path) -> bool:
    """Whether a file is a still image of HEVC, whatever its name."""
    with path.open("rb") as file:
        types = next(boxes.whole_file(file).find(b"ftyp"), None)
        return types is not None and bool(_HEVC & _brands(types.data()))


def is_sequence(path: Path) -> bool:
    """Whether a file with such an ending holds a film, as an animated AVIF does."""
    with path.open("rb") as file:
        types = next(boxes.whole_file(file).find(b"ftyp"), None)
        brands = set() if types is None else _brands(types.data())
        has_track = any(True for _ in boxes.whole_file(file).find(b"moov", b"trak"))
    return has_track and bool(_SEQUENCE & brands)


def _brands(data: bytes) -> set[bytes]:
    return {data[at : at + 4] for at in (0, *range(8, len(data), 4))}


@dataclass(frozen=True, slots=True)
class Heif:
    """What a file holds."""

    pixels: Pixels  # (h, w, 3) RGB, or (h, w, 4) with how opaque it is; upright
    profile: bytes | None  # its colour profile
    exif: bytes  # from the head of its TIFF on; empty for none
    has_xmp: bool
    has_more: bool  # further pictures: thumbnails, maps of depth, other shots


def read_heif(path: Path) -> Heif:
    """Raises NotVideoError for what cannot be read so, DamagedError for what breaks off."""
    with path.open("rb") as file:
        meta = next(boxes.whole_file(file).find(b"meta"), None)
        if meta is None:
            raise NotVideoError(f"{path}: expected a still image, found none; check what the file is")
        return _HeifReading(path, file, meta).read()


def clean_aperture(path: Path, size: tuple[int, int]) -> Crop:
    """What of a picture of this (width, height), not turned yet, is not to be shown."""
    with path.open("rb") as file:
        meta = next(boxes.whole_file(file).find(b"meta"), None)
        clap = None if meta is None else _HeifReading(path, file, meta).clap()
    return Crop() if clap is None else aperture(size, clap)


@dataclass(frozen=True, slots=True)
class _HeifItem:
    kind: bytes
    properties: tuple[boxes.BmffBox, ...]  # in the order in which they are to be applied

    def first_property(self, kind: bytes) -> bytes | None:
        return next((box.data() for box in self.properties if box.kind == kind), None)


class _Numbers:
    """Reads numbers from bytes, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self._at = data, 0

    def take(self, size: int) -> int:
        return int.from_bytes(self.bytes(size), "big")

    def bytes(self, size: int) -> bytes:
        if self._at + size > len(self.data):
            raise ValueError("a box is cut short")
        self._at += size
        return self.data[self._at - size : self._at]


class _HeifReading:
    def __init__(self, path: Path, file: BinaryIO, meta: boxes.BmffBox) -> None:
        self._path, self._file = path, file
        self._parts = {box.kind: box for box in meta.nested(4)}

    def read(self) -> Heif:
        primary = self._primary
        pixels = self._picture(primary)
        item = self._items[primary]
        others = [other for other in self._referring(b"auxl", primary) if self._is_alpha(other)]
        alpha = self._picture(others[0]) if others else None
        if alpha is not None:
            pixels = np.dstack([pixels, _sized(alpha, pixels)[..., 1]])
        colours = [box.data() for box in item.properties if box.kind == b"colr"]
        profile = next((data[4:] for data in colours if data[:4] in (b"prof", b"rICC")), None)
        exif = next((number for number, other in self._items.items() if other.kind == b"Exif"), None)
        used = {part for number in (primary, *others[:1]) for part in (number, *self._to(b"dimg", number))}
        more = any(other.kind in (_PICTURE, b"grid") for number, other in self._items.items() if number not in used)
        return Heif(
            _upright(pixels, item),
            profile,
            b"" if exif is None else _tiff(self._bytes(exif)),
            any(other.kind == b"mime" for other in self._items.values()),
            more,
        )

    def clap(self) -> bytes | None:
        """The box that says which part of the picture is shown."""
        return self._items[self._primary].first_property(b"clap")

    def _picture(self, number: int) -> Pixels:
        """The pixels (h, w, 3) of an item, as they are coded."""
        item = self._items.get(number)
        if item is None or item.kind not in (_PICTURE, b"grid"):
            kind = "none" if item is None else item.kind.decode("latin-1")
            raise NotVideoError(f"{self._path}: expected a picture of HEVC, found one of {kind}; save it as JPEG")
        return self._decoded(number, item) if item.kind == _PICTURE else self._grid(number)

    def _grid(self, number: int) -> Pixels:
        head = _Numbers(self._bytes(number))
        head.take(1)
        size = 4 if head.take(1) & 1 else 2
        rows, columns = head.take(1) + 1, head.take(1) + 1
        width, height = head.take(size), head.take(size)
        tiles = self._to(b"dimg", number)
        if len(tiles) != rows * columns or len(tiles) > _MOST_TILES or width * height > _MOST_PIXELS:
            raise DamagedError(f"{self._path}: expected {rows * columns} tiles of the picture, found {len(tiles)}")
        pixels = np.zeros((height, width, 3), np.uint8)
        for place, tile in enumerate(tiles):
            found = self._decoded(tile, self._items[tile])
            y, x = place // columns * found.shape[0], place % columns * found.shape[1]
            part = pixels[y : y + found.shape[0], x : x + found.shape[1]]
            part[:] = found[: part.shape[0], : part.shape[1]]
        return pixels

    def _decoded(self, number: int, item: _HeifItem) -> Pixels:
        decoder = av.CodecContext.create("hevc", "r")
        decoder.extradata = item.first_property(b"hvcC") or b""
        packet: Packet[Stream] = Packet(self._bytes(number))
        try:
            pictures = [*decoder.decode(packet), *decoder.decode(None)]
        except av.FFmpegError as error:
            raise DamagedError(f"{self._path}: the picture cannot be decoded ({error.strerror})") from error
        if not pictures:
            raise DamagedError(f"{self._path}: expected a whole picture, found none that can be decoded; copy it again")
        picture = pictures[0]
        self._set_colours(picture, item)
        return Scaler(Orientation()).rgb(picture, picture.width, picture.height)

    def _set_colours(self, picture: VideoFrame, item: _HeifItem) -> None:
        said = next((box.data() for box in item.properties if box.kind == b"colr" and box.data()[:4] == b"nclx"), None)
        if said is not None and len(said) >= 11:
            picture.colorspace = int.from_bytes(said[8:10], "big")
            picture.color_range = ColorRange.JPEG if said[10] & 0x80 else ColorRange.MPEG

    def _is_alpha(self, number: int) -> bool:
        said = self._items[number].first_property(b"auxC") if number in self._items else None
        return said is not None and said[4:].split(b"\0")[0] in _ALPHA

    @cached_property
    def _primary(self) -> int:
        said = _Numbers(self._data(b"pitm"))
        return said.take(4 if said.take(4) >> 24 else 2)

    @cached_property
    def _items(self) -> dict[int, _HeifItem]:
        found = {}
        head = self._data(b"iinf")
        for entry in self._parts[b"iinf"].nested(8 if head[0] else 6):
            said = _Numbers(entry.data())
            number = said.take(4 if said.take(4) >> 24 > 2 else 2)
            said.take(2)
            found[number] = _HeifItem(said.bytes(4), tuple(self._properties.get(number, ())))
        return found

    @cached_property
    def _properties(self) -> dict[int, list[boxes.BmffBox]]:
        wholes = self._parts.get(b"iprp")
        if wholes is None:
            return {}
        known = [box for part in wholes.find(b"ipco") for box in part.nested()]
        found: dict[int, list[boxes.BmffBox]] = {}
        for part in wholes.find(b"ipma"):
            said = _Numbers(part.data())
            head = said.take(4)
            for _ in range(said.take(4)):
                number = said.take(4 if head >> 24 else 2)
                size = 2 if head & 1 else 1
                indexes = [said.take(size) & ((1 << 8 * size - 1) - 1) for _ in range(said.take(1))]
                found[number] = [known[index - 1] for index in indexes if 0 < index <= len(known)]
        return found

    @cached_property
    def _references(self) -> list[tuple[bytes, int, list[int]]]:
        part = self._parts.get(b"iref")
        if part is None:
            return []
        size = 4 if part.data()[0] else 2
        found = []
        for box in part.nested(4):
            said = _Numbers(box.data())
            source = said.take(size)
            found.append((box.kind, source, [said.take(size) for _ in range(said.take(2))]))
        return found

    def _to(self, kind: bytes, source: int) -> list[int]:
        return [number for name, at, numbers in self._references if (name, at) == (kind, source) for number in numbers]

    def _referring(self, kind: bytes, target: int) -> Iterator[int]:
        return (at for name, at, numbers in self._references if name == kind and target in numbers)

    def _bytes(self, number: int) -> bytes:
        """What an item consists of."""
        said = _Numbers(self._data(b"iloc"))
        version = said.take(4) >> 24
        sizes = said.take(2)
        offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
        wide = 4 if version == 2 else 2
        for _ in range(said.take(wide)):
            at = said.take(wide)
            method = said.take(2) & 15 if version else 0
            said.take(2)
            base = said.take(base_size)
            extents = []
            for _ in range(said.take(2)):
                said.take(index_size if version else 0)
                extents.append((base + said.take(offset_size), said.take(length_size)))
            if at == number:
                return b"".join(self._extent(method, *extent) for extent in extents)
        raise ValueError("an item is nowhere")

    def _extent(self, method: int, offset: int, length: int) -> bytes:
        if method == 1:
            return self._data(b"idat")[offset : offset + length]
        if method:
            raise ValueError("an item is made of others")
        self._file.seek(offset)
        found = self._file.read(length)
        if len(found) < length:
            raise DamagedError(f"{self._path}: expected a whole still image, found one that breaks off; copy it again")
        return found

    def _data(self, kind: bytes) -> bytes:
        part = self._parts.get(kind)
        if part is None:
            raise ValueError(f"there is no {kind.decode()}")
        return part.data()


def _tiff(exif: bytes) -> bytes:
    return exif[4 + int.from_bytes(exif[:4], "big") :]


def _sized(alpha: Pixels, pixels: Pixels) -> Pixels:
    """A picture at the size of another one: each pixel is that under it."""
    (high, wide), (height, width) = alpha.shape[:2], pixels.shape[:2]
    found: Pixels = alpha[np.arange(height)[:, None] * high // height, np.arange(width) * wide // width]
    return found


def _upright(pixels: Pixels, item: _HeifItem) -> Pixels:
    """Cut, turned and mirrored as the properties of an item say, in their order."""
    for box in item.properties:
        data = box.data()
        if box.kind == b"irot":
            pixels = np.rot90(pixels, data[0] & 3)
        elif box.kind == b"imir":
            pixels = pixels[::-1] if data[0] & 1 else pixels[:, ::-1]
        elif box.kind == b"clap":
            pixels = _cut(pixels, aperture((pixels.shape[1], pixels.shape[0]), data))
    return np.ascontiguousarray(pixels)


def _cut(pixels: Pixels, crop: Crop) -> Pixels:
    height, width = pixels.shape[:2]
    return pixels[crop.top : height - crop.bottom, crop.left : width - crop.right]
