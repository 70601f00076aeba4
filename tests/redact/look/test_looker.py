from pathlib import Path

import cv2
import numpy as np
import pytest

from fake_models import FakeModels, ScriptedDetector
from passerby.errors import UsageError
from passerby.geometry import clip
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.people import bodies, heads
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.enlarged import CONTEXT
from passerby.redact.look.looker import Looker
from passerby.redact.look.schedule import SCHEDULES
from passerby.redact.look.sightings import MEANT, RULES, Sighting
from passerby.redact.look.view import BEYOND, Glance, View
from passerby.redact.plan.kinds import KINDS, Kind
from passerby.redact.plan.policy import Policy
from pictures import texture
from real_faces import portrait

WIDTH, HEIGHT = 640, 360
NOWHERE = np.zeros((0, 4), np.float32)

Box = tuple[float, float, float, float]
FACE: Box = (0.5, 0.25, 0.54, 0.35)  # of the standing person, and of none of the others
PERSON: Box = (0.45, 0.2, 0.6, 0.9)
CAR: Box = (0.1, 0.5, 0.3, 0.8)


def _view() -> View:
    def draw(width: int, height: int) -> Pixels:
        return np.zeros((height, width, 3), np.uint8)

    return View(draw, np.zeros((HEIGHT, WIDTH), np.uint8), WIDTH, HEIGHT)


class Reading:
    def read(self, crops: list[Pixels]) -> list[tuple[str, float]]:
        return [("maria", 0.9)] * len(crops)


class Models(FakeModels):
    """Notes what is opened, and with what."""

    def __init__(self, **scripts: ScriptedDetector) -> None:
        names = {"faces": "yunet", "things": "nanodet", "plates": "plates", "text": "ppocr-det"}
        detectors = {name: scripts.get(kind, ScriptedDetector(())) for kind, name in names.items()}
        super().__init__(detectors)
        self.opened: list[tuple[str, dict[str, object]]] = []

    def open(self, name: str, **parameters: object) -> object:
        self.opened.append((name, parameters))
        return Reading() if name == "ppocr-rec" else super().open(name, **parameters)


def _models() -> Models:
    return Models(
        faces=_script(("face", FACE)),
        things=_script(("person", PERSON), ("car", CAR), ("tv", (0.7, 0.1, 0.9, 0.3)), ("dog", (0.0, 0.1, 0.2, 0.3))),
        plates=_script(("plate", (0.15, 0.7, 0.2, 0.75))),
        text=_script(("text", (0.7, 0.8, 0.9, 0.85))),
    )


def _script(*rows: tuple[str, Box]) -> ScriptedDetector:
    return ScriptedDetector(rows)


def _look(policy: Policy, models: Models | None = None) -> list[Sighting]:
    return Looker(policy, models or _models()).look(_view(), 0, NOWHERE)


def _pixels(box: Box) -> Floats:
    return np.array(box, np.float32) * np.array([WIDTH, HEIGHT, WIDTH, HEIGHT], np.float32)


def _glanced(box: Box) -> Floats:
    """Where in the frame a box is that lies so in the picture of a glance, which goes on beyond the frame."""
    beyond = BEYOND * WIDTH
    return np.array(box, np.float32) * np.array([WIDTH + 2 * beyond, HEIGHT + 2 * beyond] * 2, np.float32) - beyond


def _drawn(glance: Glance) -> int:
    """How wide the picture of a frame of 1920 pixels is drawn."""
    return min(round(glance.side / (1 + 2 * BEYOND)) or 1920, 1920)


def _near(sightings: list[Sighting], box: Floats) -> bool:
    """Whether one of them is this box: what the whole picture shows, its halves show elsewhere, by script."""
    return any(np.abs(sighting.box - box).max() < 0.5 for sighting in sightings)


@pytest.mark.parametrize(
    ("kind", "label", "box"),
    [
        ("faces", "face", FACE),
        ("people", "person", PERSON),
        ("screens", "tv", (0.7, 0.1, 0.9, 0.3)),
        ("plates", "plate", (0.15, 0.7, 0.2, 0.75)),
        ("text", "text", (0.7, 0.8, 0.9, 0.85)),
    ],
)
def test_each_kind_is_found_and_nothing_else(kind: Kind, label: str, box: Box) -> None:
    found = _look(Policy(hide=(kind,)))
    assert {(sighting.kind, sighting.label) for sighting in found} == {(kind, label)}
    assert _near(found, _glanced(box) if kind == "faces" else _pixels(box))


