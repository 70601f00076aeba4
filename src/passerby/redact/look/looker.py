"""Looking: which frames are searched for what is to be hidden, at which sizes, and by which models.

A look at a small picture is cheap and misses what is small; one at a large picture costs ten times as much. So small
looks are many and large ones few: what a large one finds is followed through the frames between (``following.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np

from passerby.errors import UsageError
from passerby.models.roles import ModelRole
from passerby.models.source import ModelSource
from passerby.people import are_of, bodies, heads
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.enlarged import CloseFinder
from passerby.redact.look.finders import FaceFinder, PlateFinder, TextFinder, ThingFinder
from passerby.redact.look.sightings import RULES, Sighting
from passerby.redact.look.view import Glance, View, joined, only
from passerby.redact.plan.kinds import FoundKind, Kind
from passerby.redact.plan.policy import Effort, Subjects
from passerby.tracking.following import Find

PERSON, SCREENS = ("person",), ("tv", "laptop", "cell phone")
# Shares of the least score that counts for a face: from the one on it is looked at closely, from the other on what is
# seen there speaks for it.
DOUBTFUL, FAINT = 0.39, 0.28
NOTHING = Detections.none()


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often and how closely is looked."""

    every: int  # frames from one look to the next, at most
    seconds: float  # and at most so long
    opening: tuple[Glance, ...]  # how faces are looked for at both ends of a shot
    glances: tuple[tuple[Glance, ...], ...]  # and between them, look by look, over and over


# No detector finds all faces in one picture, small ones least; a head that is held aslant is found when the picture is
# turned. Each look is another one, so that over a second many ways are tried at the cost of a few.
TURN = 25
_NORMAL = (
    *(Glance(1280), Glance(1280, -TURN), Glance(0), Glance(1280, TURN)),
    *(Glance(1280, mirrored=True), Glance(1280, -TURN), Glance(0, mirrored=True), Glance(1280, TURN)),
)
# A shot begins and ends with several: what is seen there needs no following to get there.
_OPENING = (Glance(0), Glance(1280, -TURN), Glance(0, TURN), Glance(1280))
_MIDDLE = (Glance(960), Glance(960, TURN), Glance(960, mirrored=True), Glance(960, -TURN))
# Faces of less than 24 pixels are seldom found before they are enlarged: in every second frame, since it takes longest.
_LARGE = (Glance(3840), None, Glance(3840, TURN), None, Glance(3840, mirrored=True), None, Glance(3840, -TURN), None)
_CAREFUL = tuple(
    (Glance(0, mirrored=bool(turn % 2)), _MIDDLE[turn % 4], *([large] if large else []))
    for turn, large in enumerate(_LARGE)
)

SCHEDULES: dict[Effort, Schedule] = {
    "fast": Schedule(12, 0.5, (Glance(1280),), ((Glance(640),), (Glance(1280),))),
    "normal": Schedule(4, 0.17, _OPENING, tuple((glance,) for glance in _NORMAL)),
    "careful": Schedule(1, 0.04, (*_OPENING, *_CAREFUL[0], *_CAREFUL[2]), _CAREFUL),
}


