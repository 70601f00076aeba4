"""Lines on screen: joined over time, the best reading kept, plates at vehicles never."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from kits import info
from passerby.people import MaskedFrame, mask_people
from passerby.records import Detections, Floats, Pixels, Sample, ScreenText
from passerby.stages.text.glances import Eye
from passerby.stages.text.stage import TextSession, TextStage, vehicles_in
from passerby.times import Span

SIZE = (320, 180)  # of a picture; the frame is twice as large
NOBODY = np.zeros((0, 4), np.float32)
NO_VEHICLES = NOBODY
Line = tuple[str, float, tuple[int, int, int, int]]
HERE, THERE = (20, 30, 120, 50), (180, 120, 300, 150)


@dataclass
class Page:
    """Detector and reader in one: what is on the frames, one after the other, in pixels of the picture."""

    frames: list[list[Line]]
    labels: tuple[str, ...] = ("text",)
    asked: int = 0
    _now: list[Line] = field(default_factory=list)

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self._now = self.frames[self.asked]
        self.asked += 1
        boxes = np.array([box for _, _, box in self._now], np.float32).reshape(-1, 4)
        return [Detections(boxes, np.ones(len(boxes), np.float32), ("text",) * len(boxes))]

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Of the second time, upside down, nothing."""
        now, self._now = self._now, []
        return [(text, score) for text, score, _ in now] or [("", 0.0)] * len(crops)


def frame(pts: int, seed: int | None = None) -> MaskedFrame:
    """A frame that looks unlike all others, or like those of the same seed."""
    noise = np.random.default_rng(pts if seed is None else seed).integers(0, 255, (18, 32, 3), np.uint8)
    pixels = np.asarray(cv2.resize(noise, SIZE, interpolation=cv2.INTER_NEAREST), np.uint8)
    return mask_people(Sample(pts, pixels, 2 * SIZE[0], 2 * SIZE[1]), NOBODY)


def opened(page: Page) -> TextSession:
    return TextSession(TextStage(), Eye(page, page, 0), page, info(2 * SIZE[0], 2 * SIZE[1]))


def read(
    frames: list[list[Line]], *, cuts: Sequence[int] = (), vehicles: Floats = NO_VEHICLES, seeds: Sequence[int] = ()
) -> list[ScreenText]:
    """What is kept of frames that are 100 ticks apart."""
    page = Page(frames)
    session = opened(page)
    for index in range(len(seeds) or len(frames)):
        seed = seeds[index] if seeds else None
        session.read(frame(100 * index, seed), cut=index in cuts, vehicles=vehicles)
    return session.finish(0)


def test_a_line_that_stays_is_one_with_its_best_reading_and_its_box_in_frame_pixels() -> None:
    spread = (22, 30, 122, 50)
    (line,) = read([[("Harbeur", 0.8, HERE)], [("Harbour", 0.95, spread)], [("Harbour", 0.9, HERE)]])
    assert (line.text, line.score) == ("Harbour", 0.95)
    assert (line.span.start, line.span.end) == (0, 201)
    assert line.box == (44, 60, 244, 100)


def test_the_whole_line_is_kept_not_what_is_left_where_the_edge_of_the_frame_cuts_it() -> None:
    cut = (0, 30, 100, 50)
    (line,) = read([[("ference Centre", 1.0, cut)], [("Conference Centre", 0.97, HERE)], [("Conference", 1.0, HERE)]])
    assert (line.text, line.score) == ("Conference Centre", 0.97)


def test_other_words_at_the_same_place_are_another_line() -> None:
    lines = read([[("Good morning", 0.9, HERE)], [("Tomorrow we sail", 0.9, HERE)]])
    assert [line.text for line in lines] == ["Good morning", "Tomorrow we sail"]


def test_a_line_that_moves_is_one_if_it_says_the_same() -> None:
    assert len(read([[("Arrivals 12", 0.9, HERE)], [("Arrivals 12", 0.9, THERE)]])) == 1
    assert len(read([[("Arrivals 12", 0.9, HERE)], [("Departures", 0.9, THERE)]])) == 2


def test_the_same_words_twice_in_one_frame_are_two_lines() -> None:
    assert len(read([[("Exit", 0.9, HERE), ("Exit", 0.9, THERE)]] * 2)) == 2


