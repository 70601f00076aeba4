"""Which track of a plan a face belongs to that shows in its copy."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from passerby.geometry import areas, intersections
from passerby.redact.audit.result import Leak
from passerby.redact.plan.plan import HiddenTrack, Plan, box_at

HELD = 1.0  # seconds before a track's first box and after its last in which it is still taken to be that face's
OWN = 0.25  # the share of a face that must lie in a track's box
COMPARED = 64  # leaks of a face, at most


def plan_track_of(plan: Plan, leaks: Sequence[Leak]) -> int | None:
    """The number of the track that shares most with these leaks of one face, in order; None if none does."""
    compared = leaks[:: -(-len(leaks) // COMPARED)] if leaks else []
    shares: Counter[int] = Counter()
    for track in plan.tracks:
        per_mille = sum(round(1000 * share) for leak in compared if (share := _share(plan, track, leak)) >= OWN)
        if per_mille:
            shares[track.number] = per_mille
    return max(shares, key=lambda number: (shares[number], -number), default=None)


def _share(plan: Plan, track: HiddenTrack, leak: Leak) -> float:
    """The share of a leak's box that lies in that of a track, which is held for a while beyond its ends."""
    base, first, last = plan.original.time_base, int(track.times[0]), int(track.times[-1])
    if not base.seconds(first) - HELD <= leak.time <= base.seconds(last) + HELD:
        return 0.0
    box = np.array([leak.box], np.float32)
    held = box_at(track, min(max(base.pts_at(leak.time), first), last))
    return float(intersections(box, held[None])[0, 0] / max(float(areas(box)[0]), 1.0))
