"""How much looking a source can afford, in CPU seconds of its process for each second of its stream.

What is over the budget costs first the looks at frames between others, then one thing after the other in the order of
``ORDER``, and hiding last of all: what cannot be looked at is hidden whole, and never shown.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Pausable = Literal["things", "preview", "half of the pictures", "looking"]
# What is paused, the first one first, once looks are as rare as they may be. Things are what is seen besides what is
# hidden. Without half of the pictures those that are left are followed and hidden as before; without looking each
# picture is hidden as a whole.
ORDER: tuple[Pausable, ...] = ("things", "preview", "half of the pictures", "looking")

SOONEST, LATEST = 0.16, 1.0  # seconds from one look to the next
WINDOW = 2.0  # seconds of the stream after which it is asked what they have cost
ENOUGH = 0.75  # of the budget: with less than that spent, more can be done
MOST_AT_ONCE = 2.0  # by how much the time between looks grows at most from one window to the next
LESS_AT_ONCE = 0.8  # and by how much it shrinks
PATIENCE = 3  # windows with less spent before what is paused goes on: what comes back costs as much as before
LATE = 1.0  # seconds of lag behind the stream from which too much is done, whatever it costs


@dataclass(frozen=True, slots=True)
class Pace:
    """What can be afforded now."""

    interval: float  # seconds from one look to the next
    paused: tuple[Pausable, ...]  # in the order in which they were


class Budget:
    """Asked at each frame; it measures by what was spent between windows of the stream's own time."""

    def __init__(self, cores: float, spent: Callable[[], float] = time.process_time) -> None:
        """``cores``: CPU seconds for a second of the stream; ``spent`` tells those of all that works on it so far."""
        self._cores, self._spent = cores, spent
        self._since: tuple[float, float] | None = None  # seconds of the stream, and those spent up to there
        self._idle = 0  # windows in a row with less than enough spent
        self._late = False
        self.pace = Pace(SOONEST, ())

    def note(self, seconds: float, lag: float = 0.0) -> Pace:
        """What can be afforded from ``seconds`` of the stream on, which is ``lag`` seconds behind what is there."""
        self._late |= lag > LATE
        if self._since is None or seconds < self._since[0]:
            self._since = seconds, self._spent()
        elif seconds - self._since[0] >= WINDOW:
            now = seconds, self._spent()
            used = (now[1] - self._since[1]) / (now[0] - self._since[0]) / self._cores
            self.pace = self._next(max(used, MOST_AT_ONCE) if self._late else used)
            self._since, self._late = now, False
        return self.pace

    def _next(self, used: float) -> Pace:
        interval, paused = self.pace.interval, self.pace.paused
        self._idle = self._idle + 1 if used < ENOUGH else 0
        if used > 1 and interval < LATEST:
            return Pace(min(interval * min(used, MOST_AT_ONCE), LATEST), paused)
        if used > 1:
            return Pace(interval, ORDER[: len(paused) + 1])
        if paused and self._idle >= PATIENCE:
            self._idle = 0
            return Pace(interval, paused[:-1])
        if not paused and used < ENOUGH:
            return Pace(max(interval * LESS_AT_ONCE, SOONEST), paused)
        return self.pace
