"""Odd stills: HEIC as phones write it, made box by box around pictures of x265."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from odd_clips import box
from passerby.records import Pixels


@dataclass
class _Item:
    kind: bytes
    data: bytes
    properties: Sequence[bytes]
    refers: Sequence[tuple[bytes, Sequence[int]]] = field(default_factory=tuple)


def full(kind: bytes, data: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with a version and flags."""
    return box(kind, bytes([version]) + flags.to_bytes(3, "big") + data)


def hevc(pixels: Pixels) -> tuple[bytes, bytes]:
    """A picture (h, w, 3) as HEVC: the record of its parameter sets, and its units."""
    path = Path("/dev/null")
    with av.open(str(path), "w", format="mp4") as container:
        options = {"x265-params": "log-level=none:pools=1:keyint=1", "crf": "4", "preset": "ultrafast"}
        stream = container.add_stream("libx265", rate=1, options=options)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = pixels.shape[:2]
        stream.pix_fmt = "yuv444p"
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb24").reformat(format="yuv444p")
        packets = [*stream.encode(picture), *stream.encode(None)]
        record = stream.codec_context.extradata or b""
    units = [unit for unit in b"".join(map(bytes, packets)).replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
    return _record(record), b"".join(struct.pack(">I", len(unit)) + unit for unit in units)


def _record(extradata: bytes) -> bytes:
    """The "hvcC" record without parameter sets, since they are in the picture too."""
    return extradata if extradata[:1] == b"\1" else bytes([1, *[0] * 20, 0xF, 0])


def heic(
    path: Path,
    tiles: Sequence[Pixels],
    *,
    grid: tuple[int, int, int, int] | None = None,
    properties: Sequence[bytes] = (),
    alpha: Pixels | None = None,
    exif: bytes = b"",
) -> Path:
    """Write a picture, or a grid of (columns, rows, width, height) of tiles, with more properties for all of it."""
    items = []
    for tile in tiles:
        record, units = hevc(tile)
        size = full(b"ispe", struct.pack(">II", tile.shape[1], tile.shape[0]))
        items.append(_Item(b"hvc1", units, [box(b"hvcC", record), size, *([] if grid else properties)]))
    primary = 1
    if grid:
        columns, rows, width, height = grid
        head = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)
        parts = list(range(1, len(tiles) + 1))
        items.append(_Item(b"grid", head, properties, [(b"dimg", parts)]))
        primary = len(items)
    if alpha is not None:
        record, units = hevc(alpha)
        kind = full(b"auxC", b"urn:mpeg:hevc:2015:auxid:1\0")
        items.append(_Item(b"hvc1", units, [box(b"hvcC", record), kind], [(b"auxl", [primary])]))
    if exif:
        items.append(_Item(b"Exif", struct.pack(">I", 0) + exif, [], [(b"cdsc", [primary])]))
    path.write_bytes(_file(items, primary))
    return path


def _file(items: Sequence[_Item], primary: int) -> bytes:
    types = box(b"ftyp", b"heic\0\0\0\0mif1heic")
    before = len(types) + len(_meta(items, primary, 0)) + 8
    return types + _meta(items, primary, before) + box(b"mdat", b"".join(item.data for item in items))


def _meta(items: Sequence[_Item], primary: int, start: int) -> bytes:
    infos, places, known, ties, references = b"", b"", b"", b"", b""
    count = 0
    for number, item in enumerate(items, 1):
        infos += full(b"infe", struct.pack(">HH", number, 0) + item.kind + b"\0", version=2)
        places += struct.pack(">HHHII", number, 0, 1, start, len(item.data))
        start += len(item.data)
        known += b"".join(item.properties)
        ties += struct.pack(">HB", number, len(item.properties))
        ties += bytes(count + index + 1 for index in range(len(item.properties)))
        count += len(item.properties)
        for kind, targets in item.refers:
            references += box(kind, struct.pack(f">HH{len(targets)}H", number, len(targets), *targets))
    parts = [
        full(b"hdlr", b"\0\0\0\0pict" + bytes(13)),
        full(b"pitm", struct.pack(">H", primary)),
        full(b"iinf", struct.pack(">H", len(items)) + infos),
        box(b"iprp", box(b"ipco", known) + full(b"ipma", struct.pack(">I", len(items)) + ties)),
        full(b"iloc", struct.pack(">BBH", 0x44, 0, len(items)) + places),
        *([full(b"iref", references)] if references else []),
    ]
    return full(b"meta", b"".join(parts))