class Looker:
    """Finds what is to be hidden, in one frame at a time."""

    def __init__(
        self, subjects: Subjects, models: ModelSource, schedule: Schedule | None = None, *, text_reader: str = ""
    ) -> None:
        """Looks by ``schedule``, or as closely as ``subjects`` says; where text has to be known, ``text_reader`` reads
        it, or else the model of that role.

        Raises MissingModelError for a model that is not here, UsageError for an object that no model knows.
        """
        self.schedule = schedule or SCHEDULES[subjects.effort]
        self._subjects, self._models = subjects, models
        self._text_reader = text_reader or models.name_for("reading")
        self._names: list[str] = []
        kinds = set(subjects.hide)
        self._faces = self._face_finder() if kinds & {"faces", "heads", "people"} else None
        wants_things = bool(kinds & {"heads", "people", "screens", "plates"} or subjects.objects)
        wants_things |= "text" in kinds and bool(subjects.text_pattern)  # what is at a vehicle is not read
        self._things = self._thing_finder() if wants_things else None
        self._plates = PlateFinder(self._open("plates", "plates")) if "plates" in kinds else None
        self._text = self._text_finder() if "text" in kinds else None

    @property
    def models(self) -> tuple[tuple[str, str], ...]:
        """The names of the models that look, and the SHA-256 of their weights."""
        return tuple((name, self._models.weights_hash(name)) for name in dict.fromkeys(self._names))

    @property
    def finders(self) -> Mapping[FoundKind, Find]:
        """What finds one thing closely where it should be, by its kind; there are kinds that are not looked for so."""
        if self._faces is None:
            return {}
        return {"faces": self._faces.find_one, "heads": self._find_head}

    def look(self, view: View, turn: int | None, faces_at: Floats) -> list[Sighting]:
        """What is to be hidden in a frame: one that begins or ends a shot, or look number ``turn`` of it.

        ``faces_at`` (n, 4) is where faces should be.
        """
        every = self.schedule.glances
        glances = self.schedule.opening if turn is None else every[turn % len(every)]
        faces = self._faces.find(view, glances, faces_at) if self._faces else NOTHING
        things = self._things.find(view) if self._things else NOTHING
        found = {kind: self._of_kind(kind, view, faces, things) for kind in self._subjects.hide}
        sightings = [_sighting(kind, row) for kind, rows in found.items() for row in rows]
        return sightings + [_sighting("object", row) for row in only(things, self._subjects.objects)]

    def _find_head(self, luma: Pixels, box: Floats) -> tuple[Floats, float] | None:
        """The head in ``luma`` (h, w) where ``box`` (4,) is, if it shows its face."""
        found = self._faces.find_one(luma, box) if self._faces else None
        return found and (heads(found[0][None])[0].astype(np.float32), found[1])

    def _of_kind(self, kind: Kind, view: View, faces: Detections, things: Detections) -> Detections:
        match kind:
            case "faces":
                return faces
            case "heads":
                return joined([_with_boxes(faces, heads(faces.boxes)), _heads_alone(only(things, PERSON), faces)])
            case "people":
                return joined([only(things, PERSON), _bodies_alone(faces, only(things, PERSON))])
            case "screens":
                return only(things, SCREENS)
            case "plates":
                return self._plates.find(view, things) if self._plates else NOTHING
            case "text":
                return self._text.find(view, things) if self._text else NOTHING

    def _open(self, role: ModelRole, kind: FoundKind, *, share: float = 1.0, **parameters: object) -> Any:
        """The model of a role, which finds what has ``share`` of the least score that counts for this kind."""
        name = self._models.name_for(role)
        self._names.append(name)
        return self._models.open(name, threshold=share * RULES[kind].weak_score, **parameters)

    def _face_finder(self) -> FaceFinder:
        sides = sorted(
            {glance.side for glances in (self.schedule.opening, *self.schedule.glances) for glance in glances}
        )
        detectors = {side: self._open("faces", "faces", share=DOUBTFUL, long_side=side) for side in sides}
        least = RULES["faces"].weak_score
        close = CloseFinder(self._open("faces", "faces", share=FAINT, long_side=0), least)
        return FaceFinder(detectors, close, least)

    def _thing_finder(self) -> ThingFinder:
        detector = self._open("people", "people")
        for label in self._subjects.objects:
            if label not in detector.labels or label in PERSON:
                known = ", ".join(name for name in detector.labels if name not in PERSON)
                close = get_close_matches(label, detector.labels, 1)
                hint = f"; do you mean {close[0]}?" if close and close[0] not in PERSON else ""
                raise UsageError(f"no object is called {label!r}; expected one of: {known}{hint}")
        return ThingFinder(detector)

    def _text_finder(self) -> TextFinder:
        pattern = self._subjects.text_pattern
        detector = self._open("text", "text")
        if not pattern:
            return TextFinder(detector, None, pattern)
        self._names.append(self._text_reader)
        return TextFinder(detector, self._models.open(self._text_reader), pattern)


def _sighting(kind: FoundKind, row: tuple[str, float, Floats]) -> Sighting:
    label, score, box = row
    return Sighting(kind, label, score, box)


def _with_boxes(found: Detections, boxes: Floats) -> Detections:
    return Detections(boxes.astype(np.float32), found.scores, found.labels)


def _bodies_alone(faces: Detections, people: Detections) -> Detections:
    """Standing bodies below the faces that lie in no person's box."""
    alone = faces.where(np.logical_not(are_of(faces.boxes, people.boxes).any(axis=1)))
    return Detections(bodies(alone.boxes).astype(np.float32), alone.scores, ("person",) * len(alone))


def _heads_alone(people: Detections, faces: Detections) -> Detections:
    """The upper ends of people who show no face: a fifth of a standing body, more of one that is cut off."""
    backs = people.where(np.logical_not(are_of(faces.boxes, people.boxes).any(axis=0)))
    left, top, right, bottom = backs.boxes.T
    width, height = right - left, bottom - top
    high = np.maximum(height / 5, np.minimum(0.6 * width, height / 2))
    boxes = np.stack([left + 0.12 * width, top - 0.1 * high, right - 0.12 * width, top + high], axis=1)
    return Detections(boxes.astype(np.float32), backs.scores, ("head",) * len(backs))
