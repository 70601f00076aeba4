"""When pictures were taken, as near as arrival tells: the network's delays come and go, the shortest of them counts.

The clock of a camera is neither right nor steady, and the rate that it tells may be wrong: the difference between its
time and ours is followed slowly. No picture was taken after it came.
"""

from collections import deque

_FOLLOW_SECONDS = 2.0  # in which most of a difference is followed
_STEP = 1e-6  # seconds: walls rise


class ArrivalClock:
    """For one run."""

    def __init__(self, wall: float, arrival: float, window: float) -> None:
        """``wall``: seconds since 1970 when it was ``arrival`` on the clock that is never set.

        ``window``: seconds in which one picture at least comes without delay.
        """
        self.origin = wall - arrival
        self._window = window
        self._recent: deque[tuple[float, float]] = deque()  # (stream time, delay); delays rise from left to right
        self._delay: float | None = None  # arrival less stream time, without what the network adds
        self._before = 0.0  # stream time of the last picture
        self._last = float("-inf")

    def wall(self, seconds: float, arrival: float) -> float:
        """When a picture was taken, in seconds since 1970; ``seconds`` of the stream, in rising order."""
        found = arrival - seconds
        if self._delay is None:
            self._delay, self._before = found, seconds
        self._note(seconds, found)
        share = min((seconds - self._before) / _FOLLOW_SECONDS, 1.0)
        self._delay += (self._recent[0][1] - self._delay) * share
        self._delay = min(self._delay, found)
        self._before = seconds
        self._last = max(self.origin + seconds + self._delay, self._last + _STEP)
        return self._last

    def _note(self, seconds: float, delay: float) -> None:
        """Keep the least delays of the window."""
        while self._recent and self._recent[-1][1] >= delay:
            self._recent.pop()
        self._recent.append((seconds, delay))
        while self._recent[0][0] < seconds - self._window:
            self._recent.popleft()
