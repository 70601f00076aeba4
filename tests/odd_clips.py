"""Odd films, each like one that some reader got wrong: ``tests/test_odd_files.py`` says what is to come of each."""

import io
import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
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
