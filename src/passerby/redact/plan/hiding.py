"""Where a plan hides something, in the pixels of the decoded pictures."""

from collections.abc import Mapping

from passerby.media.read.orientation import Placement
from passerby.redact.plan.plan import Plan, Regions, RegionsInTime


class Hiding:
    """What is hidden at each time; times are asked for in rising order, each once."""

    def __init__(self, plan: Plan, placement: Placement) -> None:
        self.hidden_frames = 0  # of those that were asked for
        self._regions, self._placement = RegionsInTime(plan), placement

    @property
    def frames(self) -> Mapping[int, int]:
        """In how many of them each track is hidden, by its number."""
        return self._regions.frames

    def at(self, pts: int) -> Regions:
        """The places (m, 4) that are hidden at ``pts``, in coded pixels."""
        regions = self._placement.in_coded(self._regions.at(pts))
        self.hidden_frames += bool(len(regions))
        return regions
