"""What a file holds besides its picture and its sound, by name: never what is written there."""

from dataclasses import dataclass
from pathlib import Path

from av.stream import Disposition

from passerby.media._av import open_container

# What every writer of a container puts there, and what tells nothing of where and when a video was made.
_USUAL = {
    "major_brand", "minor_version", "compatible_brands", "encoder", "language", "vendor_id", "duration", "bps",
    "number_of_frames", "number_of_bytes", "rotate", "loop", "software",
}  # fmt: skip
_USUAL_HANDLERS = {"", "videohandler", "soundhandler"}
_KINDS = {"subtitle": "subtitles", "data": "data", "attachment": "an attachment"}


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Tags by name ("location", "stream 1: title"), and kinds of streams."""

    tags: tuple[str, ...]
    streams: tuple[str, ...]


def leftovers(path: Path) -> Leftovers:
    """What may tell more of the original than a redacted copy should. Raises as ``open_container`` does."""
    with open_container(path) as container:
        tags = _telling(container.metadata, "")
        streams, films = [], 0
        for stream in container.streams:
            if stream.type in _KINDS:
                streams.append(_KINDS[stream.type])
            elif stream.disposition & Disposition.attached_pic:
                streams.append("a cover picture")
            else:
                films += stream.type == "video"
                tags += _telling(stream.metadata, f"stream {stream.index}: ")
        streams += ["another film"] * (films - 1)
        if container.chapters():
            streams.append("chapters")
        return Leftovers(tuple(tags), tuple(streams))


def _telling(metadata: dict[str, str], where: str) -> list[str]:
    return [where + name for name, text in metadata.items() if not _is_usual(name.lower(), text)]


def _is_usual(name: str, text: str) -> bool:
    if name == "handler_name":
        return text.lower() in _USUAL_HANDLERS
    return name in _USUAL or name.startswith("_statistics")
