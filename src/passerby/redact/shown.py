"""What a plan leaves visible on purpose: an audit does not hold it against a copy."""

import numpy as np

from passerby.geometry import areas, intersections
from passerby.records import Floats
from passerby.redact.plan import Plan, box_at
from passerby.times import Span

OWN = 0.5  # the share of a face that must lie in the box of a track that is shown


class ShownOnPurpose:
    """Tells faces that nobody wanted to hide; without a plan there are none."""

    def __init__(self, plan: Plan | None) -> None:
        self._tracks = () if plan is None else tuple(track for track in plan.tracks if not track.hidden)
        self._within: Span | None = None
        if plan is not None and plan.policy.seconds is not None:
            start, end = map(plan.original.time_base.ticks, plan.policy.seconds)
            self._within = Span(start, end)

    def has(self, pts: int, box: Floats) -> bool:
        """Whether a face (4,) at ``pts`` is outside of the times that are hidden, or in a track that is shown."""
        if self._within is not None and not self._within.start <= pts < self._within.end:
            return True
        shown = [box_at(track, pts) for track in self._tracks if track.span.start <= pts < track.span.end]
        shared = intersections(box[None], np.array(shown, np.float32).reshape(-1, 4))
        return bool((shared >= OWN * areas(box[None])[:, None]).any())
