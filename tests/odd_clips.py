"""Odd films, each like one that some reader got wrong: ``tests/test_odd_files.py`` says what is to come of each."""

import io
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream
from PIL import Image

from pictures import Size, stamp, texture


def drawn(size: Size, count: int) -> list[Image.Image]:
    """``count`` numbered pictures (``pictures.number_of`` reads the number)."""
    draw = texture(size)
    return [Image.fromarray(stamp(draw(index), index)) for index in range(count)]


def exif(orientation: int = 1) -> bytes:
    """An EXIF block that says how the picture is turned."""
    entry = struct.pack("<HHII", 0x0112, 3, 1, orientation)
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)


def motion_jpeg(path: Path, pictures: Iterable[Image.Image], *, orientation: int = 1) -> Path:
    """Motion JPEG whose pictures have an EXIF block each, as old cameras and dashcams write."""
    blobs = []
    for picture in pictures:
        blob = io.BytesIO()
        picture.save(blob, "JPEG", quality=90, exif=exif(orientation))
        blobs.append(blob.getvalue())
        size = picture.size
    write_packets(path, "mjpeg", size, "yuvj420p", blobs)
    return path


def write_packets(path: Path, codec: str, size: Size, pixel_format: str, blobs: Sequence[bytes]) -> None:
    """A film of 25 pictures a second, each of them a key picture in a packet of its own."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt, stream.time_base = pixel_format, Fraction(1, 25)
        for index, blob in enumerate(blobs):
            packet: av.Packet[Any] = av.Packet(blob)
            packet.pts = packet.dts = index
            packet.duration, packet.time_base, packet.is_keyframe = 1, Fraction(1, 25), True
            packet.stream = stream
            container.mux(packet)


def box(kind: bytes, data: bytes) -> bytes:
    """A box of MP4."""
    return struct.pack(">I4s", 8 + len(data), kind) + data


def with_box(source: Path, target: Path, new: bytes, *inside: bytes) -> Path:
    """A copy of an MP4 file whose index is at its end, with one box more at the end of the first one at a path."""
    data = bytearray(source.read_bytes())
    start, end = 0, len(data)
    sizes = []
    for kind in inside:
        at, size = next((at, size) for at, size, found in _boxes(data, start, end) if found == kind)
        sizes.append(at)
        start, end = at + 8 + _HEADS.get(kind, 0), at + size
    data[end:end] = new
    for at in sizes:
        data[at : at + 4] = struct.pack(">I", int.from_bytes(data[at : at + 4], "big") + len(new))
    target.write_bytes(data)
    return target


# Bytes before the boxes within.
_HEADS = {b"stsd": 8, b"avc1": 78, b"hvc1": 78, b"meta": 4}
SAMPLE_ENTRY = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1")


def _boxes(data: bytearray, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    while start + 8 <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        yield start, size, bytes(data[start + 4 : start + 8])
        start += size


def clean_aperture(size: Size, x: Fraction, y: Fraction) -> bytes:
    """The box that has players show so much of the pictures, its centre off theirs by x and y."""
    numbers = (size[0], 1, size[1], 1, x.numerator, x.denominator, y.numerator, y.denominator)
    return box(b"clap", struct.pack(">IIIIiIiI", *numbers))


def cropped_matroska(source: Path, target: Path, right: int) -> Path:
    """A copy of a Matroska file, as FFmpeg writes them, whose player is to cut so many lines off at the right."""
    data = source.read_bytes()
    unit = b"\x54\xb2\x81\x04"  # DisplayUnit: unknown
    assert data.count(unit) == 1
    assert right < 256
    target.write_bytes(data.replace(unit, b"\x54\xdd\x81" + bytes([right])))
    return target


def turned_matroska(source: Path, target: Path, degrees: float) -> Path:
    """A copy of a Matroska file that says that its picture is turned (ProjectionPoseRoll)."""
    roll = b"\x76\x75\x84" + struct.pack(">f", degrees)
    target.write_bytes(_with_element(source.read_bytes(), [0x18538067, 0x1654AE6B, 0xAE, 0xE0], b"\x76\x70\x87" + roll))
    return target


def _with_element(data: bytes, path: list[int], element: bytes) -> bytes:
    """Elements of Matroska with one more at the end of that at ``path``."""
    if not path:
        return data + element
    made, at = b"", 0
    while at < len(data):
        head = at + 9 - data[at].bit_length()
        wide = 9 - data[head].bit_length()
        size = int.from_bytes(data[head : head + wide], "big") & ((1 << 7 * wide) - 1)
        end = head + wide + size
        if int.from_bytes(data[at:head], "big") == path[0]:
            inner = _with_element(data[head + wide : end], path[1:], element)
            made += data[at:head] + (1 << 56 | len(inner)).to_bytes(8, "big") + inner
        else:
            made += data[at:end]
        at = end
    return made


def transparent(path: Path, codec: str, count: int = 4) -> Path:
    """A red film of which the middle, in which all is white or black by turns of lines, is wholly transparent."""
    pixels = np.full((96, 160, 4), (200, 40, 40, 255), np.uint8)
    pixels[32:64, 48:112] = (0, 0, 0, 0)
    pixels[32:64:8, 48:112, :3] = 255
    options = {"auto-alt-ref": "0", "deadline": "realtime"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuva420p"
        for _ in range(count):
            picture = av.VideoFrame.from_ndarray(pixels, "rgba").reformat(format="yuva420p")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def later_clock(source: Path, target: Path, ticks: int) -> Path:
    """A copy of an MPEG-TS or MPEG-PS file whose clock is so many ticks later, and starts again after 33 bits."""
    data = bytearray(source.read_bytes())
    for found in re.finditer(rb"\x00\x00\x01[\xc0-\xef]", bytes(data)):
        for place in _stamps(data, found.start() + 6):
            _set_stamp(data, place, (_stamp(data, place) + ticks) % (1 << 33))
    target.write_bytes(data)
    return target


def _stamps(data: bytearray, at: int) -> Sequence[int]:
    """Where the head of a packet has the times at which it is shown and decoded, if it has any."""
    if data[at] & 0xC0 == 0x80:  # MPEG-2
        return range(at + 3, at + 3 + 5 * (data[at + 1] >> 6).bit_count(), 5)
    while data[at] == 0xFF:  # MPEG-1
        at += 1
    at += 2 if data[at] & 0xC0 == 0x40 else 0
    return range(at, at + 5 * {2: 1, 3: 2}.get(data[at] >> 4, 0), 5)


def _stamp(data: bytearray, at: int) -> int:
    five = data[at : at + 5]
    return (five[0] >> 1 & 7) << 30 | five[1] << 22 | five[2] >> 1 << 15 | five[3] << 7 | five[4] >> 1


def _set_stamp(data: bytearray, at: int, stamp: int) -> None:
    low = stamp & 0x7FFF
    data[at] = data[at] & 0xF1 | (stamp >> 30 & 7) << 1
    data[at + 1 : at + 5] = bytes([stamp >> 22 & 255, stamp >> 14 & 0xFE | 1, low >> 7, low << 1 & 0xFE | 1])


def two_films(path: Path) -> Path:
    """A film of 160x96 and one of 96x160 in one file, as phones with two cameras write them."""
    with av.open(str(path), "w") as container:
        streams = []
        for size in ((160, 96), (96, 160)):
            stream = container.add_stream("libx264", rate=25)
            assert isinstance(stream, VideoStream)
            (stream.width, stream.height), stream.pix_fmt = size, "yuv420p"
            streams.append((stream, drawn(size, 6)))
        for index in range(6):
            for stream, pictures in streams:
                picture = av.VideoFrame.from_ndarray(np.asarray(pictures[index]), "rgb24").reformat(format="yuv420p")
                container.mux(stream.encode(picture))
        for stream, _ in streams:
            container.mux(stream.encode(None))
    return path
