"""From samples to records: people and things are joined as soon as cuts are settled, moments as soon as people are."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from passerby.errors import StoreError
from passerby.models.detectors.base import Detector
from passerby.models.detectors.tiling import TiledDetector
from passerby.pipeline.feed import Step
from passerby.pipeline.moments import MomentDescriber, Settled
from passerby.records import Detections, Floats, Moment, PeopleMasks, Sample
from passerby.stages.objects import ObjectsSession
from passerby.stages.people import PeopleAt, PeopleSession, people_masks
from passerby.stages.shots.moments import MomentCutter
from passerby.stages.text.stage import vehicles_in
from passerby.times import TimeBase

NO_BOXES = Detections.none()
# Halves take twice the time of the whole picture; who is found in every second sample only, tracks join over the
# samples between. Things are not looked for in halves: that costs more precision than it brings recall
# (benchmarks/results/objects.md).
TILED_EVERY = 2
# Samples that are looked at side by side, each on its share of the cores. On two cores, a thread for each takes a tenth
# less time than both threads for one after the other (7 % to 13 % in three pairs of runs of `passerby add`).
SAMPLES_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Found:
    """What the detectors found in a sample, in upright frame pixels."""

    sample: Sample
    people: Detections
    faces: Detections
    beside_people: Detections  # what the detector of people found that is none
    things: Detections  # what the detector of objects found, people aside
    large: Sample | None = None  # the same frame to read text in

    @property
    def vehicles(self) -> Floats:
        """The boxes (n, 4) of those that either detector found, and a little around each."""
        return np.concatenate([vehicles_in(self.beside_people), vehicles_in(self.things)])


class Finder:
    """Runs the detectors that the stages of this run need.

    ``people`` tells people from things, ``faces`` finds faces, ``things`` finds what the objects stage keeps; None
    for what no stage of this run needs.
    """

    def __init__(
        self, people: Detector | None, faces: Detector | None, things: Detector | None, *, tiled: bool
    ) -> None:
        """With ``tiled``, people are looked for in halves of every second sample too."""
        self._people = people
        self._faces = faces
        self._things = things
        self._halves = TiledDetector(people) if tiled and people is not None else None

    def find_all(self, steps: Iterable[Step]) -> Iterator[tuple[Step, Found]]:
        """Each of all steps of a video with what is in its sample, in order."""
        waiting: deque[tuple[Step, Future[Found]]] = deque()
        with ThreadPoolExecutor(SAMPLES_AT_ONCE, "finder") as pool:
            for number, step in enumerate(steps):
                waiting.append((step, pool.submit(self._find_in, number, step)))
                if len(waiting) > 2 * SAMPLES_AT_ONCE:  # one sample can take twice as long as another
                    yield _result(*waiting.popleft())
            while waiting:
                yield _result(*waiting.popleft())

    def _find_in(self, number: int, step: Step) -> Found:
        return replace(self.find(number, step.sample), large=step.large)

    def find(self, number: int, sample: Sample) -> Found:
        """What is in a video's sample of this number, counted from nought."""
        seen = self._detect(self._people, sample)
        other = seen if self._things is self._people else self._detect(self._things, sample)
        with_halves = seen if number % TILED_EVERY else self._with_halves(seen, sample)
        return Found(
            sample=sample,
            people=_only(with_halves, people=True),
            faces=self._detect(self._faces, sample),
            beside_people=_only(seen, people=False),
            things=_only(other, people=False),
        )

    def _with_halves(self, seen: Detections, sample: Sample) -> Detections:
        if self._halves is None:
            return seen
        x, y = _scale(sample)
        return self._halves.with_halves(sample.pixels, seen.scaled(1 / x, 1 / y)).scaled(x, y)

    @staticmethod
    def _detect(detector: Detector | None, sample: Sample) -> Detections:
        if detector is None:
            return NO_BOXES
        (found,) = detector.detect([sample.pixels])
        return found.scaled(*_scale(sample))


