"""Reading a source for ever: its pictures as they come, and what happens to it.

A source that breaks off is tried again, later and later up to a minute; nothing that it does ends the reading.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from passerby.errors import DamagedError, NotVideoError, PasserbyError, UsageError
from passerby.streams.incoming import LiveFrame, StreamNotice
from passerby.streams.live_session import LiveSession, SessionRules
from passerby.streams.openers import Login, login_of, opener_of, without_login
from passerby.streams.packet_pump import PacketPump, StreamOpener
from passerby.streams.run_times import RunTimes
from passerby.streams.sent_packets import PacketTaker
from passerby.streams.watch_source import SourceKind, WatchSource

SILENCE_SECONDS = 10.0  # after which a stream is taken to be lost
_PLAYLIST_SILENCE_SECONDS = 30.0  # where segments come in one piece, of some seconds each
_DELAY_WINDOW, _PLAYLIST_DELAY_WINDOW = 3.0, 30.0  # seconds in which something comes without delay
FIRST_RETRY, LAST_RETRY = 1.0, 60.0  # seconds
_MOST_DOUBLINGS = 10
LIVE_SOURCES: tuple[SourceKind, ...] = ("rtsp", "mjpeg", "device")  # that do not wait for who reads them
_SETTLED_SECONDS = 30.0  # for which a connection has held that is not tried later and later


@dataclass(frozen=True, slots=True)
class ReaderClock:
    """Time, and what comes by chance, for those who want others."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic
    pause: Callable[[threading.Event, float], bool] = threading.Event.wait  # whether the event was set meanwhile
    chance: Callable[[], float] = random.random


_CLOCK = ReaderClock()


def read_stream(
    source: WatchSource,
    stop: threading.Event,
    on_packet: PacketTaker | None = None,
    *,
    clock: ReaderClock = _CLOCK,
    silence: float | None = None,
) -> Iterator[LiveFrame | StreamNotice]:
    """Pictures and notices, until ``stop`` is set.

    ``on_packet`` is given each packet as it was sent, in the order of decoding, before the picture that it makes whole.
    ``silence``: seconds without a packet after which the source is taken to be lost. Raises UsageError for a folder,
    and for a login that cannot be read.
    """
    login = login_of(source)
    opener = opener_of(source, login, silence or _silence_of(source.kind))
    rules = SessionRules(
        silence=silence or _silence_of(source.kind),
        window=_PLAYLIST_DELAY_WINDOW if source.kind in ("hls", "dash") else _DELAY_WINDOW,
        waits=source.kind == "file",
    )
    try:
        yield from _connections(source, opener, login, rules, stop, on_packet, clock)
    finally:
        opener.close()


def _connections(
    source: WatchSource,
    opener: StreamOpener,
    login: Login | None,
    rules: SessionRules,
    stop: threading.Event,
    on_packet: PacketTaker | None,
    clock: ReaderClock,
) -> Iterator[LiveFrame | StreamNotice]:
    """One after the other."""
    runs, tries = RunTimes(), 0
    while not stop.is_set():
        pump = PacketPump(opener, clock.steady, is_live=source.kind in LIVE_SOURCES)
        session = LiveSession(pump, runs, rules, clock.wall, clock.steady, on_packet)
        pump.start()
        began = clock.steady()
        error: PasserbyError | None = None
        try:
            yield from session.read(stop)
        except PasserbyError as found:
            error = found
        finally:
            pump.release()
        if stop.is_set():
            return
        tries = 0 if session.has_pictures and clock.steady() - began >= _SETTLED_SECONDS else tries
        seconds = min(FIRST_RETRY * 2**tries, LAST_RETRY) * (0.75 + clock.chance() / 4)
        tries = min(tries + 1, _MOST_DOUBLINGS)
        yield _over(error, login, clock.wall(), seconds)
        if clock.pause(stop, seconds) or not _has_ended(pump, stop, clock):
            return


def _over(error: PasserbyError | None, login: Login | None, wall: float, seconds: float) -> StreamNotice:
    if error is None:
        return StreamNotice("ended", wall, "the stream is at its end", seconds)
    is_refused = isinstance(error, UsageError | NotVideoError | DamagedError)
    return StreamNotice("refused" if is_refused else "lost", wall, without_login(str(error), login), seconds)


def _has_ended(pump: PacketPump, stop: threading.Event, clock: ReaderClock) -> bool:
    """Wait for what was read from before, so that a camera has one reader; False if all is to end."""
    while pump.is_alive():
        if clock.pause(stop, 0.1):
            return False
    return True


def _silence_of(kind: SourceKind) -> float:
    return _PLAYLIST_SILENCE_SECONDS if kind in ("hls", "dash") else SILENCE_SECONDS
