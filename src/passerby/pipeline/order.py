"""From detections to sessions: each sample when cuts around it are settled, and then the people in it."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from passerby.people import PeopleAt
from passerby.pipeline.describer import MomentDescriber
from passerby.pipeline.detect import Detected
from passerby.pipeline.feed import Step
from passerby.records import Moment
from passerby.stages.base import MaskingSession, PeopleDetections, Session, SettledSample


class SampleFinder(Protocol):
    """What finds, or knows, what is in samples: a ``Finder``."""

    def find_all(self, steps: Iterable[Step], /) -> Iterator[tuple[Step, Detected]]: ...


class Settler:
    """Takes the steps of a scan and feeds the sessions, each sample when all that it depends on is settled."""

    def __init__(
        self,
        finder: SampleFinder,
        masking: MaskingSession,
        samples: Sequence[tuple[str, Session[SettledSample]]],
        moments: MomentDescriber,
    ) -> None:
        """``samples`` are those that take samples, each with the name of the detector that it hears of."""
        self._finder = finder
        self._masking = masking
        self._samples = samples
        self._moments = moments
        self._unsettled: deque[Detected] = deque()  # cuts near them may still be found
        self._joining: deque[tuple[Detected, bool]] = deque()  # their people may still be joined; whether a cut came
        self._last_pts = -1

    def watch(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Take all steps of a video in; gives each back when that is done."""
        for step, detected in self._finder.find_all(steps):
            self._unsettled.append(detected)
            self._advance(step.cuts, step.settled, step.moments)
            yield step

    def finish(self, cuts: Sequence[int], moments: Sequence[Moment], end: int) -> None:
        """All is decoded: ``cuts`` are all cuts, ``moments`` the last ones, the video ends at ``end``."""
        self._advance(cuts, end, moments)
        self._settle(self._masking.settle_all())
        self._moments.describe_until(end)

    def _advance(self, cuts: Sequence[int], settled: int, moments: Sequence[Moment]) -> None:
        self._moments.add_moments(moments)
        while self._unsettled and self._unsettled[0].sample.pts < settled:
            found = self._unsettled.popleft()
            pts = found.sample.pts
            cut = any(self._last_pts < place <= pts for place in cuts)
            self._last_pts = pts
            self._joining.append((found, cut))
            people = PeopleDetections(pts, cut, found.people, found.faces, found.beside_people)
            self._settle(self._masking.push(people))

    def _settle(self, rows: Sequence[PeopleAt]) -> None:
        for people in rows:
            found, cut = self._joining.popleft()
            for detector, session in self._samples:
                session.push(SettledSample(found.sample, cut, people, found.things[detector]))
            self._moments.add_sample(SettledSample(found.sample, cut, people, found.all_things))
