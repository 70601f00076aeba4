"""Clips in short closed groups of pictures with B-frames, and copies of them packet by packet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from passerby.media.gop.gops import plan_gops
from passerby.media.gop.reencode import Change
from passerby.media.gop.splice import Splice
from passerby.media.read.frames import Frame
from passerby.media.read.planes import writable
from passerby.media.write.video import open_output

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
    with open_output(target, gops.layout) as output:
        splice = Splice(output, source, gops, dirty, change)
        output.begin()
        output.mux(splice.packets())
    splice.check(target)
    return dirty


def covered(frame: Frame, box: tuple[int, int, int, int]) -> VideoFrame:
    """The picture of a frame with a box of even corners, in coded pixels, made black."""
    x1, y1, x2, y2 = box
    picture, copy = writable(frame.picture)
    for plane in copy.planes:
        plane.pixels[y1 >> plane.shift_y : y2 >> plane.shift_y, x1 >> plane.shift_x : x2 >> plane.shift_x] = plane.black
    return picture


def luma(picture: VideoFrame) -> NDArray[np.int64]:
    """The luma (h, w) of a picture, to count with."""
    return writable(picture)[1].planes[0].pixels.astype(np.int64)


def are_equal(a: VideoFrame, b: VideoFrame) -> bool:
    """Whether two pictures are the same in every sample."""
    both = zip(writable(a)[1].planes, writable(b)[1].planes, strict=True)
    return all(np.array_equal(one.pixels, other.pixels) for one, other in both)
