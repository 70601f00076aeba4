"""Speech is transcribed in a thread of its own, while the one decode goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from passerby.media.read.frames import AudioChunk
from passerby.pipeline.side_thread import Aside, aside
from passerby.stages.speech.stage import SpeechSession

# Sound that may wait to be heard, in samples of each channel: three quarters of a minute at 48 kHz, one channel. With
# their mean up to 16 MB; then decoding waits.
AHEAD = 1 << 21

Hear = Callable[[AudioChunk], None]


def pass_over(chunk: AudioChunk) -> None:
    """Hear nothing of it: for runs in which no speech is transcribed."""


class Listener:
    """Takes the sound of a video in, for ``session`` to hear it later; without one it takes no notice."""

    def __init__(self, session: SpeechSession | None, beside: Aside) -> None:
        self._session, self._beside = session, beside

    def hear(self, chunk: AudioChunk) -> None:
        """The next sound. Raises what the session raised meanwhile."""
        if self._session is not None:
            work = partial(self._session.push, chunk.start, chunk.rate, chunk.samples, chunk.channels)
            self._beside.do(work, chunk.channels.size)

    def end(self) -> None:
        """All sound is in: what is left of it is transcribed while others are not done yet."""
        if self._session is not None:
            self._beside.do(self._session.finish)


@contextmanager
def listening(session: SpeechSession | None) -> Iterator[Listener]:
    """Gives what hands sound to ``session``, which takes it in a thread of its own, in order.

    At the end of the ``with`` block all is heard. What the session raises is raised there, or to who hands it sound.
    """
    with aside("listener", AHEAD) as beside:
        yield Listener(session, beside)
