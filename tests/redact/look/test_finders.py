import sys
from collections.abc import Sequence

import numpy as np
import pytest

from passerby.errors import MissingExtraError, UsageError
from passerby.models.detectors.base import detections
from passerby.models.fake import FakeDetector
from passerby.records import Detections, Floats, Pixels
from passerby.redact.look.enlarged import CloseFinder
from passerby.redact.look.finders import (
    BOTH,
    MOST_DOUBTFUL,
    SURE_FACE,
    SURE_PLATE,
    FaceFinder,
    PlateFinder,
    ThingFinder,
)
from passerby.redact.look.sightings import MEANT, OTHER, UNREAD
from passerby.redact.look.text_finder import TextFinder
from passerby.redact.look.view import BEYOND, Glance, View

WIDTH, HEIGHT = 1920, 1080
WHITE = (255, 255, 255)
NOWHERE = np.zeros((0, 4), np.float32)
LEAST = 0.18  # score of a face

Row = tuple[str, float, tuple[float, float, float, float]]


class Scripted:
    """Finds the same rows in every picture, boxes in shares of it, and notes the sizes of pictures."""

    def __init__(self, *rows: Row) -> None:
        self._rows = rows
        self.sizes: list[tuple[int, ...]] = []

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(label for label, _, _ in self._rows)

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self.sizes += [image.shape[:2] for image in images]
        return [self._boxes(image.shape[1], image.shape[0]) for image in images]

    def _boxes(self, width: int, height: int) -> Detections:
        boxes = np.array([box for _, _, box in self._rows], np.float32).reshape(-1, 4)
        scores = np.array([score for _, score, _ in self._rows], np.float32)
        return detections(boxes * np.array([width, height] * 2, np.float32), scores, self.labels, width, height)


