"""Packets as they were sent, once it is known when what they show was taken, and to which run that belongs."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from passerby.media.read.live import LiveInput, LivePacket
from passerby.streams.incoming import LiveFrame
from passerby.times import TimeBase

_MOST_WAITING = 256  # packets, without a picture
_MOST_AHEAD = 5  # seconds that a picture is shown after the one that is decoded with it, at most


@dataclass(frozen=True, slots=True)
class SentPacket:
    """A packet of a stream's video. It shows people."""

    live: LiveInput  # open while it is taken, and not to be kept
    packet: LivePacket
    pts: int  # in ticks of the run, as those of its frames
    dts: int  # rising within a run
    time_base: TimeBase
    wall: float  # seconds since 1970, UTC, when what it shows was taken
    run: int
    size: tuple[int, int]  # (width, height) of the pictures


PacketTaker = Callable[[SentPacket], None]


class SentPackets:
    """Holds the packets of one connection until their pictures are placed."""

    def __init__(self, take: PacketTaker) -> None:
        self._take = take
        self._waiting: deque[LivePacket] = deque()
        self._last: tuple[int, int] | None = None  # run and pts of the last picture

    def push(self, packet: LivePacket) -> None:
        """The next packet, in the order in which they are sent."""
        self._waiting.append(packet)
        if len(self._waiting) > _MOST_WAITING:
            self._waiting.popleft()

    def clear(self) -> None:
        """Those that wait never make a picture."""
        self._waiting.clear()

    def place(self, live: LiveInput, raw: int | None, frame: LiveFrame) -> None:
        """The next picture as it is shown, whose packet has the pts ``raw``: what was sent up to that is taken."""
        if raw is not None and all(packet.pts != raw for packet in self._waiting):
            return  # sent with a packet before it
        sent: list[LivePacket] = []
        while self._waiting:
            sent.append(self._waiting.popleft())
            if raw is not None and sent[-1].pts == raw:
                break
        size = frame.picture.width, frame.picture.height
        # Everything that is shown later than the last picture and up to this one is decoded within that time.
        before = self._last[1] if self._last is not None and self._last[0] == frame.run else frame.pts - len(sent)
        self._last = frame.run, frame.pts
        for place, packet in enumerate(sent, 1):
            dts = before + (frame.pts - before) * place // len(sent)
            pts = dts if packet.pts is None or raw is None else packet.pts + frame.pts - raw
            if not dts <= pts <= dts + frame.time_base.ticks(_MOST_AHEAD):
                pts = dts  # its time is none
            wall = frame.wall + frame.time_base.seconds(pts - frame.pts)
            self._take(SentPacket(live, packet, pts, dts, frame.time_base, wall, frame.run, size))
