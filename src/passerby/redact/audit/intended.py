"""What a plan leaves visible on purpose: an audit does not hold it against a copy, and tells of it."""

from dataclasses import dataclass

import numpy as np

from passerby.geometry import areas, intersections
from passerby.records import Floats
from passerby.redact.audit.verdict import hides_faces
from passerby.redact.plan.plan import Plan, box_at
from passerby.times import Span

OWN = 0.5  # the share of a face that must lie in the box of a track that is shown


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a face shows."""

    track: int | None  # the plan's track that is visible; None: nothing is hidden at that time, or no face at all


class ShownOnPurpose:
    """Tells faces that nobody wanted to hide; without a plan there are none."""

    def __init__(self, plan: Plan | None) -> None:
        self._tracks = () if plan is None else tuple(track for track in plan.tracks if not track.hidden)
        self.hides_faces = plan is None or hides_faces(plan.policy.hide)
        self._within: Span | None = None
        if plan is not None and plan.policy.seconds is not None:
            start, end = map(plan.original.time_base.ticks, plan.policy.seconds)
            self._within = Span(start, end)

    def why(self, pts: int, box: Floats) -> Purpose | None:
        """Why a face (4,) at ``pts`` shows: it is in a track that is visible, outside of the times that are hidden,
        or the plan hides no faces at all. None if it should be hidden."""
        there = [track for track in self._tracks if track.span.start <= pts < track.span.end]
        shown = np.array([box_at(track, pts) for track in there], np.float32).reshape(-1, 4)
        own = intersections(box[None], shown)[0] >= OWN * areas(box[None])[0]
        if own.any():
            return Purpose(there[int(own.argmax())].number)
        if not self.hides_faces or (self._within and not self._within.start <= pts < self._within.end):
            return Purpose(None)
        return None
