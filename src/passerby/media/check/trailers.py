"""What a file of a still image holds behind its picture: the film of a motion photo, a second picture, anything."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# What the marks of files are, with how far before a mark its file begins.
_KINDS: Mapping[bytes, tuple[str, int]] = {
    b"ftyp": ("MP4", 4),
    b"\xff\xd8\xff": ("JPEG", 0),
    b"\x89PNG\r\n": ("PNG", 0),
    b"WEBPVP8": ("WebP", 8),
    b"GIF8": ("GIF", 0),
    b"\x1aE\xdf\xa3": ("Matroska", 0),
    b"PK\x03\x04": ("ZIP", 0),
    b"%PDF": ("PDF", 0),
}
_JPEG_END, _JPEG_SCAN = 0xD9, 0xDA
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # marks without a length
_JPEG_MARK = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")  # that ends coded data
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_HEIF_FILM = frozenset({b"mpvd"})  # a box that phones write the film of a motion photo into
_HEIF_LAST = frozenset({b"ftyp", b"idat", b"mdat", b"meta"})


@dataclass(frozen=True, slots=True)
class Trailer:
    """Bytes that no viewer of the picture shows."""

    size: int
    kind: str  # of what is first known in it

    def __str__(self) -> str:
        return f"{self.size} bytes behind the picture ({self.kind})"


def trailer(data: bytes, *, skip_pictures: bool = False) -> Trailer | None:
    """What is behind the picture in a file of JPEG, PNG, WebP, BMP, AVIF or HEIC; None for nothing, or zeros.

    ``skip_pictures``: whether JPEGs that follow at once belong to it.
    """
    end = _end(data)
    while skip_pictures and end is not None and data[end : end + 3] == b"\xff\xd8\xff":
        end = _after(end, _jpeg_end(data[end:]))
    if end is None or end >= len(data) or not data[end:].strip(b"\0"):
        return None
    return Trailer(len(data) - end, _kind(data[end:]))


def _after(start: int, length: int | None) -> int | None:
    return None if length is None else start + length


def _end(data: bytes) -> int | None:
    """Where the picture ends; None where that is not known."""
    for head, at, find in _ENDS:
        if data.startswith(head, at):
            return find(data)
    return None


def _kind(data: bytes) -> str:
    found = {data.find(mark): name for mark, (name, before) in _KINDS.items() if data.find(mark) >= before}
    return found[min(found)] if found else "unknown"


def _jpeg_end(data: bytes) -> int | None:
    at = 2
    while (mark := _JPEG_MARK.match(data, at)) is not None:
        at, code = mark.end(), mark[1][0]
        if code == _JPEG_END:
            return at
        if code in _JPEG_ALONE:
            continue
        at += int.from_bytes(data[at : at + 2])
        if code == _JPEG_SCAN:
            coded = _JPEG_MARK.search(data, at)
            if coded is None:
                return None
            at = coded.start()
    return None


def _png_end(data: bytes) -> int | None:
    at = len(_PNG_HEAD)
    while at + 12 <= len(data):
        at += 12 + int.from_bytes(data[at : at + 4])
        if data[at - 8 : at - 4] == b"IEND":
            return at
    return None


def _riff_end(data: bytes) -> int | None:
    size = int.from_bytes(data[4:8], "little")
    return 8 + size + size % 2


def _bmp_end(data: bytes) -> int | None:
    return int.from_bytes(data[2:6], "little") or None


def _heif_end(data: bytes) -> int | None:
    """Boxes follow on each other; a film has a head of its own, or a box that is made for it."""
    at = 0
    while at + 8 <= len(data):
        size, name = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16])
        if (at and name == b"ftyp") or name in _HEIF_FILM or size in range(1, 8):
            return at
        if size == 0 or at + size > len(data):  # the last one, or broken off; or no box at all
            return None if name in _HEIF_LAST else at
        at += size
    return at


_ENDS: tuple[tuple[bytes, int, Callable[[bytes], int | None]], ...] = (
    (b"\xff\xd8", 0, _jpeg_end),
    (_PNG_HEAD, 0, _png_end),
    (b"WEBP", 8, _riff_end),
    (b"BM", 0, _bmp_end),
    (b"ftyp", 4, _heif_end),
)
