"""The plan of a redacted copy: which places are hidden at which times, and why. It holds no pixels.

A plan and the original give the copy, byte for byte: rendering looks for nothing. Its boxes are what is hidden,
margins included. How it is written to a file that people can edit: ``plan_file.py``.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from passerby.notebook import escape, table
from passerby.records import Floats, Ticks
from passerby.redact.plan.kinds import TrackKind
from passerby.redact.plan.policy import Policy
from passerby.times import Span, TimeBase, format_timecode
from passerby.wording import counted

# (m, 4) whole pixels of the upright frame, half-open.
Regions = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Original:
    """The file that a plan is for."""

    name: str
    sha256: str
    width: int  # of the upright frame
    height: int
    time_base: TimeBase
    frames: int
    duration: int  # pts
    damage: str  # what could not be read of it; "" for nothing


@dataclass(frozen=True, slots=True)
class HiddenTrack:
    """One thing over time. Between the times that are given its box moves and grows in a straight line."""

    number: int  # from 1, in the order of their starts
    kind: TrackKind
    label: str  # what was found there: "face", "person", "laptop", ...
    hidden: bool  # False for one that the user wants to show
    score: float  # of its surest sighting; 1 for what the user drew
    times: Ticks  # (n,) strictly increasing, n >= 1; it is hidden from the first to the last, both included
    boxes: Floats  # (n, 4) what is hidden, in upright frame pixels
    reason: str = ""  # why it is hidden or shown, in the words of whoever decided it

    @property
    def span(self) -> Span:
        return Span(int(self.times[0]), int(self.times[-1]) + 1)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the rendering of a copy depends on."""

    original: Original
    policy: Policy
    tracks: tuple[HiddenTrack, ...]
    models: tuple[tuple[str, str], ...]  # name and SHA-256 of the weights of what looked

    @property
    def hidden(self) -> tuple[HiddenTrack, ...]:
        return tuple(track for track in self.tracks if track.hidden)

    def __repr__(self) -> str:
        return f"Plan({self.original.name!r}, {counted(len(self.tracks), 'track')}, {len(self.hidden)} hidden)"

    def _repr_html_(self) -> str:
        seconds = self.original.time_base.seconds
        rows = [
            (
                str(track.number),
                escape(track.label or track.kind),
                f"{format_timecode(seconds(track.span.start))}-{format_timecode(seconds(track.span.end))}",
                "hidden" if track.hidden else "visible",
            )
            for track in self.tracks
        ]
        return table(("track", "what", "when", ""), rows, self.original.name)


def box_at(track: HiddenTrack, pts: int) -> Floats:
    """The box (4,) of a track at a time within its span.

    >>> track = HiddenTrack(1, "zone", "", True, 1.0, np.array([0, 10]), np.array([[0, 0, 2, 2], [10, 0, 12, 2]]))
    >>> box_at(track, 5).tolist()
    [5.0, 0.0, 7.0, 2.0]
    """
    return np.array([np.interp(pts, track.times, track.boxes[:, side]) for side in range(4)], np.float32)


class RegionsInTime:
    """What a plan hides at each time; times are asked for in rising order."""

    def __init__(self, plan: Plan) -> None:
        self._size = (plan.original.width, plan.original.height)
        self._waiting = sorted(plan.hidden, key=lambda track: -track.span.start)  # the next one last
        self._now: list[HiddenTrack] = []
        seconds, base = plan.policy.seconds, plan.original.time_base
        self._within = None if seconds is None else Span(base.ticks(seconds[0]), base.ticks(seconds[1]))
        self.frames: Counter[int] = Counter()  # in which a track is hidden, by its number; of those that were asked for

    def at(self, pts: int) -> Regions:
        """The places (m, 4) that are hidden in the frame at ``pts``: whole pixels, clipped, none of them empty."""
        while self._waiting and self._waiting[-1].span.start <= pts:
            self._now.append(self._waiting.pop())
        self._now = [track for track in self._now if track.span.end > pts]
        if self._within is not None and not self._within.start <= pts < self._within.end:
            return np.zeros((0, 4), np.int32)
        found = [(track.number, whole_pixels([box_at(track, pts)], *self._size)) for track in self._now]
        self.frames.update(number for number, regions in found if len(regions))
        return np.concatenate([np.zeros((0, 4), np.int32), *(regions for _, regions in found)])


def moments_between(plan: Plan, start: int, end: int, step: int) -> list[int]:
    """Every ``step``-th tick from ``start`` to ``end``, and those between at which a track begins or ends, in order.

    Whoever paints a moment with all that is hidden up to a step before and after it leaves nothing bare.
    """
    edges = {edge for track in plan.hidden for edge in (track.span.start, track.span.end - 1) if start <= edge <= end}
    return sorted(edges.union(range(start, end, step), [end]))


def boxes_at(plan: Plan, moments: Sequence[int]) -> int:
    """How many boxes the tracks of a plan have at ``moments``, which rise, all of them together."""
    spans = [track.span for track in plan.hidden]
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    return int((np.searchsorted(moments, ends) - np.searchsorted(moments, starts)).sum())


def whole_pixels(boxes: list[Floats], width: int, height: int) -> Regions:
    """All pixels that ``boxes`` touch, clipped to a frame of this size, without those that lie outside of it."""
    rows = np.array(boxes, np.float64).reshape(-1, 4)
    outward = np.concatenate([np.floor(rows[:, :2]), np.ceil(rows[:, 2:])], axis=1)
    clipped: Regions = np.clip(outward, 0, [width, height, width, height]).astype(np.int32)
    return clipped[(clipped[:, 2] > clipped[:, 0]) & (clipped[:, 3] > clipped[:, 1])]
