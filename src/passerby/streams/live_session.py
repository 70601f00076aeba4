"""One connection to a source: what its packets become, and what is to be told of them."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from passerby.errors import UnreadableError
from passerby.media.read.live import LiveInput
from passerby.media.read.planes import Picture
from passerby.streams.arrival_clock import ArrivalClock
from passerby.streams.incoming import LiveFrame, StreamNotice, StreamNoticeKind
from passerby.streams.packet_pump import ArrivedPacket, PacketPump, PartEnd
from passerby.streams.run_times import JUMP_SECONDS, ArrivedPicture, RunPicture, RunTimes
from passerby.streams.sent_packets import PacketTaker, SentPackets
from passerby.streams.stillness import STALLED_SECONDS, Stillness
from passerby.times import TimeBase

_DAMAGE_SECONDS = 10.0  # from one notice of damage to the next, at least
_OPENING_FACTOR = 2  # for so many times the silence it may be opened, which has limits of its own
_BLIND_FACTOR = 3  # for so many times the silence packets may come that make no picture
_REORDERED = 64  # packets whose arrival is known until their picture comes
_FINE = TimeBase(Fraction(1, 90_000))  # for what has no times of its own


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How a source behaves."""

    silence: float  # seconds without a packet after which it is lost
    window: float  # seconds in which some picture comes without delay
    waits: bool  # silence only means that there is nothing new yet


