"""Sound is listened to in a thread of its own, while the one decode goes on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from passerby.media.read.frames import AudioChunk
from passerby.pipeline.side_thread import SideSession, side_thread
from passerby.stages.base import Session

# Sound that may wait to be heard, in samples of each channel: three quarters of a minute at 48 kHz, one channel. With
# their mean up to 16 MB; then decoding waits.
AHEAD = 1 << 21

Hear = Callable[[AudioChunk], None]


class Listener:
    """Takes the sound of a video in, for sessions to hear it later; without any it takes no notice."""

    def __init__(self, sessions: Sequence[SideSession[AudioChunk]]) -> None:
        self.sessions = sessions

    def hear(self, chunk: AudioChunk) -> None:
        """The next sound. Raises what a session raised meanwhile."""
        for session in self.sessions:
            session.push(chunk)

    def end(self, end: int) -> None:
        """All sound is in, of a video that ends at pts ``end``."""
        for session in self.sessions:
            session.end(end)


@contextmanager
def listening(sessions: Sequence[Session[AudioChunk]]) -> Iterator[Listener]:
    """Gives what hands sound to ``sessions``, which take it in a thread of their own, in order.

    At the end of the ``with`` block all is heard. What a session raises is raised there, or to who hands it sound.
    """
    with side_thread("listener", AHEAD) as thread:
        yield Listener([SideSession(session, thread, _size) for session in sessions])


def _size(chunk: AudioChunk) -> int:
    return chunk.channels.size
