"""Things, found in every sample and linked to tracks. People are not things: ``people.py`` keeps them as geometry."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from passerby.geometry import areas, covered_share, intersections
from passerby.people import COVERAGE_GRID, grid_scale
from passerby.records import Detections, Floats, Record, Track
from passerby.settings import Settings
from passerby.stages.base import Kit, SettledSample, models_of, models_set
from passerby.tracking.linker import TrackBuilder

# What carries people, and is neither worn nor held: one that they ride, or pass, lies within their boxes too.
RIDDEN = frozenset({"airplane", "bicycle", "boat", "bus", "car", "elephant", "horse", "motorcycle", "train", "truck"})
# Of a box that a body covers, at least this share lies within it.
COVERS = 0.5


@dataclass(frozen=True, slots=True)
class ObjectsStage:
    """Tracks of things. A thing that lies within a person's body is worn or held: to name it would describe them."""

    name: ClassVar[str] = "objects"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    takes: ClassVar[Literal["samples"]] = "samples"
    makes: ClassVar[tuple[type[Record], ...]] = (Track,)

    models: tuple[str, ...] = models_of("objects")
    # Chosen with benchmarks/objects.py: weaker boxes that continue a track are mostly something else at its place.
    start_score: float = 0.45  # a box this sure begins a track
    weak_score: float = 0.4  # a box this sure continues one
    once_score: float = 0.55  # what a track needs that was seen in one sample only
    within_person: float = 0.8  # the share of a thing's box that people cover when it is theirs
    ridden_size: float = 0.4  # what carries people is not theirs to wear from this share of the body on that covers it
    patience: int = 3  # samples for which a thing may be out of sight

    @classmethod
    def from_settings(cls, settings: Settings) -> "ObjectsStage":
        return cls(models_set("objects", settings=settings))

    @property
    def detector(self) -> str:
        (name,) = self.models
        return name

    def open(self, kit: Kit) -> "ObjectsSession":
        return ObjectsSession(self, kit.info.width, kit.info.height)


class ObjectsSession:
    """Takes samples, in order."""

    def __init__(self, stage: ObjectsStage, frame_width: int, frame_height: int) -> None:
        self._stage = stage
        self._scale = grid_scale(frame_width, frame_height)
        self._tracks = TrackBuilder(start_score=stage.start_score, patience=stage.patience)

    def push(self, settled: SettledSample) -> None:
        if settled.cut:
            self._tracks.cut()
        sure = settled.things.where(settled.things.scores >= self._stage.weak_score)
        bodies = settled.people.boxes
        covered = covered_share(sure.boxes * self._scale, bodies * self._scale, COVERAGE_GRID)
        kept = (covered < self._stage.within_person) | carries(sure, bodies, self._stage.ridden_size)
        self._tracks.push(settled.people.pts, sure.where(kept))

    def finish(self, end: int) -> list[Track]:
        return [
            track for track in self._tracks.tracks() if len(track.times) > 1 or track.score >= self._stage.once_score
        ]


def carries(things: Detections, bodies: Floats, least: float) -> NDArray[np.bool_]:
    """Which of ``things`` (n,) carry people, and are no part of one of the ``bodies`` (m, 4) by their size.

    A part of a person that is taken for such a thing is small beside the body that it belongs to: what is counted has
    at least the share ``least`` of the area of each body that covers it.
    """
    covers = intersections(things.boxes, bodies) >= COVERS * np.maximum(areas(things.boxes), 1)[:, None]
    largest = np.where(covers, areas(bodies)[None], 0).max(axis=1, initial=0)
    ridden = np.array([label in RIDDEN for label in things.labels], np.bool_)
    return np.asarray(ridden & (areas(things.boxes) >= least * largest))
