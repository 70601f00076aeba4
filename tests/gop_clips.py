"""Clips in short closed groups of pictures with B-frames, and copies of them packet by packet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av

UNEVEN = [10 * index + 3 * (index % 3) for index in range(30)] + [1000 + 40 * index for index in range(10)]

# Groups of eight pictures; x264 would leave B-frames out of a still picture.
GROUPED: dict[str, Any] = {
    "size": (160, 96),
    "frames": 40,
    "b_frames": 2,
    "options": {"g": "8", "x264-params": "b-adapt=0:scenecut=0"},
}


def remuxed(source: Path, target: Path, change: Callable[[int, bytes], bytes | None]) -> Path:
    """A copy of a video's packets, each changed by its index and its bytes; None leaves it out."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        video = old.streams.video[0]
        stream = new.add_stream_from_template(video)
        for index, packet in enumerate(old.demux(video)):
            data = change(index, bytes(packet)) if packet.size else None
            if data is not None:
                copy: av.Packet[Any] = av.Packet(data)
                copy.pts, copy.dts, copy.duration = packet.pts, packet.dts, packet.duration
                copy.time_base, copy.is_keyframe, copy.stream = packet.time_base, packet.is_keyframe, stream
                new.mux(copy)
    return target
