"""Looking at one frame for what is to be hidden: by which models, and what their finds make of each other."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from passerby.errors import UsageError
from passerby.models.detectors.base import Detector
from passerby.models.roles import ModelRole
from passerby.models.source import ModelSource
from passerby.people import heads
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.enlarged import CloseFinder
from passerby.redact.look.faces_and_people import faces_alone, heads_alone, heads_of
from passerby.redact.look.finders import FaceFinder, PlateFinder, ThingFinder
from passerby.redact.look.people_closely import PERSON, PeopleCloseup
from passerby.redact.look.schedule import SCHEDULES, Schedule
from passerby.redact.look.sightings import RULES, Sighting
from passerby.redact.look.text_finder import TextFinder
from passerby.redact.look.view import View, concatenated, with_labels
from passerby.redact.plan.kinds import FoundKind, Kind
from passerby.redact.plan.policy import Subjects
from passerby.tracking.following import Find
from passerby.wording import meant_instead

SCREENS = ("tv", "laptop", "cell phone")
# Shares of the least score that counts for a face: from the one on it is looked at closely, from the other on what is
# seen there speaks for it.
DOUBTFUL, FAINT = 0.56, 0.28
AGAIN = 0.4  # score of a face that is looked for closely where the pixels lost it, in gray
GUESSED = 0.75  # as DOUBTFUL, of a person
NOTHING = Detections.none()


class Looker:
    """Finds what is to be hidden, in one frame at a time."""

    def __init__(
        self,
        subjects: Subjects,
        models: ModelSource,
        schedule: Schedule | None = None,
        *,
        text_reader: str = "",
        wants_things: bool = False,
    ) -> None:
        """Looks by ``schedule``, or as closely as ``subjects`` says; where text has to be known, ``text_reader`` reads
        it, or else the model of that role. Things are looked for, hidden or not, if one ``wants_things``.

        Raises MissingModelError for a model that is not here, UsageError for an object that no model knows.
        """
        self.schedule = schedule or SCHEDULES[subjects.effort]
        self._subjects, self._models = subjects, models
        self._text_reader = text_reader or models.name_for("reading")
        self._names: list[str] = []
        kinds = set(subjects.hide)
        self._faces = self._face_finder() if kinds & {"faces", "heads", "people"} else None
        needs_things = bool(kinds & {"heads", "people", "screens", "plates"} or subjects.objects)
        needs_things |= "text" in kinds and bool(subjects.text_pattern)  # what is at a vehicle is not read
        detector = self._thing_detector() if wants_things or needs_things else None
        self._needs_things = needs_things
        self._pauses_things = False
        self.things = NOTHING  # of the last look, hidden or not, people among them
        self._things = ThingFinder(detector) if detector else None
        self._people = (
            PeopleCloseup(detector, RULES["people"].weak_score) if detector and kinds & {"heads", "people"} else None
        )
        self._plates = PlateFinder(self._open("plates", "plates")) if "plates" in kinds else None
        self._text = self._text_finder() if "text" in kinds else None

    @property
    def models(self) -> tuple[tuple[str, str], ...]:
        """The names of the models that look, and the SHA-256 of their weights."""
        return tuple((name, self._models.weights_hash(name)) for name in dict.fromkeys(self._names))

    @property
    def leaves_out_things(self) -> bool:
        """Whether things are left out of the next looks; never those that are needed to find what is hidden."""
        return self._pauses_things and not self._needs_things

    def pause_things(self, *, paused: bool) -> None:
        """Look for no things that are not hidden, or for all again."""
        self._pauses_things = paused

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
        things = self._things.find(view) if self._things and not self.leaves_out_things else NOTHING
        self.things = things
        people = self._people.checked(view, with_labels(things, PERSON)) if self._people else NOTHING
        found = {kind: self._of_kind(kind, view, faces, people, things) for kind in self._subjects.hide}
        sightings = [_sighting(kind, row) for kind, rows in found.items() for row in rows]
        return sightings + [_sighting("object", row) for row in with_labels(things, self._subjects.objects)]

    def _find_head(self, luma: Pixels, box: Floats) -> tuple[Floats, float] | None:
        """The head in ``luma`` (h, w) where ``box`` (4,) is, if it shows its face."""
        found = self._faces.find_one(luma, box) if self._faces else None
        return found and (heads(found[0][None])[0].astype(np.float32), found[1])

    def _of_kind(self, kind: Kind, view: View, faces: Detections, people: Detections, things: Detections) -> Detections:
        match kind:
            case "faces":
                return faces
            case "heads":
                return concatenated([heads_of(faces), heads_alone(people, faces)])
            case "people":
                alone = faces_alone(faces.where(faces.scores >= RULES["faces"].start_score), people)
                return concatenated([people, self._people.bodies(view, alone) if self._people else NOTHING])
            case "screens":
                return with_labels(things, SCREENS)
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
        detectors = {side: self._open("redacted-faces", "faces", share=DOUBTFUL, long_side=side) for side in sides}
        least = RULES["faces"].weak_score
        close = CloseFinder(self._open("redacted-faces", "faces", share=FAINT, long_side=0), AGAIN)
        return FaceFinder(detectors, close, least)

    def _thing_detector(self) -> Detector:
        detector: Detector = self._open("people", "people", share=GUESSED)
        for label in self._subjects.objects:
            if label not in detector.labels or label in PERSON:
                known = [name for name in detector.labels if name not in PERSON]
                raise UsageError(f"no object is called {label!r}; {meant_instead(label, known)}")
        return detector

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
