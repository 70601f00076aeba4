"""Cuts into moments, while the cuts are still being found."""

from collections.abc import Sequence

from passerby.records import Moment
from passerby.times import Span, TimeBase

# A moment is the unit of search: at most this long (DESIGN, "Words").
LONGEST_SECONDS = 10
# A longer shot is cut into slices of this length, so that its last slice lasts from two to ten seconds.
SLICE_SECONDS = 8


class MomentCutter:
    """Gives the moments of a video as soon as its settled cuts allow it.

    A moment is a whole shot, or a slice of one that lasts longer than ten seconds: a slice ends eight seconds
    after it began, unless its shot ends within ten seconds of the slice's start.
    """

    def __init__(self, time_base: TimeBase, start: int) -> None:
        """``start`` is where the first shot begins."""
        # At least a tick, for the odd file whose ticks are longer than a slice.
        self._longest = max(time_base.pts_at(LONGEST_SECONDS), 1)
        self._slice = max(time_base.pts_at(SLICE_SECONDS), 1)
        self._start = start
        self._shot = 0
        self._cuts: Sequence[int] = ()

    def settle(self, cuts: Sequence[int], settled: int) -> list[Moment]:
        """The moments that became final.

        ``cuts`` are all cuts found so far, in order; no cut before ``settled`` will be added to them.
        """
        self._cuts = cuts
        moments: list[Moment] = []
        while (end := self._next_end(settled)) is not None:
            moments.append(self._close(end))
        return moments

    def finish(self, end: int) -> list[Moment]:
        """The moments up to ``end``, where the video ends, by the cuts that were last given to ``settle``."""
        if end <= max([self._start, *self._cuts[-1:]]):
            raise ValueError(f"expected an end after {self._start} and after the last cut, found {end}")
        return self.settle([*self._cuts, end], end + 1)

    def _next_end(self, settled: int) -> int | None:
        limit = self._start + self._longest
        if self._shot < len(self._cuts) and self._cuts[self._shot] <= limit:
            cut = self._cuts[self._shot]
            return cut if cut < settled else None
        return self._start + self._slice if limit < settled else None

    def _close(self, end: int) -> Moment:
        moment = Moment(Span(self._start, end), self._shot)
        self._start = end
        if self._shot < len(self._cuts) and self._cuts[self._shot] == end:
            self._shot += 1
        return moment
