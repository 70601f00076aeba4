"""Whether a file holds pictures, by its first bytes or its ending; nothing of it is decoded."""

from pathlib import Path
from typing import Literal

Medium = Literal["film", "picture"]

_HEAD = 512
# First bytes, and where they stand.
_PICTURES = (
    *(
        (0, start)
        for start in (b"\xff\xd8\xff", b"\x89PNG\r\n", b"8BPS", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"\0\0\0\x0cjP  ")
    ),
    *((0, start) for start in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"IIU\0", b"IIRO", b"FUJIFILM", b"qoif")),
    (8, b"WEBP"),
)
_FILMS = (
    *(
        (0, start)
        for start in (b"\x1aE\xdf\xa3", b"GIF8", b"FLV\1", b"OggS", b"\0\0\1\xba", b"\0\0\1\xb3", b"0&\xb2u\x8ef")
    ),
    *((0, start) for start in (b".RMF", b"DKIF", b"YUV4MPEG2", b"nut/multimedia", b"\x06\x0e+4\x02\x05")),
    *((4, atom) for atom in (b"moov", b"mdat", b"wide", b"pnot", b"moof")),
    (8, b"AVI "),
)
# Of the files that begin with "ftyp": brands of pictures and of sound.
_PICTURE_BRANDS = {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"crx "}
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_TS_PACKETS = ((0, 188), (4, 192), (0, 204))  # where the first one begins, and how far the next one is

PICTURE_ENDINGS = frozenset(
    {
        ".arw",
        ".avif",
        ".bmp",
        ".cr2",
        ".cr3",
        ".dng",
        ".heic",
        ".heif",
        ".hif",
        ".jfif",
        ".jp2",
        ".jpe",
        ".jpeg",
        ".jpg",
    }
    | {".jxl", ".mpo", ".nef", ".orf", ".png", ".psd", ".raf", ".rw2", ".tif", ".tiff", ".webp"}
)
FILM_ENDINGS = frozenset(
    {
        ".264",
        ".265",
        ".braw",
        ".dav",
        ".divx",
        ".insv",
        ".lrv",
        ".m1v",
        ".m2p",
        ".m2t",
        ".mjpeg",
        ".mjpg",
        ".mod",
        ".mpe",
    }
    | {".mpv", ".r3d", ".tod", ".wtv"}
)


def medium_of(path: Path) -> Medium | None:
    """What a file is by its content or, where that tells nothing, by its ending. Raises OSError."""
    with path.open("rb") as file:
        found = _by_content(file.read(_HEAD))
    ending = path.suffix.lower()
    if found is None and ending in PICTURE_ENDINGS:
        return "picture"
    return "film" if found is None and ending in FILM_ENDINGS else found


def _by_content(head: bytes) -> Medium | None:
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return "picture" if brand in _PICTURE_BRANDS else None if brand in _SOUND_BRANDS else "film"
    if any(head.startswith(start, at) for at, start in _PICTURES):
        return "picture"
    if any(head.startswith(start, at) for at, start in _FILMS) or _is_ts(head):
        return "film"
    return None


def _is_ts(head: bytes) -> bool:
    return any(head[at : at + 1] == head[at + step : at + step + 1] == b"G" for at, step in _TS_PACKETS)
