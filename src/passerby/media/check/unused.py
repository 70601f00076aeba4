"""What lies in a file beside what players read: behind its end, in unused boxes, and between its media data.

A copy that was written anew has nothing there. MP4 and Matroska are walked through box by box; media data are passed
over, but for the bytes of them that belong to no stream.
"""

import os
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from passerby.media._av import open_container, read_packets
from passerby.media.damage import Damage
from passerby.wording import counted

_MOST_READ = 1 << 24  # bytes of one box or gap
_HEADER = 8
# By which files within files are known: JPEG, PNG, RIFF and WebP, and MP4 and its like (four bytes before).
_PICTURES = (b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1", b"\xff\xd8\xff\xdb", b"\xff\xd8\xff\xee", b"\x89PNG\r\n\x1a\n")
_FILES = (*_PICTURES, b"RIFF", b"ftyp", b"\x1aE\xdf\xa3", b"%PDF-")

_MP4_STARTS = frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"free", b"skip", b"wide", b"moof"})
_MP4_KNOWN = _MP4_STARTS | {b"mfra", b"sidx", b"ssix", b"prft", b"pdin", b"emsg", b"uuid", b"meta"}
_MP4_INNER = frozenset({
    b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"mvex", b"moof", b"traf", b"mfra", b"udta", b"tref",
})  # fmt: skip
_MP4_UNUSED = frozenset({b"free", b"skip", b"wide"})
# Lists of numbers, in which any bytes can stand; and the cover picture, which is a stream.
_MP4_PASSED = frozenset({
    b"stts", b"ctts", b"stsz", b"stz2", b"stco", b"co64", b"stsc", b"stss", b"sdtp", b"sbgp", b"trun", b"tfra", b"sidx",
    b"elst", b"cslg", b"mdat", b"meta",
})  # fmt: skip
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # signed Content Credentials

_EBML, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_VOID, _CRC = 0xEC, 0xBF
_SEGMENT_KNOWN = frozenset(
    {0x114D9B74, 0x1549A966, 0x1654AE6B, _CLUSTER, 0x1C53BB6B, 0x1043A770, 0x1941A469, 0x1254C367, _VOID, _CRC}
)
_UNKNOWN_SIZE = -1


def unused_in(path: Path) -> list[str]:
    """What there is of that, in words. Raises as ``open_container`` does."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEADER)
        if head[4:8] in _MP4_STARTS:
            media: list[tuple[int, int]] = []
            found = list(_mp4(file, size, media))
            return [*found, *_between(file, path, media)]
        if int.from_bytes(head[:4], "big") == _EBML:
            return list(_matroska(file, size))
    return []


def is_walked(path: Path) -> bool:
    """Whether ``unused_in`` knows the kind of a file."""
    with path.open("rb") as file:
        head = file.read(_HEADER)
    return head[4:8] in _MP4_STARTS or int.from_bytes(head[:4], "big") == _EBML


def holds_a_file(content: bytes) -> bool:
    """Whether a picture or a film lies in some bytes."""
    return any(signature in content for signature in _PICTURES)


# MP4


def _mp4(file: BinaryIO, size: int, media: list[tuple[int, int]]) -> Iterator[str]:
    seen: set[bytes] = set()
    at = 0
    while at < size:
        box = _box(file, at, size)
        if box is None or box[0] not in _MP4_KNOWN:
            yield f"{size - at} bytes lie behind its end{_called(_read(file, at, size))}"
            return
        kind, start, end = box
        if kind in seen and kind in (b"ftyp", b"moov"):
            yield f"another film lies behind its end, in {size - at} bytes"
            return
        seen.add(kind)
        if kind == b"mdat":
            media.append((start, end))
        yield from _in_box(file, kind, start, end)
        at = end


def _in_box(file: BinaryIO, kind: bytes, start: int, end: int) -> Iterator[str]:
    if kind in _MP4_INNER:
        at = start
        while at + _HEADER <= end:
            box = _box(file, at, end)
            if box is None:
                if any(_read(file, at, end)):
                    yield f"{end - at} bytes of its header ({_name(kind)}) belong to no box"
                return
            yield from _in_box(file, *box)
            at = box[2]
    elif kind in _MP4_UNUSED:
        content = _read(file, start, end)
        if any(content):
            yield f"{len(content)} bytes lie in a box that is not used ({_name(kind)}){_called(content)}"
    elif kind == b"uuid":
        if _read(file, start, min(start + 16, end)) != _C2PA:
            yield f"a box of a kind of its own (uuid) holds {end - start} bytes"
    elif kind not in _MP4_PASSED and holds_a_file(content := _read(file, start, end)):
        yield f"a box of its header ({_name(kind)}) holds a file{_called(content)}"


def _box(file: BinaryIO, at: int, limit: int) -> tuple[bytes, int, int] | None:
    """The kind of the box at a place, and where its content begins and ends; None if there is none.

    One that is cut off ends with the file.
    """
    head = _read(file, at, min(at + 2 * _HEADER, limit))
    if len(head) < _HEADER:
        return None
    length, kind, start = int.from_bytes(head[:4], "big"), head[4:8], at + _HEADER
    if length == 1 and len(head) == 2 * _HEADER:
        length, start = int.from_bytes(head[8:], "big"), at + 2 * _HEADER
    end = limit if length == 0 else at + length
    if end > limit and kind == b"mdat":
        end = limit
    return (kind, start, end) if start <= end <= limit else None


def _between(file: BinaryIO, path: Path, media: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Files that lie in the media data between what belongs to streams."""
    used = sorted(_places(path))
    for start, end in media:
        at = start
        for first, length in [*used[bisect_left(used, (start, 0)) : bisect_left(used, (end, 0))], (end, 0)]:
            if first - at > _HEADER and any(name in (content := _read(file, at, first)) for name in _FILES):
                yield f"{first - at} bytes of its media data belong to no stream{_called(content)}"
            at = max(at, first + length)


