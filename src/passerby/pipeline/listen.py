"""Speech is transcribed in a thread of its own, while the one decode goes on."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from passerby.media.frames import AudioChunk
from passerby.stages.speech.stage import SpeechSession

# Sound that may wait to be heard, in samples: 8 MB, three quarters of a minute at 48 kHz. Then decoding waits.
AHEAD = 1 << 21

Hear = Callable[[AudioChunk], None]


def pass_over(chunk: AudioChunk) -> None:
    """Hear nothing of it: for runs in which no speech is transcribed."""


@contextmanager
def listening(session: SpeechSession | None) -> Iterator[Hear]:
    """Gives what hands sound to ``session``, which takes it in a thread of its own, in order.

    At the end of the ``with`` block all is heard. What the session raises is raised there, or to who hands it sound.
    """
    if session is None:
        yield pass_over
        return
    pool = ThreadPoolExecutor(1, "listener")
    try:
        listener = _Listener(session, pool)
        yield listener.hear
        listener.catch_up(0)
    finally:
        pool.shutdown(cancel_futures=True)


class _Listener:
    def __init__(self, session: SpeechSession, pool: ThreadPoolExecutor) -> None:
        self._session, self._pool = session, pool
        self._waiting: deque[tuple[int, Future[None]]] = deque()
        self._held = 0  # samples

    def hear(self, chunk: AudioChunk) -> None:
        count = len(chunk.samples)
        self._waiting.append((count, self._pool.submit(self._session.push, chunk.start, chunk.rate, chunk.samples)))
        self._held += count
        self.catch_up(AHEAD)

    def catch_up(self, most: int) -> None:
        """Wait until no more than ``most`` samples wait to be heard, or until all is heard with 0."""
        while self._waiting and (self._held > most or self._waiting[0][1].done() or not most):
            count, heard = self._waiting.popleft()
            heard.result()
            self._held -= count
