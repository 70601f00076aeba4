"""All that is told of the people of a video: when there are any, how many, and how much of the picture is masked."""

from dataclasses import dataclass

import numpy as np

from passerby.documents import Document
from passerby.records import FULL_COVERAGE, Moment, PeopleMasks, StoredVideo

TOO_CLOSE = "people fill the picture"
TOO_SHORT = "too short to be looked at"


@dataclass(frozen=True, slots=True)
class PeopleInsight:
    """All that is told of people: for how long any are seen, how many at once, and how much their mask takes."""

    seconds: float
    max_at_once: int
    mask_coverage: float  # the share of the picture, on average

    def document(self) -> Document:
        coverage = round(self.mask_coverage, 4)
        return {"seconds": self.seconds, "max_at_once": self.max_at_once, "mask_coverage": coverage}


def people_seen(people: PeopleMasks | None, video: StoredVideo) -> PeopleInsight:
    """What is told of the people of a video."""
    if people is None or not len(people.times):
        return PeopleInsight(0.0, 0, 0.0)
    lasts = np.diff(people.times, append=max(video.duration, int(people.times[-1])))
    return PeopleInsight(
        seconds=video.time_base.seconds(int(lasts[people.counts > 0].sum())),
        max_at_once=int(people.counts.max()),
        mask_coverage=float(np.average(people.coverage, weights=lasts if lasts.any() else None)),
    )


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
