"""Sound is listened to in a thread of its own, while the one decode goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from passerby.media.read.frames import AudioChunk
from passerby.pipeline.side_thread import SideSession, SideThread, side_thread
from passerby.stages.base import Session

# Sound that may wait to be heard, in samples of each channel: three quarters of a minute at 48 kHz, one channel. With
# their mean up to 16 MB; then decoding waits.
AHEAD = 1 << 21

Hear = Callable[[AudioChunk], None]


class Listener:
    """Takes the sound of a video in, for sessions to hear it later; without any it takes no notice."""

    def __init__(self, thread: SideThread) -> None:
        self._thread = thread
        self._sessions: list[SideSession[AudioChunk]] = []

    def add(self, session: Session[AudioChunk]) -> SideSession[AudioChunk]:
        """Have ``session`` hear all sound from now on, in the thread."""
        self._sessions.append(SideSession(session, self._thread, lambda chunk: chunk.channels.size))
        return self._sessions[-1]

    def hear(self, chunk: AudioChunk) -> None:
        """The next sound. Raises what a session raised meanwhile."""
        for session in self._sessions:
            session.push(chunk)

    def end(self, end: int) -> None:
        """All sound is in, of a video that ends at pts ``end``."""
        for session in self._sessions:
            session.end(end)


@contextmanager
def listening(session: Session[AudioChunk] | None = None) -> Iterator[Listener]:
    """Gives what hands sound to ``session``, and those added, which take it in a thread of their own, in order.

    At the end of the ``with`` block all is heard. What a session raises is raised there, or to who hands it sound.
    """
    with side_thread("listener", AHEAD) as thread:
        listener = Listener(thread)
        if session is not None:
            listener.add(session)
        yield listener
