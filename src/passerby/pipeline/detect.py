"""What is in a sample: the detectors of a run, each run once for all stages that want to know."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from passerby.models.detectors.base import Detector
from passerby.models.detectors.tiling import TiledDetector
from passerby.pipeline.feed import Step
from passerby.records import Detections, Sample
from passerby.stages.base import Kit, Masker, Stage

NO_BOXES = Detections.none()
# A frame this wide or high is searched for people in two halves too: they may be small in it.
TILED_FROM = 1280
# Nothing below this is asked of a detector: it is the least score that a stage has a use for.
LEAST_SCORE = 0.15
# Halves take twice the time of the whole picture; who is found in every second sample only, tracks join over the
# samples between. Things are not looked for in halves: that costs more precision than it brings recall
# (benchmarks/results/objects.md).
TILED_EVERY = 2
# Samples that are looked at side by side, each on its share of the cores. On two cores, a thread for each takes a tenth
# less time than both threads for one after the other (7 % to 13 % in three pairs of runs of `passerby add`).
SAMPLES_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Detected:
    """What the detectors found in a sample, in upright frame pixels."""

    sample: Sample
    people: Detections
    faces: Detections
    beside_people: Detections  # what the detector of people found that is none
    things: Mapping[str, Detections]  # what each of the others found, people aside, by the detector's name

    @property
    def all_things(self) -> Detections:
        """What any of them found beside people; what two of them found is there twice."""
        parts = (self.beside_people, *self.things.values())
        boxes, scores = np.concatenate([part.boxes for part in parts]), np.concatenate([part.scores for part in parts])
        return Detections(boxes, scores, tuple(label for part in parts for label in part.labels))


class Finder:
    """Runs the detectors that the stages of this run need.

    ``people`` tells people from things, ``faces`` finds faces; None for what no stage of this run needs. ``things`` are
    those that find other things, by their names.
    """

    def __init__(
        self, people: Detector | None, faces: Detector | None, things: Mapping[str, Detector], *, tiled: bool
    ) -> None:
        """With ``tiled``, people are looked for in halves of every second sample too."""
        self._people = people
        self._faces = faces
        self._things = things
        self._halves = TiledDetector(people) if tiled and people is not None else None

    def find_all(self, steps: Iterable[Step], first: int = 0) -> Iterator[tuple[Step, Detected]]:
        """Each of the steps of a video, from number ``first`` on, with what is in its sample, in order."""
        waiting: deque[tuple[Step, Future[Detected]]] = deque()
        with ThreadPoolExecutor(SAMPLES_AT_ONCE, "finder") as pool:
            for number, step in enumerate(steps, first):
                waiting.append((step, pool.submit(self.find, number, step.sample)))
                if len(waiting) > 2 * SAMPLES_AT_ONCE:  # one sample can take twice as long as another
                    yield _result(*waiting.popleft())
            while waiting:
                yield _result(*waiting.popleft())

    def find(self, number: int, sample: Sample) -> Detected:
        """What is in a video's sample of this number, counted from nought."""
        seen = self._detect(self._people, sample)
        others = {
            name: seen if detector is self._people else self._detect(detector, sample)
            for name, detector in self._things.items()
        }
        with_halves = seen if number % TILED_EVERY else self._with_halves(seen, sample)
        return Detected(
            sample=sample,
            people=_only(with_halves, people=True),
            faces=self._detect(self._faces, sample),
            beside_people=_only(seen, people=False),
            things={name: _only(found, people=False) for name, found in others.items()},
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


def open_finder(todo: Sequence[Stage], kit: Kit, *, tiled: bool) -> Finder:
    """What runs the detectors of the stages that are to do; one that two of them use is opened, and run, once."""
    masker = next((stage for stage in todo if isinstance(stage, Masker)), None)
    names = [stage.detector for stage in todo if not isinstance(stage, Masker) and stage.takes == "samples"]
    if not names and masker is None:
        names = [stage.detector for stage in todo if stage.takes == "close-ups"]
    people, faces = (kit.open(name, threshold=LEAST_SCORE) for name in masker.detectors) if masker else (None, None)
    things = {name: kit.open(name, threshold=LEAST_SCORE) for name in names}
    return Finder(people, faces, things, tiled=tiled)


def _result(step: Step, finding: Future[Detected]) -> tuple[Step, Detected]:
    return step, finding.result()


def _scale(sample: Sample) -> tuple[float, float]:
    """How many frame pixels a pixel of the sample is wide and high."""
    height, width = sample.pixels.shape[:2]
    return sample.frame_width / width, sample.frame_height / height


def _only(found: Detections, *, people: bool) -> Detections:
    return found.where(np.array([(label == "person") is people for label in found.labels], np.bool_))
