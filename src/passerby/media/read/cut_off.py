"""Whether a file ends before it should, by what its container says of its own length."""

from pathlib import Path
from typing import BinaryIO

from passerby.media.formats import boxes, ebml

_SEGMENT = 0x18538067
_FILM = {b"mdat", b"moof", b"moov"}  # boxes that hold pictures, or say where they are


def is_cut_off(path: Path, form: str) -> bool:
    """``form``: FFmpeg's name for the container. False for those that say nothing of the kind."""
    names = form.split(",")
    with path.open("rb") as file:
        if "matroska" in names:
            return any(not element.is_whole for element in ebml.whole_file(file).find(_SEGMENT))
        if "mov" in names:
            return any(not box.is_whole and box.kind in _FILM for box in boxes.whole_file(file).nested())
        return "avi" in names and _riff_is_cut(file)


def _riff_is_cut(file: BinaryIO) -> bool:
    head = file.read(8)
    return 8 + int.from_bytes(head[4:], "little") > file.seek(0, 2)
