"""A track that may go on: what is known of one thing up to now."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from passerby.records import Floats
from passerby.redact.look.motion import RECENT, step_of
from passerby.redact.plan.kinds import FoundKind
from passerby.tracking.following import FollowedPlace

STEADY = 25  # frames by which its speed is told where following led astray
SIZES = 32  # sightings by which its size is told, where older ones are forgotten


@dataclass(slots=True)
class LiveTrack:
    """A track that may go on."""

    kind: FoundKind
    labels: dict[str, float] = field(default_factory=dict)  # sums of scores
    best: float = 0.0
    last: int = 0  # frame of the last sighting
    box: Floats = field(default_factory=lambda: np.zeros(4, np.float32))  # of it
    sides: list[Floats] = field(default_factory=list)  # (2,), of all sightings
    trail: Iterator[FollowedPlace] = field(default_factory=lambda: iter(()))  # where it is in the frames after it
    followed: list[Floats] = field(default_factory=list)
    times: list[int] = field(default_factory=list)  # pts of all frames so far, up to the last sighting
    boxes: list[Floats] = field(default_factory=list)

    @property
    def place(self) -> Floats:
        """Where it was followed to."""
        return self.followed[-1] if self.followed else self.box

    def expected(self, now: int) -> Floats:
        """Where it should be in a frame: what is lost, as behind something, is taken to go on as it did."""
        known = [*self.boxes[-RECENT:], *self.followed]
        return self.place + (now - self.last - len(self.followed)) * step_of(known)

    def on_its_way(self, now: int) -> Floats:
        """Where it would be in a frame had it gone on as it did when it was seen."""
        return self.box + (now - self.last) * step_of(self.boxes, STEADY)

    @property
    def label(self) -> str:
        """What it was called most, and most surely."""
        return max(sorted(self.labels), key=self.labels.__getitem__)

    def forget(self, pts: int, context: int) -> None:
        """Forget where it was before a time, but for ``context`` frames before it, and what its speed is told by."""
        kept = min(bisect_left(self.times, pts) - context, len(self.times) - STEADY - 1)
        if kept > 0:
            del self.times[:kept], self.boxes[:kept]
        del self.sides[:-SIZES]

    def note(self, score: float, label: str) -> None:
        """It was seen once more."""
        self.labels[label] = self.labels.get(label, 0.0) + score
        self.best = max(self.best, score)

    def support(self, place: FollowedPlace) -> None:
        """Count a place that it was followed to, if a detector found it there."""
        if place.score:
            self.note(place.score, self.label)