def _result(step: Step, finding: Future[Found]) -> tuple[Step, Found]:
    return step, finding.result()


def _scale(sample: Sample) -> tuple[float, float]:
    """How many frame pixels a pixel of the sample is wide and high."""
    height, width = sample.pixels.shape[:2]
    return sample.frame_width / width, sample.frame_height / height


def _only(found: Detections, *, people: bool) -> Detections:
    return found.where(np.array([(label == "person") is people for label in found.labels], np.bool_))


class KnownPeople:
    """People of a video whose people stage is done already, in the place of a session."""

    def __init__(self, masks: PeopleMasks | None) -> None:
        self._masks = people_masks(()) if masks is None else masks
        self._row_at = {pts: row for row, pts in enumerate(self._masks.times.tolist())}

    def push(self, pts: int, *, cut: bool, people: Detections, faces: Detections, things: Detections) -> list[PeopleAt]:
        """The people at ``pts``, settled long since; StoreError if they were not looked for at that time."""
        masks, row = self._masks, self._row_at.get(pts)
        if row is None:
            raise StoreError(
                f"expected people to be known at pts {pts}, found nothing there: run `passerby forget`, then add again"
            )
        return [
            PeopleAt(pts, masks.boxes_at(row), int(masks.counts[row]), float(masks.coverage[row]), masks.doubts[row])
        ]

    def finish(self) -> list[PeopleAt]:
        return []


class Watcher:
    """Takes the steps of a scan and feeds the sessions, each sample when all that it depends on is settled."""

    def __init__(
        self,
        finder: Finder,
        people: PeopleSession | KnownPeople,
        objects: ObjectsSession | None,
        moments: MomentDescriber,
        time_base: TimeBase,
        known_moments: Sequence[Moment] | None,
    ) -> None:
        """Without ``known_moments``, the moments are cut as the cuts become settled."""
        self._finder = finder
        self._people = people
        self._objects = objects
        self._moments = moments
        self._time_base = time_base
        self._cutter: MomentCutter | None = None
        self._cuts_moments = known_moments is None
        self._moments.add_moments(known_moments or ())
        self._unsettled: deque[Found] = deque()  # cuts near them may still be found
        self._joining: deque[tuple[Found, bool]] = deque()  # their people may still be joined, and if a cut came before
        self._last_pts = -1

    def watch(self, steps: Iterable[Step]) -> Iterator[Step]:
        """Take all steps of a video in; gives each back when that is done."""
        for step, found in self._finder.find_all(steps):
            if self._cuts_moments and self._cutter is None:
                # A video's first frame is always sampled: the first shot begins there.
                self._cutter = MomentCutter(self._time_base, step.sample.pts)
            self._unsettled.append(found)
            self._advance(step.cuts, step.settled)
            yield step

    def finish(self, cuts: Sequence[int], end: int) -> None:
        """All is decoded: ``cuts`` are all cuts, the video ends at ``end``."""
        self._advance(cuts, end)
        self._settle(self._people.finish())
        if self._cutter is not None:
            self._moments.add_moments(self._cutter.finish(end))
        self._moments.describe_until(end)

    def _advance(self, cuts: Sequence[int], settled: int) -> None:
        if self._cutter is not None:
            self._moments.add_moments(self._cutter.settle(cuts, settled))
        while self._unsettled and self._unsettled[0].sample.pts < settled:
            found = self._unsettled.popleft()
            pts = found.sample.pts
            cut = any(self._last_pts < place <= pts for place in cuts)
            self._last_pts = pts
            self._joining.append((found, cut))
            self._settle(
                self._people.push(pts, cut=cut, people=found.people, faces=found.faces, things=found.beside_people)
            )

    def _settle(self, rows: Sequence[PeopleAt]) -> None:
        for row in rows:
            found, cut = self._joining.popleft()
            if self._objects is not None:
                self._objects.push(row.pts, cut=cut, things=found.things, people=row.boxes)
            self._moments.add_sample(Settled(found.sample, found.large, row, found.vehicles))
