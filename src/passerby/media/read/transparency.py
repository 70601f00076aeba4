"""Films whose transparency FFmpeg does not read: what is hidden by it would be looked at and shown in a copy."""

from collections.abc import Iterator
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.errors import DamagedError
from passerby.media.formats import boxes
from passerby.media.read.scale import has_alpha

# ITU-T H.265, table 7-1 and D.3.35: notes before a picture, and the note that says that a layer of it is its alpha.
_PREFIX_NOTES = 39
_ALPHA_CHANNEL_INFO = 165
_ARRAYS = 22  # where a record of HEVC counts its arrays of units: ISO/IEC 14496-15, 8.3.2.1


def check_transparency(path: Path, container: InputContainer, video: VideoStream, picture: VideoFrame) -> None:
    """Raises DamagedError if a film says that it is transparent, and its first decoded picture is not."""
    if has_alpha(picture.format):
        return
    is_hevc = video.codec_context.codec.canonical_name == "hevc"
    if (is_hevc and _has_alpha_layer(video.codec_context.extradata or b"")) or _has_alpha_track(path, container):
        raise DamagedError(
            f"{path}: expected a film that is not transparent, or says so within its pictures, found one whose "
            "transparency cannot be read; put it on a white background, or convert it to ProRes 4444, first"
        )


def _has_alpha_track(path: Path, container: InputContainer) -> bool:
    if "mov" not in container.format.name.split(","):
        return False
    with path.open("rb") as file:
        handlers = [box.data()[8:12] for box in boxes.whole_file(file).find(b"moov", b"trak", b"mdia", b"hdlr")]
    return b"auxv" in handlers


def _has_alpha_layer(record: bytes) -> bool:
    return any(kind == _ALPHA_CHANNEL_INFO for unit in _notes(record) for kind in unit[2:3])


def _notes(record: bytes) -> Iterator[bytes]:
    """The units of notes in an HEVC record; each starts with a head of two bytes, and the kind of its first note."""
    at = _ARRAYS + 1
    for _ in range(record[_ARRAYS] if len(record) > _ARRAYS and record[0] == 1 else 0):
        kind, count = record[at : at + 1], int.from_bytes(record[at + 1 : at + 3], "big")
        at += 3
        for _ in range(count):
            size = int.from_bytes(record[at : at + 2], "big")
            if not size:
                return
            if kind and kind[0] & 63 == _PREFIX_NOTES:
                yield record[at + 2 : at + 2 + size]
            at += 2 + size
