"""Where the pictures and the sound of a video begin and end, told from its packets: nothing is decoded."""

from dataclasses import dataclass
from pathlib import Path

from av.stream import Stream

from passerby.media._av import open_container, read_only, read_packets
from passerby.media.damage import Damage
from passerby.media.read.probe import Layout, choose_audio, choose_video
from passerby.media.read.timeline import Timeline
from passerby.times import SecondsSpan


@dataclass(frozen=True, slots=True)
class Extent:
    """None for what is not there, or has time stamps that tell nothing without being decoded."""

    pictures: SecondsSpan | None
    sound: SecondsSpan | None


def measure(path: Path, layout: Layout) -> Extent:
    """Read all packets of the video that ``layout`` tells of. Raises UnreadableError, NotVideoError or DamagedError."""
    with open_container(path) as container:
        video, audio = choose_video(container, path), choose_audio(container)
        streams: list[Stream] = [video] if audio is None else [video, audio]
        read_only(container, streams)
        stamps: dict[int, list[tuple[int, int]]] = {stream.index: [] for stream in streams}
        unknown = set()
        for packet in read_packets(container, streams, Damage()):
            if packet.pts is None:
                unknown.add(packet.stream_index)
            else:
                stamps[packet.stream_index].append((packet.pts, packet.duration or 0))
        found = [
            None if stream.index in unknown else _stretch(stamps[stream.index], stream, layout) for stream in streams
        ]
    return Extent(found[0], None if audio is None else found[1])


def _stretch(stamps: list[tuple[int, int]], stream: Stream, layout: Layout) -> SecondsSpan | None:
    damage = Damage()
    timeline = Timeline(stream, layout, damage)
    shown = [at for at in (timeline.place(*stamp) for stamp in sorted(stamps)) if at is not None]
    if not shown or damage.times:
        return None
    return timeline.seconds(shown[0]), timeline.end