def _places(path: Path) -> Iterator[tuple[int, int]]:
    """Where the packets of a file lie, and how long they are."""
    with open_container(path) as container:
        for packet in read_packets(container, list(container.streams), Damage()):
            if packet.pos is not None and packet.pos >= 0:
                yield packet.pos, packet.size


# Matroska


def _matroska(file: BinaryIO, size: int) -> Iterator[str]:
    at, films = 0, 0
    while at < size:
        element = _element(file, at, size)
        if element is None or element[0] not in (_EBML, _SEGMENT, _VOID) or (element[0] == _EBML and films):
            yield f"{size - at} bytes lie behind its end{_called(_read(file, at, size))}"
            return
        kind, start, end = element
        if kind == _VOID:
            yield from _void(file, start, end)
        if kind == _SEGMENT:
            films += 1
            if end == _UNKNOWN_SIZE:
                return
            yield from _in_segment(file, start, end)
        at = end


def _in_segment(file: BinaryIO, at: int, limit: int) -> Iterator[str]:
    while at < limit:
        element = _element(file, at, limit)
        if element is None or element[0] not in _SEGMENT_KNOWN:
            yield f"{limit - at} bytes of it belong to no part that players know{_called(_read(file, at, limit))}"
            return
        kind, start, end = element
        if end == _UNKNOWN_SIZE:
            return
        if kind == _VOID:
            yield from _void(file, start, end)
        if kind == _CLUSTER:
            yield from _voids_of(file, start, end)
        at = end


def _voids_of(file: BinaryIO, at: int, limit: int) -> Iterator[str]:
    while at < limit and (element := _element(file, at, limit)) is not None and element[2] != _UNKNOWN_SIZE:
        if element[0] == _VOID:
            yield from _void(file, *element[1:])
        at = element[2]


def _void(file: BinaryIO, start: int, end: int) -> Iterator[str]:
    content = _read(file, start, end)
    if any(content):
        yield f"{counted(len(content), 'byte')} lie in a part that is not used (Void){_called(content)}"


def _element(file: BinaryIO, at: int, limit: int) -> tuple[int, int, int] | None:
    """The ID of the element at a place, and where its content begins and ends; None if there is none.

    One that is cut off ends with the file.
    """
    head = _read(file, at, min(at + 12, limit))
    if not head or not head[0]:
        return None
    id_length = 9 - head[0].bit_length()
    rest = head[id_length:]
    if id_length > 4 or not rest or not rest[0]:
        return None
    length = 9 - rest[0].bit_length()
    if len(rest) < length:
        return None
    marked = int.from_bytes(rest[:length], "big")
    size, start = marked & ((1 << (7 * length)) - 1), at + id_length + length
    end = _UNKNOWN_SIZE if size == (1 << (7 * length)) - 1 else start + size
    return int.from_bytes(head[:id_length], "big"), start, min(end, limit)


# Both


def _read(file: BinaryIO, start: int, end: int) -> bytes:
    file.seek(start, os.SEEK_SET)
    return file.read(max(min(end - start, _MOST_READ), 0))


def _called(content: bytes) -> str:
    """What kind of file lies in some bytes, if any."""
    if any(signature in content for signature in _PICTURES):
        return ": a picture"
    return ": a film" if b"ftyp" in content or b"\x1aE\xdf\xa3" in content else ""


def _name(kind: bytes) -> str:
    return kind.decode("latin-1")
