"""Times of pictures where only those at which their packets are decoded are right: H.264 in AVI, and in MPEG-PS where
its clock starts again, since FFmpeg errs about a picture that is shown at nought.

FFmpeg takes each packet to be shown a frame after it is decoded. With B-frames that is neither when its picture is
shown nor in that order. But pictures come out of the decoder as they are shown: the times are right once sorted, too.
"""

from collections import deque

from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

_REORDERED = {"h264", "hevc"}  # for others FFmpeg knows how many pictures the decoder holds back
_MOST = 16  # packets between that of a picture and the last one that is shown before it


def has_decoding_times_only(container: InputContainer, video: VideoStream) -> bool:
    """Whether the times of a video's packets say nothing of when their pictures are shown."""
    if container.format.name == "mpeg":
        return video.start_time is not None and video.start_time < 0
    return container.format.name == "avi" and video.codec_context.codec.canonical_name in _REORDERED


class DecodeOrder:
    """Gives each picture that comes out of the decoder the earliest time that no picture before it had."""

    def __init__(self, *, is_first_at_start: bool) -> None:
        """Whether the first picture is shown when it is decoded; else when its packet says, and so are all others."""
        self._is_first_at_start = is_first_at_start
        self._lead: int | None = None  # from when the first picture is decoded to when it is shown
        self._times: deque[int] = deque()  # of packets, in their order: none of them is given yet
        self._inside: dict[int, int] = {}  # by their times: the numbers of packets whose own picture is not out
        self._count = 0
        self._last: int | None = None

    def push(self, packet: "Packet[Stream]") -> None:
        """A packet that goes to the decoder: its picture will bear the time at which it is decoded."""
        if packet.dts is not None:
            if self._lead is None:
                self._lead = 0 if self._is_first_at_start or packet.pts is None else packet.pts - packet.dts
            packet.pts = packet.dts
            self._times.append(packet.dts)
            self._inside[packet.dts] = self._count
            self._count += 1

    def take(self, picture: VideoFrame) -> None:
        """Set when a picture is shown, and that it lasts no shorter than the one before."""
        if picture.pts is None or not self._times:
            return
        self._skip_lost(self._inside.pop(picture.pts, 0))
        picture.pts = self._times.popleft() + (self._lead or 0)
        if self._last is not None:
            picture.duration = max(picture.duration, picture.pts - self._last)
        self._last = picture.pts

    def _skip_lost(self, number: int) -> None:
        """Skip a time for each packet that gave no picture: those so far before the one of this number."""
        for at in [at for at, other in self._inside.items() if number - other > _MOST]:
            del self._inside[at]
            if len(self._times) > 1:
                self._times.popleft()