def test_all_kinds_at_once_are_each_found() -> None:
    assert {sighting.kind for sighting in _look(Policy(hide=KINDS, objects=("dog",)))} == {*KINDS, "object"}


def test_heads_are_larger_than_faces_and_found_where_no_face_shows() -> None:
    models = Models(
        faces=_script(("face", FACE)), things=_script(("person", PERSON), ("person", (0.05, 0.2, 0.2, 0.9)))
    )
    found = _look(Policy(hide=("heads",)), models)
    assert _near(found, heads(_glanced(FACE)[None])[0])
    (back, *_) = (sighting.box for sighting in found if sighting.label == "head" and sighting.box[0] < 0.2 * WIDTH)
    x1, y1, x2, y2 = _pixels((0.05, 0.2, 0.2, 0.9))
    assert x1 < back[0] < back[2] < x2
    assert back[1] < y1 < back[3] < (y1 + y2) / 2


def test_a_face_without_a_persons_box_has_a_body_and_one_with_it_none_more() -> None:
    alone = _look(Policy(hide=("people",)), Models(faces=_script(("face", FACE)), things=_script(("car", CAR))))
    body = clip(bodies(_glanced(FACE)[None]), WIDTH, HEIGHT)[0]  # what lies beyond the picture would only be followed
    assert _near(alone, body)
    assert not _near(_look(Policy(hide=("people",))), body)


def test_plates_are_found_at_vehicles_only() -> None:
    plate = _script(("plate", (0.8, 0.1, 0.85, 0.15)))
    for things, expected in ((_script(("car", CAR)), 0), (_script(("car", (0.7, 0.05, 0.9, 0.3))), 1)):
        models = Models(things=things, plates=_Unsure(plate.boxes))
        assert len(_look(Policy(hide=("plates",)), models)) == expected


class _Unsure(ScriptedDetector):
    """Its boxes have half the score: signs look like plates."""

    def detect(self, images: list[Pixels]) -> list[Detections]:
        return [
            Detections(found.boxes, found.scores * np.float32(0.5), found.labels) for found in super().detect(images)
        ]


def test_objects_are_found_by_their_names_alone() -> None:
    found = _look(Policy(hide=(), objects=("dog",)))
    assert {(sighting.kind, sighting.label) for sighting in found} == {("object", "dog")}


@pytest.mark.parametrize("label", ["unicorn", "person", "face", ""])
def test_an_object_that_no_model_knows_is_named_with_those_that_are(label: str) -> None:
    with pytest.raises(UsageError, match=rf"no object is called '{label}'; expected one of: car, tv, dog"):
        Looker(Policy(hide=(), objects=("dog", label)), _models())


@pytest.mark.parametrize(("pattern", "expected"), [("", 1), ("MARIA", 1), ("joseph", 0)])
def test_text_is_found_if_it_matches(pattern: str, expected: int) -> None:
    found = _look(Policy(hide=("text",), text_pattern=pattern))
    assert sum(sighting.label == MEANT for sighting in found) == expected


def test_text_is_read_only_if_there_is_a_pattern() -> None:
    for pattern, read in (("", False), ("maria", True)):
        models = _models()
        looker = Looker(Policy(hide=("text",), text_pattern=pattern), models)
        assert ("ppocr-rec" in dict(models.opened)) is read
        assert ("ppocr-rec" in dict(looker.models)) is read


@pytest.mark.parametrize(
    ("policy", "names"),
    [
        (Policy(), {"yunet"}),
        (Policy(hide=("screens",)), {"nanodet"}),
        (Policy(hide=(), objects=("dog",)), {"nanodet"}),
        (Policy(hide=("plates",)), {"nanodet", "plates"}),
        (Policy(hide=("people",)), {"yunet", "nanodet"}),
        (Policy(hide=()), set()),
    ],
)
def test_only_models_that_are_needed_are_opened_and_they_are_told(policy: Policy, names: set[str]) -> None:
    models = _models()
    assert dict(Looker(policy, models).models) == {name: f"hash of {name}" for name in names}
    assert {name for name, _ in models.opened} == names