class Reader:
    """Reads what it is told to, and counts the crops."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts
        self.crops: list[Pixels] = []

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        self.crops += crops
        return [(text, 0.9) for text in self._texts[: len(crops)]]


def _view(*faces: tuple[int, int, int, int]) -> View:
    """A frame in which faces are white, at its own size in the luma."""
    frame = np.full((HEIGHT, WIDTH), 140, np.uint8)
    for x1, y1, x2, y2 in faces:
        frame[y1:y2, x1:x2] = 255

    def draw(width: int, height: int) -> Pixels:
        rows = np.arange(height) * HEIGHT // height
        columns = np.arange(width) * WIDTH // width
        return np.ascontiguousarray(np.repeat(frame[rows][:, columns][..., None], 3, axis=2))

    return View(draw, frame, WIDTH, HEIGHT)


def _faces(least_area: int = 4) -> FaceFinder:
    white = FakeDetector({"face": WHITE}, tolerance=100, least_area=least_area)
    return FaceFinder(dict.fromkeys((640, 960, 0), white), CloseFinder(white, LEAST), LEAST)


def _row(*box: float) -> Floats:
    return np.array([box], np.float32)


def _in_frame(*box: float) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = box
    return x1 / WIDTH, y1 / HEIGHT, x2 / WIDTH, y2 / HEIGHT


def _in_glance(*box: float) -> tuple[float, float, float, float]:
    """A box of the frame in shares of the picture of a glance, which goes on beyond the frame."""
    beyond = BEYOND * max(WIDTH, HEIGHT)
    x1, y1, x2, y2 = (side + beyond for side in box)
    width, height = WIDTH + 2 * beyond, HEIGHT + 2 * beyond
    return x1 / width, y1 / height, x2 / width, y2 / height


def test_a_face_is_found_in_pixels_of_the_frame() -> None:
    found = _faces().find(_view((300, 300, 360, 390)), (Glance(640),), NOWHERE)
    assert np.abs(found.boxes - [300, 300, 360, 390]).max() <= 3


def test_a_face_that_is_found_at_several_sizes_is_one() -> None:
    glances = [Glance(side, mirrored=mirrored) for side in (0, 960) for mirrored in (False, True)]
    found = _faces().find(_view((300, 300, 360, 390), (900, 30, 960, 120)), glances, NOWHERE)
    assert len(found) == 2


def test_a_face_that_only_a_mirrored_picture_shows_comes_back_right() -> None:
    class LookingLeft(Scripted):
        def detect(self, images: Sequence[Pixels]) -> list[Detections]:
            turned = [image for image in images if image[0, 0, 0] == 255]
            return super().detect(images) if turned else [Detections.none() for _ in images]

    view = _view((WIDTH - 60, 0, WIDTH, 60))  # white at the upper right, so at the upper left when it is mirrored
    face = (0.1 * WIDTH, 0.2 * HEIGHT, 0.2 * WIDTH, 0.4 * HEIGHT)
    detector = LookingLeft(("face", 0.9, _in_glance(*face)))
    for mirrored, expected in ((False, 0), (True, 1)):
        glances = (Glance(640), *([Glance(640, mirrored=True)] if mirrored else []))
        found = FaceFinder({640: detector}, CloseFinder(detector, LEAST), LEAST).find(view, glances, NOWHERE)
        assert len(found) == expected
    assert np.abs(found.boxes - [0.8 * WIDTH, 0.2 * HEIGHT, 0.9 * WIDTH, 0.4 * HEIGHT]).max() < 1


def test_a_small_face_is_found_closely_where_it_should_be() -> None:
    face = (700, 500, 718, 522)
    blind_to_small = _faces(least_area=200)  # at 640 it has 6 x 7 pixels
    assert len(blind_to_small.find(_view(face), (Glance(640),), NOWHERE)) == 0
    found = blind_to_small.find(_view(face), (Glance(640),), _row(702, 498, 720, 520))
    assert np.abs(found.boxes - list(face)).max() <= 1


def test_a_large_face_is_not_looked_at_closely() -> None:
    close = Scripted(("face", 0.9, (0.0, 0.0, 0.1, 0.1)))
    finder = FaceFinder({640: Scripted()}, CloseFinder(close, LEAST), LEAST)
    assert len(finder.find(_view(), (Glance(640),), _row(300, 300, 400, 420))) == 0
    assert close.sizes == []


def _seen(score: float, closely: float, box: tuple[float, ...]) -> tuple[list[float], int]:
    """The scores of what is found of one face, seen so surely in the frame and when enlarged; and the cuts."""
    there = Scripted(("face", score, _in_glance(*box)))
    close = Scripted(*([("face", closely, (0.36, 0.36, 0.64, 0.64))] if closely else []))
    found = FaceFinder({640: there}, CloseFinder(close, LEAST), LEAST).find(_view(), (Glance(640),), NOWHERE)
    return found.scores.tolist(), len(close.sizes)


SMALL, CUT, LARGE = (300, 300, 330, 330), (300, 0, 330, 30), (300, 300, 400, 400)


@pytest.mark.parametrize(
    ("score", "closely", "box", "expected"),
    [
        (0.1, 0.6, SMALL, BOTH * 0.7),  # too weak to count, and a face when it is seen enlarged
        (0.1, 0.0, SMALL, None),
        (0.3, 0.0, SMALL, BOTH * 0.3),
        (0.2, 0.0, SMALL, None),  # enough to count, and no face when it is seen enlarged
        (0.2, 0.6, CUT, BOTH * 0.8),
        (0.2, 0.0, CUT, None),
        (0.3, 0.6, LARGE, BOTH * 0.9),
        (0.2, 0.0, LARGE, None),
    ],
)
def test_a_face_that_is_in_doubt_is_looked_at_enlarged(
    score: float, closely: float, box: tuple[float, ...], expected: float | None
) -> None:
    scores, cuts = _seen(score, closely, box)
    assert scores == pytest.approx([] if expected is None else [expected])
    assert cuts == 1


@pytest.mark.parametrize(
    "box", [(0, 300, 200, 600), (WIDTH - 200, 300, WIDTH, 600), (300, 0, 600, 200), (300, HEIGHT - 200, 600, HEIGHT)]
)
def test_a_large_face_that_the_border_cuts_keeps_its_score(box: tuple[float, ...]) -> None:
    scores, cuts = _seen(0.3, 0.0, box)
    assert scores == pytest.approx([0.3])
    assert cuts == 0


@pytest.mark.parametrize(("score", "box"), [(SURE_FACE + 0.01, SMALL), (0.9, LARGE)])
def test_a_face_that_is_sure_is_not_looked_at_again(score: float, box: tuple[float, ...]) -> None:
    scores, cuts = _seen(score, 0.0, box)
    assert scores == pytest.approx([score])
    assert cuts == 0


@pytest.mark.parametrize(("faint", "expected"), [(0.1, [0.9]), (0.3, [0.9, 0.3])])
def test_a_face_is_not_made_surer_by_a_sure_one_that_it_overlaps(faint: float, expected: list[float]) -> None:
    face, around = _in_glance(300, 300, 340, 350), _in_glance(290, 290, 370, 400)
    seen = Scripted(("face", 0.9, face), ("face", faint, around))
    close = Scripted(("face", 0.9, (0.36, 0.36, 0.64, 0.64)))
    found = FaceFinder({640: seen}, CloseFinder(close, LEAST), LEAST).find(_view(), (Glance(640),), NOWHERE)
    assert sorted(found.scores.tolist(), reverse=True) == pytest.approx(expected)


def test_of_very_many_faces_in_doubt_the_surest_are_looked_at_enlarged() -> None:
    many = [("face", 0.4 - i / 1000, _in_glance(20 + 18 * i, 300, 32 + 18 * i, 314)) for i in range(MOST_DOUBTFUL + 9)]
    finder = FaceFinder({640: Scripted(*many)}, CloseFinder(Scripted(), LEAST), LEAST)
    found = finder.find(_view(), (Glance(640),), NOWHERE)
    expected = [score * (1 if i >= MOST_DOUBTFUL else BOTH) for i, (_, score, _) in enumerate(many)]
    assert sorted(found.scores.tolist()) == pytest.approx(sorted(expected))


def test_things_are_looked_for_in_the_whole_and_in_its_halves() -> None:
    detector = Scripted(("tv", 0.8, (0.4, 0.4, 0.6, 0.6)))
    found = ThingFinder(detector).find(_view())
    assert detector.sizes == [(360, 640), (360, 360), (360, 360)]
    whole = found.boxes[np.abs(found.boxes - [768, 432, 1152, 648]).max(axis=1) < 1e-2]
    assert len(whole) == 1


def _plates(score: float, things: Detections, box: tuple[float, ...] = (100, 100, 160, 120)) -> int:
    detector = Scripted(("plate", score, _in_frame(*box)))
    return len(PlateFinder(detector).find(_view(), things))


def _thing(label: str, score: float = 0.8, box: tuple[float, ...] = (50, 50, 300, 200)) -> Detections:
    return Detections(_row(*box), np.array([score], np.float32), (label,))


@pytest.mark.parametrize("vehicle", ["car", "truck", "bus", "motorcycle"])
def test_a_plate_at_a_vehicle_is_found(vehicle: str) -> None:
    assert _plates(0.4, _thing(vehicle)) == 1
    assert _plates(0.4, _thing(vehicle, box=(150, 50, 300, 200))) == 1  # it reaches out of the box


def test_what_looks_like_a_plate_elsewhere_is_not_one_unless_it_is_sure() -> None:
    for things in (Detections.none(), _thing("tv"), _thing("car", 0.1), _thing("car", box=(500, 500, 900, 900))):
        assert _plates(0.4, things) == 0
        assert _plates(SURE_PLATE + 0.01, things) == 1


TEXTS = (("text", 0.9, _in_frame(100, 100, 300, 140)), ("text", 0.8, _in_frame(100, 500, 300, 540)))


def test_all_text_is_found_without_a_pattern_and_none_of_it_is_read() -> None:
    found = TextFinder(Scripted(*TEXTS), None, "").find(_view(), Detections.none())
    assert np.abs(found.boxes - [[100, 100, 300, 140], [100, 500, 300, 540]]).max() < 1e-2


def _told(reader: Reader, pattern: str, things: Detections | None = None, rows: Sequence[Row] = TEXTS) -> list[str]:
    found = TextFinder(Scripted(*rows), reader, pattern).find(_view(), things or Detections.none())
    return list(found.labels)


def test_text_that_matches_a_pattern_anywhere_is_meant_in_capitals_or_not() -> None:
    reader = Reader("Call Maria", "open daily")
    assert _told(reader, "mar.a") == [MEANT, OTHER]
    assert [crop.shape for crop in reader.crops] == [(26, 133, 3), (27, 133, 3)]


def test_what_may_be_a_plate_at_a_vehicle_is_hidden_and_never_read() -> None:
    reader = Reader("open daily")
    assert _told(reader, "maria", _thing("car", box=(90, 90, 600, 300))) == [MEANT, OTHER]
    assert len(reader.crops) == 1


@pytest.mark.parametrize(
    ("score", "vehicle", "line"),
    [
        (0.19, (50, 50, 1800, 1000), (100, 100, 300, 140)),  # hardly a vehicle
        (0.8, (90, 90, 320, 200), (100, 100, 300, 140)),  # nearly as wide as it: a title on a card
        (0.8, (50, 50, 1800, 1000), (100, 100, 800, 150)),  # longer than plates are
        (0.8, (150, 110, 240, 140), (100, 100, 300, 140)),  # some of the title itself
    ],
)
def test_a_title_that_passes_for_something_at_a_vehicle_is_read(
    score: float, vehicle: tuple[float, ...], line: tuple[float, ...]
) -> None:
    rows = [("text", 0.9, _in_frame(*line))]
    assert _told(Reader("A TALE OF TWO CITIES"), "pii", _thing("bus", score, vehicle), rows) == [OTHER]


class Turning(Reader):
    """Reads crops that are brighter above than below; others stand on their heads, and say nonsense."""

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        self.crops += crops
        upper = [crop[: len(crop) // 2].mean() > crop[len(crop) // 2 :].mean() for crop in crops]
        return [("020 7946 0018", 0.9) if right else ("8 LOO 9", self.score) for right in upper]

    score = 0.9


def _shaded(upright: bool) -> View:
    """A frame that grows darker from above to below, or brighter."""
    shade = np.linspace(200, 40, HEIGHT).astype(np.uint8)[:: 1 if upright else -1]
    frame = np.repeat(shade[:, None], WIDTH, axis=1)

    def draw(width: int, height: int) -> Pixels:
        rows = np.arange(height) * HEIGHT // height
        return np.repeat(np.repeat(frame[rows, :1], width, axis=1)[..., None], 3, axis=2)

    return View(draw, frame, WIDTH, HEIGHT)


@pytest.mark.parametrize("upright", [True, False])
def test_a_number_that_runs_up_or_down_is_read_from_both_ends(upright: bool) -> None:
    finder = TextFinder(Scripted(("text", 0.9, _in_frame(100, 100, 140, 500))), Turning(), "pii")
    assert finder.find(_shaded(upright), Detections.none()).labels == (MEANT,)


def test_what_cannot_be_read_is_read_upside_down_too() -> None:
    reader = Turning()
    reader.score = 0.3
    finder = TextFinder(Scripted(("text", 0.9, _in_frame(100, 100, 500, 140))), reader, "pii")
    assert finder.find(_shaded(upright=False), Detections.none()).labels == (MEANT,)


def test_nonsense_that_a_turned_line_seems_to_say_is_no_reading() -> None:
    reader = Turning()
    reader.score = 0.7
    finder = TextFinder(Scripted(("text", 0.9, _in_frame(100, 100, 500, 140))), reader, "maria")
    assert finder.find(_shaded(upright=False), Detections.none()).labels == (OTHER,)
    unsure = TextFinder(Scripted(("text", 0.9, _in_frame(100, 100, 500, 140))), Unsure(), "maria")
    assert unsure.find(_shaded(upright=True), Detections.none()).labels == (UNREAD,)


class Unsure(Reader):
    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return [("I7 0N", 0.4) for _ in crops]


def test_what_cannot_be_read_at_all_is_told_so() -> None:
    assert _told(Unsure(), "maria") == [UNREAD, UNREAD]


class Shrinking(Scripted):
    """Finds a line that fills the frame, and something else in pictures that were made smaller."""

    def __init__(self, smaller: Sequence[Row]) -> None:
        super().__init__(("text", 0.8, _in_frame(100, 100, 1600, 900)))
        self._smaller = smaller

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        if images[0].shape[1] < 640:
            return Scripted(*self._smaller).detect(images)
        return super().detect(images)


@pytest.mark.parametrize(
    ("smaller", "stays"),
    [
        ([], False),
        ([("text", 0.6, _in_frame(100, 100, 1600, 900))], False),  # hardly
        ([("text", 0.8, _in_frame(100, 100, 700, 500))], False),  # a small part of it
        ([("text", 0.8, _in_frame(80, 200, 1640, 920))], True),
    ],
)
def test_what_is_large_and_cannot_be_read_is_text_if_it_looks_like_it_in_a_smaller_picture_too(
    smaller: Sequence[Row], stays: bool
) -> None:
    def found(reader: Reader | None, pattern: str) -> int:
        return len(TextFinder(Shrinking(smaller), reader, pattern).find(_view(), Detections.none()))

    assert found(Unsure(), "maria") == found(None, "") == int(stays)
    assert found(Reader("MARIA"), "maria") == 1


def test_what_was_read_right_once_is_known_again_when_it_is_misread() -> None:
    finder = TextFinder(Scripted(TEXTS[0]), reader := Reader("CALL 020 7946 0018"), "pii")
    assert finder.find(_view(), Detections.none()).labels == (MEANT,)
    reader._texts = ("CAL 02O 7946 OO18",)
    assert finder.find(_view((0, 0, 900, 900)), Detections.none()).labels == (MEANT,)
    reader._texts = ("OPEN DAILY 9 TO 17",)
    assert finder.find(_view(), Detections.none()).labels == (OTHER,)


def test_a_number_that_gaps_part_into_several_lines_is_one() -> None:
    rows = [("text", 0.9 - x / 10_000, _in_frame(x, 100, x + 120, 140)) for x in (100, 250, 400, 900)]
    assert _told(Reader("020", "7946", "0018", "9-17"), "pii", rows=rows) == [MEANT, MEANT, MEANT, OTHER]


def test_a_picture_that_shows_the_same_is_not_read_again() -> None:
    finder = TextFinder(Scripted(*TEXTS), reader := Reader("Maria", "open"), "maria")
    first = finder.find(_view(), Detections.none())
    assert finder.find(_view(), Detections.none()) is first
    assert len(reader.crops) == 2
    finder.find(_view((500, 500, 520, 520)), Detections.none())
    assert len(reader.crops) == 4


def test_without_text_nothing_is_read() -> None:
    reader = Reader()
    assert len(TextFinder(Scripted(), reader, "maria").find(_view(), Detections.none())) == 0
    assert reader.crops == []


def test_a_pattern_that_is_no_expression_is_named() -> None:
    with pytest.raises(UsageError, match=r"expected pii or a regular expression, found '\(maria'"):
        TextFinder(Scripted(), Reader(), "(maria")


def test_of_the_text_what_tells_who_somebody_is_can_be_meant() -> None:
    assert _told(Reader("mail jane@example.org", "open daily 9-17"), "pii") == [MEANT, OTHER]


def test_without_the_package_for_phone_numbers_the_error_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    with pytest.raises(MissingExtraError, match=r"passerby\[pii\]"):
        TextFinder(Scripted(), Reader(), "pii")
