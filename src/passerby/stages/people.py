"""People, as geometry: found in every sample and joined over time, so that one missed in between is masked too."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from passerby.errors import StoreError
from passerby.geometry import areas, clip, covered_share, intersections, ious
from passerby.people import COVERAGE_GRID, PeopleAt, are_of, bodies, coverage, grid_scale, heads, with_margins
from passerby.records import Detections, Floats, PeopleMasks, Record
from passerby.settings import Settings
from passerby.stages.base import Kit, Masker, PeopleDetections, models_of, models_set
from passerby.tracking.linker import Linker

# Boxes with this intersection over union are of the same place.
SAME_PLACE = 0.5
# A body of which this share lies within a larger one is not counted.
WITHIN = 0.8
# What is not surely a person is a doubt where less of its box is masked by those who are. No benchmark scores it alone.
MASKED_ENOUGH = 0.6
NOT_SURE = "someone may be in the picture, but not surely enough to mask them"


@dataclass(frozen=True, slots=True)
class PeopleStage(Masker):
    """Where people are at each sample. Its fields decide what is masked, so they are part of its key."""

    name: ClassVar[str] = "people"
    version: ClassVar[int] = 3
    needs: ClassVar[tuple[str, ...]] = ("shots",)
    takes: ClassVar[Literal["samples"]] = "samples"
    makes: ClassVar[tuple[type[Record], ...]] = (PeopleMasks,)

    # The first finds people, the second faces.
    models: tuple[str, ...] = models_of("people", "faces", in_key=False)
    samples_per_second: float = 2.0
    # Chosen with benchmarks/people.py: from 0.3 on, three times as many people are missed; face scores hardly matter.
    person_score: float = 0.25  # a box this sure is a person
    weak_score: float = 0.15  # a box this sure is one if a track explains it
    doubt_score: float = 0.2  # a box this sure that no track explains is a doubt
    face_score: float = 0.35  # a face this sure has a body below it
    doubt_area: float = 0.01  # the least share of the frame that a doubtful box must have to count
    reach: int = 4  # samples over which a track is joined, before and after

    @classmethod
    def from_settings(cls, settings: Settings) -> "PeopleStage":
        return cls(models_set("people", "faces", settings=settings), settings.samples_per_second)

    @property
    def detectors(self) -> tuple[str, str]:
        people, faces = self.models
        return people, faces

    def open(self, kit: Kit) -> "PeopleSession":
        return PeopleSession(self, kit.info.width, kit.info.height)

    def recall_people(self, records: Sequence[Record]) -> "KnownPeople":
        return KnownPeople(next((record for record in records if isinstance(record, PeopleMasks)), people_masks(())))


@dataclass(slots=True)
class _Row:
    pts: int
    boxes: Floats
    doubtful: Floats
    numbers: list[int]
    shot: int
    by_number: dict[int, Floats] = field(init=False)

    def __post_init__(self) -> None:
        self.by_number = dict(zip(self.numbers, self.boxes, strict=True))


class PeopleSession:
    """Takes the people and faces found in each sample, in order; gives them back joined, ``reach`` samples later."""

    def __init__(self, stage: PeopleStage, frame_width: int, frame_height: int) -> None:
        self._stage = stage
        self._size = (frame_width, frame_height)
        self._linker = Linker(start_score=stage.person_score, patience=stage.reach + 1)
        self._shot = 0
        self._rows: deque[_Row] = deque()  # those within reach of the rows that are not settled yet
        self._waiting = 0  # how many rows at the right end of _rows are not settled
        self._settled: list[PeopleAt] = []

    def push(self, found: PeopleDetections) -> list[PeopleAt]:
        """Add a sample; the samples that have become settled."""
        if found.cut:
            self._linker.cut()
            self._shot += 1
        self._rows.append(self._linked(found.pts, found.people, found.faces, found.things))
        self._waiting += 1
        return self._settle(keep=self._stage.reach)

    def settle_all(self) -> list[PeopleAt]:
        """The samples that were not settled yet."""
        return self._settle(keep=0)

    def finish(self, end: int) -> list[PeopleMasks]:
        """All settled samples as one record."""
        return [people_masks(self._settled)]

    def _linked(self, pts: int, people: Detections, faces: Detections, things: Detections) -> _Row:
        stage = self._stage
        found = _with_bodies_of_faces(
            people.where(people.scores >= stage.weak_score), faces.where(faces.scores >= stage.face_score)
        )
        numbers = self._linker.push(found)
        kept = (numbers >= 0) | (found.scores >= stage.person_score)
        boxes = clip(found.boxes, *self._size)
        doubtful = boxes[~kept & (found.scores >= stage.doubt_score) & ~_explained(found, things)]
        return _Row(pts, boxes[kept], doubtful, numbers[kept].tolist(), self._shot)

    def _settle(self, keep: int) -> list[PeopleAt]:
        settled = []
        while self._waiting > keep:
            settled.append(self._join(len(self._rows) - self._waiting))
            self._waiting -= 1
            while len(self._rows) - self._waiting > self._stage.reach:
                self._rows.popleft()
        self._settled.extend(settled)
        return settled

    def _join(self, at: int) -> PeopleAt:
        rows = list(self._rows)
        row = rows[at]
        reach = self._stage.reach
        before = [other for other in rows[max(at - reach, 0) : at] if other.shot == row.shot]
        after = [other for other in rows[at + 1 : at + 1 + reach] if other.shot == row.shot]
        between = _missed_between(row, before, after)
        held = _held(row, before[-1:] + after[:1])
        boxes = np.concatenate([row.boxes, *between, *held]) if between or held else row.boxes
        share = coverage(boxes, *self._size)
        count = _count(np.concatenate([row.boxes, *between]))
        return PeopleAt(row.pts, boxes, count, share, self._doubt(row.doubtful, boxes))

    def _doubt(self, doubtful: Floats, boxes: Floats) -> str:
        width, height = self._size
        large = doubtful[areas(doubtful) >= self._stage.doubt_area * width * height]
        scale = grid_scale(width, height)
        masked = covered_share(large * scale, with_margins(boxes, width, height) * scale, COVERAGE_GRID)
        return NOT_SURE if (masked < MASKED_ENOUGH).any() else ""


class KnownPeople:
    """People of a video whose people stage is done already, in the place of a session."""

    def __init__(self, masks: PeopleMasks) -> None:
        self._masks = masks
        self._row_at = {pts: row for row, pts in enumerate(masks.times.tolist())}

    def push(self, found: PeopleDetections) -> list[PeopleAt]:
        """The people of a sample, settled long since; StoreError if they were not looked for at that time."""
        masks, row = self._masks, self._row_at.get(found.pts)
        if row is None:
            raise StoreError(
                f"expected people to be known at pts {found.pts}, found nothing there: run `passerby forget`, then "
                "add again"
            )
        count, coverage = int(masks.counts[row]), float(masks.coverage[row])
        return [PeopleAt(found.pts, masks.boxes_at(row), count, coverage, masks.doubts[row])]

    def settle_all(self) -> list[PeopleAt]:
        return []

    def finish(self, end: int) -> list[Record]:
        """There is nothing new to keep."""
        return []


def _explained(people: Detections, things: Detections) -> NDArray[np.bool_]:
    """Which of ``people`` (n,) are a thing at the same place that the detector is as sure of: a coat stand, a chair."""
    same = ious(people.boxes, things.boxes) >= SAME_PLACE
    return np.asarray((same & (things.scores[None] >= people.scores[:, None])).any(axis=1))


def _with_bodies_of_faces(people: Detections, faces: Detections) -> Detections:
    """People, each with the whole head in its box, and a standing body for each face with no person around it."""
    owned = are_of(faces.boxes, people.boxes)
    grown = people.boxes.copy()
    for face, head in enumerate(heads(faces.boxes)):
        for person in np.flatnonzero(owned[face]):
            grown[person, :2] = np.minimum(grown[person, :2], head[:2])
            grown[person, 2:] = np.maximum(grown[person, 2:], head[2:])
    alone = faces.where(np.logical_not(owned.any(axis=1)))
    return Detections(
        np.concatenate([grown, bodies(alone.boxes)]),
        np.concatenate([people.scores, alone.scores]),
        people.labels + ("person",) * len(alone),
    )


def _missed_between(row: _Row, before: list[_Row], after: list[_Row]) -> list[Floats]:
    """Boxes (1, 4) of those seen before and after ``row`` but not in it, moved there in a straight line."""
    last_seen = {number: other for other in before for number in other.by_number if number >= 0}
    next_seen = {number: other for other in reversed(after) for number in other.by_number if number >= 0}
    boxes = []
    for number in sorted((last_seen.keys() & next_seen.keys()) - row.by_number.keys()):
        a, b = last_seen[number], next_seen[number]
        share = np.float32((row.pts - a.pts) / (b.pts - a.pts))
        boxes.append(((1 - share) * a.by_number[number] + share * b.by_number[number])[None])
    return boxes


def _count(boxes: Floats) -> int:
    """How many people these bodies (n, 4) are: one that lies in a larger one is a part of that person.

    >>> _count(np.array([[0, 0, 10, 20], [1, 1, 8, 9], [30, 0, 40, 20]], np.float32))
    2
    """
    largest_first = boxes[np.argsort(-areas(boxes), kind="stable")]
    within = intersections(largest_first, largest_first) >= WITHIN * areas(largest_first)[:, None]
    return int((~np.tril(within, -1).any(axis=1)).sum())


def _held(row: _Row, neighbours: list[_Row]) -> list[Floats]:
    """Boxes (m, 4) of those seen just before or just after ``row`` but not in it: nobody vanishes at once."""
    boxes = []
    for other in neighbours:
        missing = [number not in row.by_number for number in other.numbers]
        boxes.append(other.boxes[np.array(missing, np.bool_)])
    return [held for held in boxes if len(held)]


def people_masks(rows: Iterable[PeopleAt]) -> PeopleMasks:
    """One record of many samples."""
    rows = list(rows)
    boxes = [row.boxes for row in rows]
    return PeopleMasks(
        times=np.array([row.pts for row in rows], np.int64),
        offsets=np.cumsum([0, *map(len, boxes)], dtype=np.int32),
        boxes=np.concatenate(boxes) if boxes else np.zeros((0, 4), np.float32),
        counts=np.array([row.count for row in rows], np.int32),
        coverage=np.array([row.coverage for row in rows], np.float32),
        doubts=tuple(row.doubt for row in rows),
    )
