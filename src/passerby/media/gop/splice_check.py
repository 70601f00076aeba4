"""The check of a spliced video: decoded around every joint while it is made, and compared by packets at the end."""

import zlib
from array import array
from collections import deque
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.errors import GopCopyError
from passerby.media._av import decode, open_container, read_only, read_packets, tick_of
from passerby.media.damage import Damage
from passerby.media.read.probe import choose_video
from passerby.media.read.scale import Scaler
from passerby.records import Pixels

_AFTER = 8  # pictures that are compared after a joint: more than a decoder holds back for their order
_SMALL = 16, 9
_UNLIKE = 8.0  # levels of 255, in the mean: a picture that was encoded differs by about 1 at this size

# A picture that is to come out of the decoder: its time, and whether it is the right one.
_Awaited = tuple[int | None, Callable[[VideoFrame], bool]]


class JointCheck:
    """Decodes what was encoded, between copied groups as a player would, and compares it with what it was made of.

    The whole group before is decoded at the first joint only: it shows that decoders give all pictures that they
    hold back when other parameter sets begin, which is the same each time, and is much work.
    """

    def __init__(self, record: bytes, video: VideoStream, scaler: Scaler) -> None:
        self._decoder = av.CodecContext.create("h264", "r")
        self._decoder.extradata = record
        self._decoder.thread_type = "AUTO"
        self._video, self._scaler = video, scaler
        self._awaited: deque[_Awaited] = deque()
        self._before: list[Packet[Stream]] = []
        self._after: list[tuple[Packet[Stream], Packet[Stream]]] = []
        self._is_first, self._is_after = True, False

    def copied(self, packet: "Packet[Stream]", copy: "Packet[Stream]") -> None:
        """A packet of the source, and the one that stands for it."""
        if self._is_after:
            self._after.append((packet, copy))
            if len(self._after) == _AFTER:
                self.finish()
        elif self._is_first:
            if copy.is_keyframe:
                self._before.clear()
            self._before.append(copy)

    def start_run(self) -> None:
        """What follows is encoded."""
        self.finish()
        times = sorted(copy.pts or 0 for copy in self._before)
        self._awaited.extend((at, lambda _: True) for at in times)
        for copy in self._before:
            self._decode(copy)
        self._before.clear()
        self._is_first = False

    def fed(self, picture: VideoFrame) -> None:
        """A picture that goes to the encoder."""
        small = self._small(picture)
        self._awaited.append((picture.pts, lambda found: _are_alike(small, self._small(found))))

    def encoded(self, packet: "Packet[Stream]") -> None:
        """A packet that came from the encoder."""
        self._decode(packet)

    def end_run(self) -> None:
        """What follows is copied."""
        self._is_after = True

    def finish(self) -> None:
        """Take what is still awaited from the decoder. Raises GopCopyError, as all others do."""
        if not self._is_after:
            return
        self._awaited.extend(self._originals())
        for _, copy in self._after:
            self._decode(copy)
        self._decode(None)
        self._decoder.flush_buffers()
        if self._awaited:
            raise GopCopyError(f"{len(self._awaited)} pictures did not come out of the copy")
        self._after.clear()
        self._is_after = False

    def _originals(self) -> list[_Awaited]:
        """The copied pictures after the joint, as they are in the source."""
        found = []
        for packet in [*(packet for packet, _ in self._after), None]:
            found += decode(self._video.codec_context, packet, Damage())
        self._video.codec_context.flush_buffers()
        times = sorted(copy.pts for _, copy in self._after if copy.pts is not None)
        if len(times) != len(found):
            raise GopCopyError("not all of its pictures can be decoded")
        return [(at, _same_as(original)) for at, original in zip(times, found, strict=True)]

    def _decode(self, packet: "Packet[Stream] | None") -> None:
        try:
            pictures = self._decoder.decode(packet)
        except av.FFmpegError as error:
            raise GopCopyError("the copy cannot be decoded") from error
        for picture in pictures:
            at, is_right = self._awaited.popleft() if self._awaited else (None, _same_as(picture))
            if picture.pts != at or picture.is_corrupt or not is_right(picture):
                raise GopCopyError("a picture of the copy is not the one that was written")

    def _small(self, picture: VideoFrame) -> Pixels:
        return self._scaler.rgb(picture, *_SMALL)


def _are_alike(a: Pixels, b: Pixels) -> bool:
    return float(np.abs(a.astype(np.int16) - b).mean()) <= _UNLIKE


def _same_as(original: VideoFrame) -> Callable[[VideoFrame], bool]:
    return lambda found: np.array_equal(original.to_ndarray(), found.to_ndarray())


class PacketLog:
    """Remembers each packet's bytes (as a checksum) and time, to find them again in the file; 12 bytes a packet."""

    def __init__(self, tick: Fraction) -> None:
        self._tick = tick
        self._sums, self._times = array("I"), array("q")

    def add(self, packet: "Packet[Stream]") -> None:
        self._sums.append(zlib.crc32(bytes(packet)))
        self._times.append(packet.pts or 0)

    def compare(self, path: Path) -> None:
        """Raises GopCopyError if the video of the file is not made of just these packets, at their times."""
        damage, count = Damage(), 0
        with open_container(path) as container:
            video = choose_video(container, path)
            read_only(container, [video])
            for packet in read_packets(container, [video], damage):
                if not self._is_next(count, packet, tick_of(video)):
                    raise GopCopyError(f"packet {count + 1} of the copy is not in the file as it was made")
                count += 1
        if count != len(self._sums) or damage.packets:
            raise GopCopyError(f"of {len(self._sums)} packets of the copy, the file holds {count}")

    def _is_next(self, index: int, packet: "Packet[Stream]", tick: Fraction) -> bool:
        if index >= len(self._sums) or packet.pts is None or zlib.crc32(bytes(packet)) != self._sums[index]:
            return False
        # Matroska counts in milliseconds; MP4 keeps the ticks, or parts of them.
        return abs(packet.pts * tick - self._times[index] * self._tick) <= tick / 2
