"""Films to be looked at all around, or with each eye: what copies of them do not say, and play flat without."""

from collections.abc import Iterator
from pathlib import Path

from av.container import InputContainer
from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.media.formats import boxes
from passerby.media.read.crop import SAMPLE_ENTRY, in_matroska, mp4_tracks, sample_entries
from passerby.media.read.side_data import side_data

_SPHERICAL = "that the picture goes all around (spherical): the copy plays as a flat, distorted one"
_EYES = "that the picture is one for each eye (stereo): the copy plays as a flat one"
_BRIGHT = "how bright it is meant to be (HDR metadata)"
_OF_PICTURES = {
    Type.SPHERICAL: _SPHERICAL,
    Type.STEREO3D: _EYES,
    Type.MASTERING_DISPLAY_METADATA: _BRIGHT,
    Type.CONTENT_LIGHT_LEVEL: _BRIGHT,
    Type.DYNAMIC_HDR_PLUS: _BRIGHT,
    Type.DYNAMIC_HDR_VIVID: _BRIGHT,
    Type.DOVI_RPU_BUFFER: _BRIGHT,
}
_SPHERICAL_VIDEO = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")  # the uuid of Google's first format
_IN_MATROSKA = {0x7671: _SPHERICAL, 0x53B8: _EYES}  # ProjectionType and StereoMode; 0 is flat
_PROJECTION = 0x7670


def lost_with(path: Path, container: InputContainer, video: VideoStream, picture: VideoFrame) -> tuple[str, ...]:
    """In words, what a film says of its pictures and its copies do not; ``picture`` is its first one."""
    told = (data for data in side_data(picture) if data.type in _OF_PICTURES)
    found = [_OF_PICTURES[data.type] for data in told if not _is_flat(data)]
    with path.open("rb") as file:
        for element in in_matroska(file, container, video):
            parts = element.nested() if element.id == _PROJECTION else [element]
            found += [_IN_MATROSKA[part.id] for part in parts if part.id in _IN_MATROSKA and part.number()]
        for track in mp4_tracks(file, container, video):
            found += _in_mp4(track)
    return tuple(dict.fromkeys(found))


def _is_flat(data: SideData) -> bool:
    """Whether it says that a film is not stereo: its first number is how the two pictures are put together."""
    return data.type is Type.STEREO3D and not any(bytes(data)[:4])


def _in_mp4(track: boxes.BmffBox) -> Iterator[str]:
    for box in track.nested():
        if box.kind == b"uuid" and box.data()[:16] == _SPHERICAL_VIDEO:
            yield _SPHERICAL
    for entry in sample_entries(track):
        for box in entry.nested(SAMPLE_ENTRY):
            if box.kind == b"sv3d":
                yield _SPHERICAL
            if box.kind == b"vexu" or (box.kind == b"st3d" and box.data()[4:5] != b"\0"):
                yield _EYES
