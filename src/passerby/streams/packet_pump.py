"""Reads a stream in a thread of its own, so that packets are taken and timed as they come, whoever waits for what."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from passerby.errors import PasserbyError
from passerby.media.read.live import LiveInput, LivePacket

MOST_BYTES = 64 << 20  # of packets that wait: half a minute of a large stream
_WAIT_SECONDS = 0.1  # after which it is looked whether all is to end


class StreamOpener(Protocol):
    """Opens a source, part by part."""

    @property
    def goes_on(self) -> bool:
        """Whether another part follows the one that was opened last at once."""

    def open(self, ended: threading.Event) -> AbstractContextManager[LiveInput]:
        """The next part, which comes to an end soon after ``ended`` is set. Raises PasserbyError."""

    def close(self) -> None:
        """Nothing is opened any more."""


@dataclass(frozen=True, slots=True)
class ArrivedPacket:
    """A packet, and when it came."""

    packet: LivePacket
    arrival: float  # seconds of the clock that the pump was given


@dataclass(frozen=True, slots=True)
class PartEnd:
    """No packet of this part is left."""

    is_last: bool
    taken: threading.Event = field(default_factory=threading.Event)  # set it once all its packets are decoded


PumpItem = LiveInput | ArrivedPacket | PartEnd | PasserbyError  # opened, a packet, at an end, broken off


class PacketPump(threading.Thread):
    """What a stream gives, in its order: that it is open, its packets, and how it ended."""

    def __init__(self, opener: StreamOpener, steady: Callable[[], float], *, is_live: bool) -> None:
        """``is_live``: it does not wait for us; what is not taken in time is dropped, up to the next key frame."""
        super().__init__(name="stream", daemon=True)
        self._opener, self._steady, self._is_live = opener, steady, is_live
        self._items: deque[PumpItem] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._released = threading.Event()
        self._skips = False
        self.dropped = 0  # packets

    def take(self) -> tuple[PumpItem] | None:
        """The next item, in a tuple; None if there is none yet."""
        with self._changed:
            if not self._items and not self._changed.wait_for(lambda: bool(self._items), _WAIT_SECONDS):
                return None
            item = self._items.popleft()
            if isinstance(item, ArrivedPacket):
                self._bytes -= item.packet.size
                self._changed.notify_all()
            return (item,)

    def release(self) -> None:
        """Nothing is taken any more. The thread ends with the next answer of the other side, or without one in time."""
        with self._changed:
            self._released.set()
            for item in self._items:
                if isinstance(item, PartEnd):
                    item.taken.set()
            self._items.clear()
            self._changed.notify_all()

    def run(self) -> None:
        try:
            while self._read_part():
                pass
        except PasserbyError as error:
            self._put(error)
        except Exception as error:  # an outer door: nobody else would hear of it
            self._put(PasserbyError(f"the stream cannot be read ({type(error).__name__})"))

    def _read_part(self) -> bool:
        """Read what can be opened now, up to its end; whether another part follows."""
        with self._opener.open(self._released) as live:
            self._put(live)
            try:
                for packet in live.packets():
                    self._add(ArrivedPacket(packet, self._steady()))
                    if self._released.is_set():
                        return False
            except PasserbyError as error:
                self._put(error)
                self._released.wait()
                return False
            # What was read is decoded with what is open here.
            end = PartEnd(is_last=not self._opener.goes_on)
            self._put(end)
            end.taken.wait()
            return not end.is_last and not self._released.is_set()

    def _add(self, arrived: ArrivedPacket) -> None:
        packet = arrived.packet
        with self._changed:
            if self._is_live:
                is_full = self._bytes + packet.size > MOST_BYTES
                self._skips = is_full or (self._skips and not packet.is_key)
                if self._skips:
                    self.dropped += 1
                    return
            else:
                self._changed.wait_for(lambda: self._bytes < MOST_BYTES or self._released.is_set())
            self._bytes += packet.size
            self._items.append(arrived)
            self._changed.notify_all()

    def _put(self, item: PumpItem) -> None:
        with self._changed:
            if self._released.is_set() and isinstance(item, PartEnd):
                item.taken.set()
            self._items.append(item)
            self._changed.notify_all()
