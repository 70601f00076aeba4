"""All that is told of the people of a video: when there are any, how many, and how much of the picture is masked."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from passerby.documents import Document
from passerby.records import FULL_COVERAGE, Moment, PeopleMasks, StoredVideo
from passerby.times import TimeBase

TOO_CLOSE = "people fill the picture"
TOO_SHORT = "too short to be looked at"


class PeopleCount(NamedTuple):
    """How many people are seen at once from a time on. A tuple, as a long video has thousands."""

    time: float
    people: int

    def document(self) -> Document:
        return {"time": self.time, "people": self.people}


@dataclass(frozen=True, slots=True)
class PeopleInsight:
    """All that is told of people: for how long any are seen, how many at once, and how much their mask takes."""

    seconds: float
    max_at_once: int
    mask_coverage: float  # the share of the picture, on average
    counts: tuple[PeopleCount, ...]  # whenever it changes

    def document(self) -> Document:
        coverage = round(self.mask_coverage, 4)
        told = {"seconds": self.seconds, "max_at_once": self.max_at_once, "mask_coverage": coverage}
        return told | {"counts": [each.document() for each in self.counts]}


def people_seen(people: PeopleMasks | None, video: StoredVideo) -> PeopleInsight:
    """What is told of the people of a video."""
    if people is None or not len(people.times):
        return PeopleInsight(0.0, 0, 0.0, ())
    lasts = np.diff(people.times, append=max(video.duration, int(people.times[-1])))
    return PeopleInsight(
        seconds=video.time_base.seconds(int(lasts[people.counts > 0].sum())),
        max_at_once=int(people.counts.max()),
        mask_coverage=float(np.average(people.coverage, weights=lasts if lasts.any() else None)),
        counts=_changes(people, video.time_base),
    )


def _changes(people: PeopleMasks, base: TimeBase) -> tuple[PeopleCount, ...]:
    changed = np.flatnonzero(np.diff(people.counts, prepend=-1))
    rows = zip(people.times[changed].tolist(), people.counts[changed].tolist(), strict=True)
    return tuple(PeopleCount(base.seconds(pts), count) for pts, count in rows)


def people_in(moment: Moment, people: PeopleMasks) -> tuple[int, float, str]:
    """How many there are at most, how much of the moment is masked, and why nothing is described in it, if so."""
    first, last = np.searchsorted(people.times, [moment.span.start, moment.span.end]).tolist()
    doubts = sorted(set(people.doubts[first:last]))
    covered = people.coverage[first:last]
    if last > first and covered.min() >= FULL_COVERAGE:
        doubts = [TOO_CLOSE]
    return (
        int(people.counts[first:last].max(initial=0)),
        float(covered.mean()) if last > first else 0.0,
        "" if "" in doubts else "; ".join(doubts) or TOO_SHORT,
    )