def test_a_line_that_is_missed_once_goes_on_and_twice_has_ended() -> None:
    here = [("Harbour", 0.9, HERE)]
    assert len(read([here, [], here])) == 1
    assert [line.span.start for line in read([here, [], [], here])] == [0, 300]


def test_a_cut_ends_all_lines() -> None:
    here = [("Harbour", 0.9, HERE)]
    assert [(line.span.start, line.span.end) for line in read([here, here, here], cuts=[2])] == [(0, 101), (200, 201)]


def test_a_frame_that_shows_the_same_is_not_read_again_and_prolongs_its_lines() -> None:
    here: list[Line] = [("Harbour", 0.9, HERE)]
    (line,) = read([here, here], seeds=[1, 1, 1, 2])  # a third one would be asked for nothing
    assert line.span.end == 301


@pytest.mark.parametrize("line", [("Harbour", 0.5, HERE), ("x", 0.9, HERE), ("…!", 0.9, HERE), ("", 0.0, HERE)])
def test_what_is_unsure_or_says_nothing_is_left_out(line: Line) -> None:
    assert read([[line]]) == []


FULL_WIDTH = "\uff21\uff22\uff11\uff12\uff13"


@pytest.mark.parametrize("text", ["AB 123 CD", "B-XY 4711", "7ABC123", "京A12345", "12345", "ab12cde", FULL_WIDTH])
def test_a_code_at_a_vehicle_is_dropped(text: str) -> None:
    vehicle = np.array([[30, 50, 300, 200]], np.float32)
    assert read([[(text, 0.99, HERE)]], vehicles=vehicle) == []


@pytest.mark.parametrize("text", ["AB 123 CD", "B-XY 4711", "7ABC123", "ab12cde"])
def test_a_mixed_code_is_dropped_wherever_it_is_when_there_is_a_vehicle(text: str) -> None:
    vehicle = np.array([[600, 300, 640, 360]], np.float32)
    assert read([[(text, 0.99, HERE)]], vehicles=vehicle) == []
    assert len(read([[(text, 0.99, HERE)]])) == 1


@pytest.mark.parametrize("text", ["Polizei", "Central Station", "Fresh fish daily since 1898"])
def test_words_on_a_vehicle_are_kept(text: str) -> None:
    vehicle = np.array([[30, 50, 300, 200]], np.float32)
    assert len(read([[(text, 0.99, HERE)]], vehicles=vehicle)) == 1


def test_vehicles_are_taken_with_a_margin_and_when_they_are_unsure() -> None:
    boxes = np.array([[100, 100, 200, 200], [0, 0, 50, 50], [300, 300, 310, 310]], np.float32)
    found = Detections(boxes, np.array([0.25, 0.9, 0.1], np.float32), ("car", "dog", "bus"))
    assert vehicles_in(found).tolist() == [[85, 85, 215, 215]]


def test_frames_that_are_not_masked_are_refused() -> None:
    page = Page([[]])
    session = opened(page)
    with pytest.raises(TypeError, match="MaskedFrame"):
        session.read(Sample(0, np.zeros((4, 4, 3), np.uint8), 4, 4), cut=False, vehicles=NO_VEHICLES)  # type: ignore[arg-type]


def test_a_line_lasts_until_another_takes_its_place_and_as_long_as_its_shot() -> None:
    page = Page([[("the ferry leaves", 0.95, HERE)], [("green folder", 0.95, HERE)], [("harbour", 0.95, THERE)]])
    session = opened(page)
    shots = [Span(0, 150), Span(0, 150), Span(150, 320)]
    for index, (shot, cut) in enumerate(zip(shots, [True, False, True], strict=True)):
        session.read(frame(20 + 70 * index), cut=cut, vehicles=NO_VEHICLES, shown=shot, is_new=not cut)
    lines = {line.text: line.span for line in session.finish(0)}
    assert lines == {"the ferry leaves": Span(0, 90), "green folder": Span(90, 150), "harbour": Span(150, 320)}


def test_a_line_upside_down_is_read_the_right_way_or_not_at_all() -> None:
    class Turned(Page):
        def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
            self.times = getattr(self, "times", 0) + 1
            return [("CAL0 9 00 018", 0.73), ("CALL 020 7946 0018", 0.99)][self.times - 1 : self.times]

    page = Turned([[("", 0.0, HERE)]])
    session = opened(page)
    session.read(frame(0), cut=True, vehicles=NO_VEHICLES)
    assert [line.text for line in session.finish(0)] == ["CALL 020 7946 0018"]
