"""Where the parts of a video begin and end: they last about as long as each other, and are joined at cuts, if near."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from passerby.records import Ticks

# From 20 minutes on a video is long enough to be worked on in parts, which last five at least: each opens its models.
LONG_SECONDS, SHORTEST_SECONDS = 1200.0, 300.0
# A joint is put at a cut that is no further away than this share of a part.
REACH = 0.25


@dataclass(frozen=True, slots=True)
class PartLimits:
    """Into how many parts videos are divided, and which are."""

    most: int = 1
    from_seconds: float = LONG_SECONDS
    shortest_seconds: float = SHORTEST_SECONDS

    def count(self, seconds: float | None) -> int:
        """How many parts a video of about this length has.

        >>> PartLimits(8).count(1199), PartLimits(8).count(1200), PartLimits(8).count(None)
        (1, 4, 1)
        """
        if seconds is None or seconds < self.from_seconds:
            return 1
        return max(1, min(self.most, int(seconds / self.shortest_seconds)))


UNDIVIDED = PartLimits()


@dataclass(frozen=True, slots=True)
class VideoPart:
    """What is shown from pts ``start`` until before ``end``."""

    start: int
    end: int
    is_whole: bool  # no shot of it goes on beyond it

    @property
    def name(self) -> str:
        return f"{self.start}-{self.end}"


def parts_of(times: Ticks, end: int, cuts: Sequence[int], count: int) -> tuple[VideoPart, ...]:
    """So many parts, or fewer, of a video with samples at ``times`` (n,), that ends at pts ``end``.

    >>> import numpy as np
    >>> parts_of(np.arange(0, 100, 10), 100, [33, 48], 2)
    (VideoPart(start=0, end=48, is_whole=True), VideoPart(start=48, end=100, is_whole=True))
    >>> [part.is_whole for part in parts_of(np.arange(0, 100, 10), 100, [], 2)]
    [False, False]
    """
    samples, known = times.tolist(), set(cuts)
    reach = int(REACH * len(samples) / count)
    joints = set[int]()
    for number in range(1, count):
        place = number * len(samples) // count
        if place >= len(samples):
            continue
        low, high = samples[max(place - reach, 0)], samples[min(place + reach, len(samples) - 1)]
        near = [cut for cut in cuts if low <= cut <= high]
        joints.add(min(near, key=lambda cut: abs(cut - samples[place])) if near else samples[place])
    borders = [0, *sorted(joint for joint in joints if 0 < joint < end), end]
    ends = {0, end, *known}
    return tuple(VideoPart(start, stop, {start, stop} <= ends) for start, stop in pairwise(borders))


def whole_runs(parts: Iterable[VideoPart]) -> list[VideoPart]:
    """Those that are not whole, put together until they are: each a shot that goes over joints, and what is beside it.

    >>> whole_runs([VideoPart(0, 5, True), VideoPart(5, 7, False), VideoPart(7, 9, False)])
    [VideoPart(start=5, end=9, is_whole=True)]
    """
    runs: list[VideoPart] = []
    for part in parts:
        if part.is_whole:
            continue
        if runs and runs[-1].end == part.start:
            runs[-1] = VideoPart(runs[-1].start, part.end, True)
        else:
            runs.append(VideoPart(part.start, part.end, True))
    return runs
