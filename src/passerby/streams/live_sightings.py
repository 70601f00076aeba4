"""What is seen of a stream for events: boxes with a label and a number that means something within one run only."""

from dataclasses import dataclass, field

import numpy as np

from passerby.geometry import covered_share
from passerby.people import COVERAGE_GRID, grid_scale
from passerby.records import Box, Detections, Floats
from passerby.redact.look.people_closely import PERSON
from passerby.redact.look.view import with_labels
from passerby.stages.objects import ObjectsStage, carries
from passerby.tracking.linker import Linker

PATIENCE = 3  # looks for which a thing may be out of sight
_REMEMBERED = 2 * PATIENCE  # looks after which nothing goes on with a track


@dataclass(frozen=True, slots=True)
class LiveSighting:
    """One thing, or one person, in one frame that was looked at: where, and nothing of what they look like."""

    label: str  # what it was called most surely in the looks up to this one
    score: float
    box: Box  # in pixels of the upright frame
    track: int  # from 0 in each run; it tells of the boxes before and after that are linked by their places
    pts: int
    wall: float  # seconds since 1970, UTC


@dataclass(slots=True)
class _Votes:
    """What one track was called: a look from behind may take a person for a dog."""

    scores: dict[str, float] = field(default_factory=dict)  # their sums, by label
    look: int = 0  # the last one that saw it

    def cast(self, label: str, score: float, look: int) -> str:
        """The label of the greatest sum, with this one."""
        self.scores[label] = self.scores.get(label, 0.0) + score
        self.look = look
        return max(sorted(self.scores), key=self.scores.__getitem__)


class LiveLinker:
    """Links what the looks of a run find by place. A thing within a person's body is worn or held, and not told of."""

    def __init__(self, width: int, height: int) -> None:
        self._scale = grid_scale(width, height)
        self._rules = ObjectsStage()
        self._linker = Linker(start_score=self._rules.start_score, patience=PATIENCE)
        self._votes: dict[int, _Votes] = {}
        self._looks = 0

    def cut(self) -> None:
        """Another picture begins."""
        self._linker.cut()

    def push(self, found: Detections, pts: int, wall: float) -> tuple[LiveSighting, ...]:
        """``found`` in the next look, in pixels of the upright frame, people among it."""
        sure = found.where(found.scores >= self._rules.weak_score)
        people = with_labels(sure, PERSON).boxes
        covered = covered_share(sure.boxes * self._scale, people * self._scale, COVERAGE_GRID)
        kept = (covered < self._rules.within_person) | carries(sure, people, self._rules.ridden_size)
        kept |= np.array([label in PERSON for label in sure.labels], np.bool_)
        told = sure.where(kept)
        numbers = self._linker.push(told).tolist()
        self._looks += 1
        self._votes = {each: votes for each, votes in self._votes.items() if self._looks - votes.look <= _REMEMBERED}
        return tuple(
            LiveSighting(self._label(number, label, score), score, _box(box), number, pts, wall)
            for number, (label, score, box) in zip(numbers, told, strict=True)
            if number >= 0
        )

    def _label(self, track: int, label: str, score: float) -> str:
        return self._votes.setdefault(track, _Votes()).cast(label, score, self._looks)


def _box(sides: Floats) -> Box:
    x1, y1, x2, y2 = map(float, sides)
    return x1, y1, x2, y2
