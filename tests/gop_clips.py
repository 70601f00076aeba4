"""Clips in short closed groups of pictures with B-frames, and copies of them packet by packet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from passerby.media.frames import Frame
from passerby.media.gops import plan_gops
from passerby.media.reencode import Change
from passerby.media.splice import Splice

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


def spliced(source: Path, target: Path, hidden: Callable[[int], bool], change: Change) -> NDArray[np.bool_]:
    """Write the splice of a video in which something is hidden at some times, check it, and say what was dirty."""
    gops = plan_gops(source)
    dirty = gops.dirty(hidden)
    with av.open(str(target), "w") as container:
        splice = Splice(container, source, gops, dirty, change)
        for packet in splice.packets():
            container.mux(packet)
    splice.check(target)
    return dirty


def covered(frame: Frame, box: tuple[int, int, int, int]) -> VideoFrame:
    """The picture of a frame (8 bit 4:2:0) with a box of even corners, in coded pixels, made black."""
    x1, y1, x2, y2 = box
    luma, *chroma = planes(frame.picture)
    luma[y1:y2, x1:x2] = 16
    for plane in chroma:
        plane[y1 // 2 : y2 // 2, x1 // 2 : x2 // 2] = 128
    both = np.concatenate([plane.reshape(-1) for plane in (luma, *chroma)])
    return VideoFrame.from_ndarray(both.reshape(-1, luma.shape[1]), frame.picture.format.name)


def planes(picture: VideoFrame) -> list[NDArray[np.uint8]]:
    """Copies of the three planes of an 8 bit picture."""
    return [
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)[:, : plane.width].copy()
        for plane in picture.planes
    ]
