"""What is seen of a stream for events: boxes with a label and a number that means something within one run only."""

from dataclasses import dataclass

import numpy as np

from passerby.geometry import covered_share
from passerby.people import COVERAGE_GRID, grid_scale
from passerby.records import Box, Detections
from passerby.redact.look.people_closely import PERSON
from passerby.redact.look.view import with_labels
from passerby.stages.objects import ObjectsStage, carries
from passerby.tracking.linker import Linker

PATIENCE = 3  # looks for which a thing may be out of sight


@dataclass(frozen=True, slots=True)
class LiveSighting:
    """One thing, or one person, in one frame that was looked at: where, and nothing of what they look like."""

    label: str
    score: float
    box: Box  # in pixels of the upright frame
    track: int  # from 0 in each run; it tells of the boxes before and after that are linked by their places
    pts: int
    wall: float  # seconds since 1970, UTC


class LiveLinker:
    """Links what the looks of a run find by place. A thing within a person's body is worn or held, and not told of."""

    def __init__(self, width: int, height: int) -> None:
        self._scale = grid_scale(width, height)
        self._rules = ObjectsStage()
        self._linker = Linker(start_score=self._rules.start_score, patience=PATIENCE)

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
        return tuple(
            LiveSighting(label, score, (float(box[0]), float(box[1]), float(box[2]), float(box[3])), number, pts, wall)
            for number, (label, score, box) in zip(numbers, told, strict=True)
            if number >= 0
        )