class LiveSession:
    """Takes what a pump reads."""

    def __init__(
        self,
        pump: PacketPump,
        runs: RunTimes,
        rules: SessionRules,
        wall: Callable[[], float],
        steady: Callable[[], float],
        on_packet: PacketTaker | None,
    ) -> None:
        self._pump, self._runs, self._rules = pump, runs, rules
        self._wall, self._steady = wall, steady
        self._sent = None if on_packet is None else SentPackets(on_packet)
        self._live: LiveInput | None = None
        self._clock: ArrivalClock | None = None
        self._stillness = Stillness()
        self._arrivals: dict[int, float] = {}  # by pts
        self._made = self._lost = self._damage_told = 0
        self._damage_time = float("-inf")
        self.has_pictures = False
        self._passed_over_before = self._dropped_before = 0
        runs.interrupt()

    def read(self, stop: threading.Event) -> Iterator[LiveFrame | StreamNotice]:
        """Up to the end of the stream. Raises PasserbyError when it breaks off, or is none that can be read."""
        heard = seen = self._steady()
        is_silent = False
        while not stop.is_set():
            taken = self._pump.take()
            now = self._steady()
            if taken is None:
                longest = self._rules.silence * (_OPENING_FACTOR if self._live is None else 1)
                if not is_silent and now - heard > longest:
                    is_silent = True
                    yield self._notice("silent", f"nothing came for {longest:g} s")
                    if not self._rules.waits:
                        raise UnreadableError("the stream is silent; it is connected anew")
                continue
            if is_silent:
                yield self._notice("connected", "it goes on")
            heard, is_silent = now, False
            match taken[0]:
                case PartEnd() as end:
                    yield from self._rest()
                    end.taken.set()
                    if end.is_last:
                        return
                case LiveInput() as live:
                    self._open(live)
                case ArrivedPacket() as arrived:
                    for item in self._packet(arrived):
                        seen = now if isinstance(item, LiveFrame) else seen
                        yield item
                    if now - seen > self._rules.silence * _BLIND_FACTOR:
                        raise UnreadableError("nothing that came makes a picture; it is connected anew")
                case error:
                    raise error

    def _packet(self, arrived: ArrivedPacket) -> Iterator[LiveFrame | StreamNotice]:
        packet, live = arrived.packet, self._live
        if live is None:
            return
        self._lost = packet.lost
        if packet.pts is not None:
            self._arrivals[packet.pts] = arrived.arrival
            while len(self._arrivals) > _REORDERED:
                del self._arrivals[next(iter(self._arrivals))]
        if self._sent is not None:
            self._sent.push(packet)
        for picture in live.decode(packet):
            yield from self._picture(live, picture, arrived.arrival)
        yield from self._damage(live)

    def _open(self, live: LiveInput) -> None:
        if self._live is not None:
            self._runs.interrupt("the sender cut the stream")
        self._live = live
        self._arrivals.clear()
        if self._sent is not None:
            self._sent.clear()
        self._lost, self._damage_told, self._dropped_before = 0, 0, self._pump.dropped
        self._passed_over_before = self._runs.passed_over

    def _rest(self) -> Iterator[LiveFrame | StreamNotice]:
        if self._live is not None:
            for picture in self._live.decode(None):
                yield from self._picture(self._live, picture, self._steady())

    def _picture(self, live: LiveInput, picture: Picture, came: float) -> Iterator[LiveFrame | StreamNotice]:
        if not live.has_times:
            self._made = max(_FINE.pts_at(came), self._made + 1)
            arrived = ArrivedPicture(picture, self._made, _FINE, came)
        else:
            pts = _stamp(picture)
            if pts is None:
                live.damage.times += 1
                return
            base = TimeBase(live.tick if picture.time_base is None else picture.time_base)
            arrived = ArrivedPicture(picture, pts, base, self._arrivals.pop(pts, came))
        if not self.has_pictures:
            self.has_pictures = True
            self._damage_told = self._damage_count(live)  # who joins in the middle has parts of pictures at first
            yield self._notice("connected", f"{live.codec}, {picture.width}x{picture.height}")
            if live.videos > 1:
                yield self._notice("several", f"{live.videos} videos are in the stream; the first is watched")
        yield from self._still(picture, came)
        before = self._runs.run
        if self._clock is not None and abs(self._step(self._clock)) > JUMP_SECONDS:
            self._runs.interrupt(f"the clock of this machine was set by {self._step(self._clock):.1f} s")
        for placed in self._runs.push(arrived):
            if placed.run != before or self._clock is None:
                before = placed.run
                self._clock = ArrivalClock(self._wall(), self._steady(), self._rules.window)
            if placed.why:
                yield self._notice("jumped", placed.why)
            frame = self._frame(placed, self._clock)
            if self._sent is not None:
                self._sent.place(live, _stamp(placed.arrived.picture) if live.has_times else None, frame)
            yield frame

    def _step(self, clock: ArrivalClock) -> float:
        """By how many seconds this machine's clock was set since a run began."""
        return self._wall() - self._steady() - clock.origin

    def _frame(self, placed: RunPicture, clock: ArrivalClock) -> LiveFrame:
        new = placed.arrived
        wall = clock.wall(new.time_base.seconds(new.pts), new.arrival)
        return LiveFrame(new.picture, new.pts, new.time_base, wall, placed.run)

    def _still(self, picture: Picture, seconds: float) -> Iterator[StreamNotice]:
        if not self._stillness.look(picture, seconds):
            return
        if self._stillness.is_stalled:
            yield self._notice("stalled", f"the picture has not changed for {STALLED_SECONDS:g} s")
        else:
            yield self._notice("moving", "the picture changes again")

    def _damage(self, live: LiveInput) -> Iterator[StreamNotice]:
        count, now = self._damage_count(live), self._steady()
        if not self.has_pictures or count == self._damage_told or now - self._damage_time < _DAMAGE_SECONDS:
            return
        new, self._damage_told, self._damage_time = count - self._damage_told, count, now
        yield self._notice("damaged", f"{new} packets or pictures are damaged, out of time, or came too fast")

    def _damage_count(self, live: LiveInput) -> int:
        """Of the part that is open."""
        count = self._lost + live.damage.packets + live.damage.frames + live.damage.times
        return count + self._pump.dropped - self._dropped_before + self._runs.passed_over - self._passed_over_before

    def _notice(self, kind: StreamNoticeKind, message: str) -> StreamNotice:
        return StreamNotice(kind, self._wall(), message)


def _stamp(picture: Picture) -> int | None:
    return picture.pts if picture.pts is not None else picture.dts
