"""Text on screen: which of it is to be hidden, and which is told to say something else."""

import sys
from collections.abc import Sequence

import numpy as np
import pytest

from passerby.errors import MissingExtraError, UsageError
from passerby.records import Detections, Pixels
from passerby.redact.look.sightings import MEANT, OTHER, UNREAD
from passerby.redact.look.text_finder import TextFinder
from passerby.redact.look.view import View
from views import HEIGHT, WIDTH, Row, Scripted, in_frame, thing, view_of


class Reader:
    """Reads what it is told to, and counts the crops."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts
        self.crops: list[Pixels] = []

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        self.crops += crops
        return [(text, 0.9) for text in self._texts[: len(crops)]]


TEXTS = (("text", 0.9, in_frame(100, 100, 300, 140)), ("text", 0.8, in_frame(100, 500, 300, 540)))


def test_all_text_is_found_without_a_pattern_and_none_of_it_is_read() -> None:
    found = TextFinder(Scripted(*TEXTS), None, "").find(view_of(), Detections.none())
    assert np.abs(found.boxes - [[100, 100, 300, 140], [100, 500, 300, 540]]).max() < 1e-2


def _told(reader: Reader, pattern: str, things: Detections | None = None, rows: Sequence[Row] = TEXTS) -> list[str]:
    found = TextFinder(Scripted(*rows), reader, pattern).find(view_of(), things or Detections.none())
    return list(found.labels)


def test_text_that_matches_a_pattern_anywhere_is_meant_in_capitals_or_not() -> None:
    reader = Reader("Call Maria", "open daily")
    assert _told(reader, "mar.a") == [MEANT, OTHER]
    assert [crop.shape for crop in reader.crops] == [(26, 133, 3), (27, 133, 3)]


def test_what_may_be_a_plate_at_a_vehicle_is_hidden_and_never_read() -> None:
    reader = Reader("open daily")
    assert _told(reader, "maria", thing("car", box=(90, 90, 600, 300))) == [MEANT, OTHER]
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
    rows = [("text", 0.9, in_frame(*line))]
    assert _told(Reader("A TALE OF TWO CITIES"), "pii", thing("bus", score, vehicle), rows) == [OTHER]


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
    finder = TextFinder(Scripted(("text", 0.9, in_frame(100, 100, 140, 500))), Turning(), "pii")
    assert finder.find(_shaded(upright), Detections.none()).labels == (MEANT,)


def test_what_cannot_be_read_is_read_upside_down_too() -> None:
    reader = Turning()
    reader.score = 0.3
    finder = TextFinder(Scripted(("text", 0.9, in_frame(100, 100, 500, 140))), reader, "pii")
    assert finder.find(_shaded(upright=False), Detections.none()).labels == (MEANT,)


def test_nonsense_that_a_turned_line_seems_to_say_is_no_reading() -> None:
    reader = Turning()
    reader.score = 0.7
    finder = TextFinder(Scripted(("text", 0.9, in_frame(100, 100, 500, 140))), reader, "maria")
    assert finder.find(_shaded(upright=False), Detections.none()).labels == (OTHER,)
    unsure = TextFinder(Scripted(("text", 0.9, in_frame(100, 100, 500, 140))), Unsure(), "maria")
    assert unsure.find(_shaded(upright=True), Detections.none()).labels == (UNREAD,)


class Unsure(Reader):
    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return [("I7 0N", 0.4) for _ in crops]


def test_what_cannot_be_read_at_all_is_told_so() -> None:
    assert _told(Unsure(), "maria") == [UNREAD, UNREAD]


class Shrinking(Scripted):
    """Finds a line that fills the frame, and something else in pictures that were made smaller."""

    def __init__(self, smaller: Sequence[Row]) -> None:
        super().__init__(("text", 0.8, in_frame(100, 100, 1600, 900)))
        self._smaller = smaller

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        if images[0].shape[1] < 640:
            return Scripted(*self._smaller).detect(images)
        return super().detect(images)


@pytest.mark.parametrize(
    ("smaller", "stays"),
    [
        ([], False),
        ([("text", 0.6, in_frame(100, 100, 1600, 900))], False),  # hardly
        ([("text", 0.8, in_frame(100, 100, 700, 500))], False),  # a small part of it
        ([("text", 0.8, in_frame(80, 200, 1640, 920))], True),
    ],
)
def test_what_is_large_and_cannot_be_read_is_text_if_it_looks_like_it_in_a_smaller_picture_too(
    smaller: Sequence[Row], stays: bool
) -> None:
    def found(reader: Reader | None, pattern: str) -> int:
        return len(TextFinder(Shrinking(smaller), reader, pattern).find(view_of(), Detections.none()))

    assert found(Unsure(), "maria") == found(None, "") == int(stays)
    assert found(Reader("MARIA"), "maria") == 1


def test_what_was_read_right_once_is_known_again_when_it_is_misread() -> None:
    finder = TextFinder(Scripted(TEXTS[0]), reader := Reader("CALL 020 7946 0018"), "pii")
    assert finder.find(view_of(), Detections.none()).labels == (MEANT,)
    reader._texts = ("CAL 02O 7946 OO18",)
    assert finder.find(view_of((0, 0, 900, 900)), Detections.none()).labels == (MEANT,)
    reader._texts = ("OPEN DAILY 9 TO 17",)
    assert finder.find(view_of(), Detections.none()).labels == (OTHER,)


def test_a_number_that_gaps_part_into_several_lines_is_one() -> None:
    rows = [("text", 0.9 - x / 10_000, in_frame(x, 100, x + 120, 140)) for x in (100, 250, 400, 900)]
    assert _told(Reader("020", "7946", "0018", "9-17"), "pii", rows=rows) == [MEANT, MEANT, MEANT, OTHER]


def test_a_picture_that_shows_the_same_is_not_read_again() -> None:
    finder = TextFinder(Scripted(*TEXTS), reader := Reader("Maria", "open"), "maria")
    first = finder.find(view_of(), Detections.none())
    assert finder.find(view_of(), Detections.none()) is first
    assert len(reader.crops) == 2
    finder.find(view_of((500, 500, 520, 520)), Detections.none())
    assert len(reader.crops) == 4


def test_without_text_nothing_is_read() -> None:
    reader = Reader()
    assert len(TextFinder(Scripted(), reader, "maria").find(view_of(), Detections.none())) == 0
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