def test_models_are_asked_for_weak_sightings_too_and_for_faces_in_doubt() -> None:
    models = _models()
    Looker(Policy(hide=("faces", "plates")), models)
    thresholds = {name: float(str(parameters["threshold"])) for name, parameters in models.opened}
    assert 0 < thresholds["yunet"] <= 0.11 < 0.18 == RULES["faces"].weak_score
    assert thresholds["plates"] == 0.2 == RULES["plates"].weak_score


@pytest.mark.parametrize("effort", SCHEDULES)
def test_looks_take_turns_at_the_sizes_of_their_schedule(effort: str) -> None:
    drawn: list[tuple[int, int]] = []

    def draw(width: int, height: int) -> Pixels:
        drawn.append((width, height))
        return np.zeros((height, width, 3), np.uint8)

    looker = Looker(Policy(effort=next(name for name in SCHEDULES if name == effort)), Models())
    for turn in range(4):
        looker.look(View(draw, np.zeros((540, 960), np.uint8), 1920, 1080), turn, NOWHERE)
    turns = looker.schedule.glances
    # A size is drawn once for each frame, however often it is looked at.
    expected = [dict.fromkeys(_drawn(glance) for glance in turns[turn % len(turns)]) for turn in range(4)]
    assert [width for width, _ in drawn] == [width for widths in expected for width in widths]


@pytest.mark.parametrize("effort", SCHEDULES)
def test_a_shot_begins_with_the_looks_of_its_opening(effort: str) -> None:
    drawn: list[int] = []

    def draw(width: int, height: int) -> Pixels:
        drawn.append(width)
        return np.zeros((height, width, 3), np.uint8)

    looker = Looker(Policy(effort=next(name for name in SCHEDULES if name == effort)), Models())
    looker.look(View(draw, np.zeros((540, 960), np.uint8), 1920, 1080), None, NOWHERE)
    assert drawn == list(dict.fromkeys(_drawn(glance) for glance in looker.schedule.opening))


@pytest.mark.parametrize(
    ("hide", "kinds"), [(("faces",), {"faces", "heads"}), (("people",), {"faces", "heads"}), (("screens",), set())]
)
def test_faces_and_heads_can_be_looked_for_closely(hide: tuple[Kind, ...], kinds: set[str]) -> None:
    assert set(Looker(Policy(hide=hide), _models()).finders) == kinds


def test_a_head_is_found_by_its_face() -> None:
    share = 0.08  # of the sides of what is cut out, on each side of its middle
    models = Models(faces=_script(("face", (0.5 - share, 0.5 - share, 0.5 + share, 0.5 + share))))
    head = np.array([300, 200, 340, 240], np.float32)
    found = Looker(Policy(hide=("heads",)), models).finders["heads"](np.zeros((540, 960), np.uint8), head)
    half = share * CONTEXT * 40
    face = np.array([[320 - half, 220 - half, 320 + half, 220 + half]], np.float32)
    assert found is not None
    assert found[0] == pytest.approx(heads(face)[0], abs=0.1)


def test_text_is_read_in_the_letters_that_are_asked_for() -> None:
    models = _models()
    policy = Policy(hide=("text",), text_pattern="x")
    with pytest.raises(KeyError, match="ppocr-rec-cyrillic"):  # which the fakes do not have
        Looker(policy, models, text_reader="ppocr-rec-cyrillic")


@pytest.mark.parametrize("effort", SCHEDULES)
def test_a_real_face_is_found_where_it_is_nearly_dark(tmp_path: Path, effort: str) -> None:
    """By the real model: no level of the picture is above ten."""
    light = texture((640, 360))(0) // 3
    light[40:321, 60:300] = portrait()
    dark = (light // 24).astype(np.uint8)
    models = CatalogModels(tmp_path, RuntimeOptions(threads=1))
    looker = Looker(Policy(effort=next(name for name in SCHEDULES if name == effort)), models)
    view = View(lambda *size: np.asarray(cv2.resize(dark, size), np.uint8), dark[..., 1], 640, 360)
    for turn in range(2):
        best = max(looker.look(view, turn, NOWHERE), key=lambda sighting: sighting.score)
        assert best.score > 0.5
        middle = (best.box[:2] + best.box[2:]) / 2
        assert np.abs(middle - [180, 150]).max() < 45  # of the face in the portrait
