"""A stream's video as it was sent, in a file: MP4 in fragments, of which a crash costs the last half a second.

Times of decoding, which cameras do not send, are made from the order in which pictures are shown.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av.bitstream import BitStreamFilterContext
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from passerby.dates import format_moment
from passerby.media.read.live import LiveInput, LivePacket
from passerby.media.write.containers import kind_of_file
from passerby.media.write.video import FRAGMENTS, Output
from passerby.times import TimeBase

_WITH_SETS = ("h264", "hevc", "av1", "mpeg4", "mpeg2video")  # codecs that say in their packets how to decode them
_EXTRACT = "extract_extradata"


@contextmanager
def open_stream_copy(
    path: Path, live: LiveInput, first: LivePacket, base: TimeBase, recorded: float
) -> Iterator["StreamCopy"]:
    """A new file for packets of ``live``, of which ``first``, a key frame, is the first; it stays, whatever happens.

    ``base``: that of their times; ``recorded``: when that was taken, in seconds since 1970. Raises UsageError unless
    the name ends in .mp4, OutputError when it cannot be written, or MP4 cannot hold what the stream is coded with.
    """
    kind = kind_of_file(path)
    options = {"fflags": "+bitexact", **FRAGMENTS}
    container = av.open(f"file:{path.absolute()}", "w", format=kind.muxer, container_options=options)
    output = Output(path, kind, container)
    try:
        with output.errors():
            stream = container.add_stream_from_template(live.video, opaque=True)
            sets = _parameter_sets(live, first)
            if sets:
                stream.codec_context.extradata = sets
            stream.time_base = base.tick
            container.metadata["creation_time"] = format_moment(round(recorded * 1_000_000))
        output.begin()
        yield StreamCopy(output, stream, base.tick)
    finally:
        with output.errors():
            container.close()


class StreamCopy:
    """The packets of such a file."""

    def __init__(self, output: Output, stream: VideoStream, tick: Fraction) -> None:
        self._output, self._stream, self._tick = output, stream, tick

    def write(self, sent: LivePacket, pts: int, dts: int) -> None:
        """A packet; times are in ticks from the first one, those of decoding rise. Raises OutputError."""
        packet: Packet[Stream] = Packet(bytes(sent.packet))
        packet.pts, packet.dts, packet.time_base = pts, dts, self._tick
        packet.is_keyframe, packet.stream = sent.is_key, self._stream
        self._output.mux([packet])


def _parameter_sets(live: LiveInput, first: LivePacket) -> bytes | None:
    """What a decoder must know first, by the packet itself: it may differ from what the stream began with."""
    if live.codec not in _WITH_SETS:
        return None
    extractor = BitStreamFilterContext(_EXTRACT, live.video)
    for packet in extractor.filter(Packet(bytes(first.packet))):
        if packet.has_sidedata("new_extradata"):
            return bytes(packet.get_sidedata("new_extradata"))
    return None
