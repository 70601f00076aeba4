"""Where faces must be hidden in each frame, from where they were found in some."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from passerby.records import Floats, Track


@dataclass(frozen=True, slots=True)
class ExpectedPlace:
    """Where a face is, or should be, in one frame."""

    track: int  # index of its track
    box: Floats  # (4,)
    # found there; on the straight way between two finds; or where it was found last, or will be found next
    how: Literal["found", "between", "held"]


class ExpectedPlaces:
    """The places of each frame; frames are asked for by their index, in rising order.

    The times of ``tracks`` are such indices. Between finds that are up to ``widest_gap`` apart a face is taken to be
    there all the time. Before the first find and after the last one, and in wider gaps, its place is held for
    ``reach`` frames.
    """

    def __init__(self, tracks: Sequence[Track], widest_gap: int, reach: int) -> None:
        self._widest_gap, self._reach = widest_gap, reach
        starts = sorted(enumerate(tracks), key=lambda row: -int(row[1].times[0]))
        self._waiting = starts  # the next one last
        self._now: list[tuple[int, Track]] = []

    def at(self, index: int) -> list[ExpectedPlace]:
        while self._waiting and int(self._waiting[-1][1].times[0]) - self._reach <= index:
            self._now.append(self._waiting.pop())
        self._now = [(row, track) for row, track in self._now if int(track.times[-1]) + self._reach >= index]
        places = (self._place(row, track, index) for row, track in self._now)
        return [place for place in places if place is not None]

    def _place(self, row: int, track: Track, index: int) -> ExpectedPlace | None:
        after = int(np.searchsorted(track.times, index))
        if after < len(track.times) and track.times[after] == index:
            return ExpectedPlace(row, track.boxes[after], "found")
        before = after - 1
        if before >= 0 and after < len(track.times):
            last, following = int(track.times[before]), int(track.times[after])
            if following - last <= self._widest_gap:
                share = np.float32((index - last) / (following - last))
                return ExpectedPlace(row, (1 - share) * track.boxes[before] + share * track.boxes[after], "between")
        if before >= 0 and index - int(track.times[before]) <= self._reach:
            return ExpectedPlace(row, track.boxes[before], "held")
        if after < len(track.times) and int(track.times[after]) - index <= self._reach:
            return ExpectedPlace(row, track.boxes[after], "held")
        return None
