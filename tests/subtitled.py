"""A clip with a line of subtitles."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av


def with_subtitles(clip: Path, target: Path) -> Path:
    with av.open(str(clip)) as source, av.open(str(target), "w") as made:
        video = made.add_stream_from_template(source.streams.video[0])
        titles = made.add_mux_stream("subrip")
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = video
                made.mux(packet)
        line: av.Packet[Any] = av.Packet(b"hello")
        line.stream, line.pts, line.dts, line.duration, line.time_base = titles, 0, 0, 500, Fraction(1, 1000)
        made.mux(line)
    return target
