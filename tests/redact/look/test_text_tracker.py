"""Lines of text over time, in pictures with letters in them: no letter of what is meant shows in any frame."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
import pytest

from passerby.records import Floats, Pixels
from passerby.redact.look.sightings import MEANT, OTHER, UNREAD, Sighting
from passerby.redact.look.tracker import Tracker
from passerby.redact.plan.plan import HiddenTrack, box_at, whole_pixels

WIDTH, HEIGHT = 640, 360
TICK = 512
EVERY = 4  # frames from one look to the next
WORDS = "CALL 020 7946 0018"
Draw = Callable[[int], tuple[Pixels, Pixels]]  # a frame, and its letters that are to be hidden


def _background() -> Pixels:
    noise = np.random.default_rng(3).integers(0, 256, (HEIGHT, WIDTH), np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 4.0).astype(np.float32)
    return np.asarray(np.clip(90 + 6 * (soft - soft.mean()), 0, 180), np.uint8)


BACKGROUND = _background()


def _letters(words: str, x: int, y: int) -> Pixels:
    """Where the letters (h, w) of a line are, 24 pixels high, if it begins at this place."""
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.putText(ink, words, (x, y + 22), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255,), 2)
    return ink


def _on_sign(ink: Pixels) -> Pixels:
    """White letters in a dark band."""
    frame = BACKGROUND.copy()
    rows = np.flatnonzero(ink.any(axis=1))
    if len(rows):
        frame[max(rows[0] - 6, 0) : rows[-1] + 7] = 30
    frame[ink > 127] = 240
    return frame


def _still(words: str = WORDS, turns: int = 0) -> Draw:
    ink = np.ascontiguousarray(np.rot90(_letters(words, 180, 200), turns)) if turns == 2 else _letters(words, 180, 200)
    if turns % 2:
        ink = np.zeros((HEIGHT, WIDTH), np.uint8)
        line = np.rot90(_letters(words, 0, 0)[:34, :340], turns)
        ink[10 : 10 + line.shape[0], 300 : 300 + line.shape[1]] = line
    return lambda _: (_on_sign(ink), ink)


def _running(words: str = WORDS, start: int = 600, speed: int = 8) -> Draw:
    """A line that runs through the picture from right to left, as in a ticker."""

    def draw(frame: int) -> tuple[Pixels, Pixels]:
        ink = _letters(words, start - speed * frame, 300)
        before = "NEWS OF THE DAY: FLOODS IN THE NORTH, ROADS ARE CLOSED,"
        others = _letters(before, start - speed * frame - 760, 300) | _letters(
            "FOR HELP AND MORE, OPEN NOW", start - speed * frame + 290, 300
        )
        return _on_sign(ink | others), ink

    return draw


def _box_of(ink: Pixels, pad: int = 4) -> Floats | None:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if max(len(columns), len(rows)) < 20 or not len(columns):
        return None
    return np.array([columns[0] - pad, rows[0] - pad, columns[-1] + pad, rows[-1] + pad], np.float32)


def _tracks(draw: Draw, frames: int, told: Mapping[int, str] | str, jitter: float = 0.0) -> tuple[HiddenTrack, ...]:
    """What is hidden if each fourth frame is looked at, and it is ``told`` in each look what the line says."""
    tracker = Tracker(WIDTH, HEIGHT, WIDTH, HEIGHT, {})
    random = np.random.default_rng(1)
    for index in range(frames):
        frame, ink = draw(index)
        tracker.push(index * TICK, frame, cut=False)
        if index % EVERY == 0:
            label = told if isinstance(told, str) else told.get(index, OTHER)
            box = _box_of(ink)
            seen = [] if box is None or not label else [Sighting("text", label, 0.9, box + _wobble(random, jitter))]
            tracker.see(seen)
    return tracker.finish()


def _wobble(random: np.random.Generator, jitter: float) -> Floats:
    return random.uniform(-jitter, jitter, 4).astype(np.float32)


def _bare(tracks: tuple[HiddenTrack, ...], draw: Draw, frames: range) -> list[int]:
    """The frames in which a letter shows."""
    found = []
    for index in frames:
        ink = draw(index)[1] > 0
        pts = index * TICK
        for x1, y1, x2, y2 in whole_pixels(
            [box_at(track, pts) for track in tracks if track.span.start <= pts < track.span.end], WIDTH, HEIGHT
        ).tolist():
            ink[y1:y2, x1:x2] = False
        if ink.any():
            found.append(index)
    return found


def _heights(tracks: tuple[HiddenTrack, ...]) -> float:
    return max(float((track.boxes[:, 2:] - track.boxes[:, :2]).min(axis=1).max()) for track in tracks)


@pytest.mark.parametrize("words", [WORDS, "ann.lee@example.org", "I1I1I1I1I1I1I1I1I1"])
def test_a_line_that_stands_still_is_hidden_in_all_frames_by_a_box_of_its_size(words: str) -> None:
    draw = _still(words)
    tracks = _tracks(draw, 60, MEANT, jitter=1.5)
    assert len(tracks) == 1
    assert _bare(tracks, draw, range(60)) == []
    assert _heights(tracks) < 2.2 * 24


@pytest.mark.parametrize("turns", [1, 3])
def test_a_line_that_runs_up_or_down_and_stands_still_is_too(turns: int) -> None:
    draw = _still(turns=turns)
    tracks = _tracks(draw, 60, MEANT, jitter=1.0)
    assert _bare(tracks, draw, range(60)) == []
    assert _heights(tracks) < 2.2 * 24


@pytest.mark.parametrize("read_at", [0, 4, 60, 116])
def test_a_line_that_is_read_right_once_is_hidden_as_long_as_it_looks_the_same(read_at: int) -> None:
    draw = _still()
    (track,) = tracks = _tracks(draw, 240, {read_at: MEANT}, jitter=1.0)
    assert _bare(tracks, draw, range(240)) == []
    assert track.label == MEANT
    assert _heights(tracks) < 2.2 * 24


@pytest.mark.parametrize("speed", [2, 5, 8, 14])
@pytest.mark.parametrize("told", [MEANT, {48: MEANT}])
def test_a_line_that_runs_through_the_picture_is_hidden_from_its_first_letter_to_its_last(
    speed: int, told: Mapping[int, str] | str
) -> None:
    frames = min(960 // speed, 130)
    draw = _running(speed=speed, start=600 if speed > 4 else 300)
    tracks = _tracks(draw, frames, told)
    assert _bare(tracks, draw, range(frames)) == []
    assert _heights(tracks) < 2.2 * 24


def test_a_window_that_words_run_through_is_hidden_as_long_as_they_are_meant_and_no_larger_than_it_is() -> None:
    running = _running()
    window = np.array([0, 296, WIDTH, 330], np.float32)
    tracker = Tracker(WIDTH, HEIGHT, WIDTH, HEIGHT, {})
    for index in range(150):
        frame, ink = running(index)
        tracker.push(index * TICK, frame, cut=False)
        if index % EVERY == 0:
            whole = np.flatnonzero(ink.any(axis=0))
            meant = len(whole) > 0 and whole[-1] - whole[0] > 200
            tracker.see([Sighting("text", MEANT if meant else OTHER, 0.9, window)])
    tracks = tracker.finish()
    assert _bare(tracks, running, range(150)) == []
    assert _heights(tracks) < 2.4 * 34
    assert not any(track.span.start <= 149 * TICK < track.span.end for track in tracks)


def test_a_line_that_says_something_else_is_not_hidden() -> None:
    assert _tracks(_still("OPEN DAILY"), 40, OTHER) == ()


def test_a_line_that_is_never_read_is_hidden_in_all_frames_and_told_so() -> None:
    draw = _still()
    (track,) = tracks = _tracks(draw, 60, UNREAD)
    assert track.label == UNREAD
    assert _bare(tracks, draw, range(60)) == []


def test_a_line_that_is_read_in_one_look_and_says_something_else_is_not_hidden_in_others() -> None:
    told = dict.fromkeys(range(0, 60, EVERY), UNREAD) | {28: OTHER}
    assert _tracks(_still("OPEN DAILY"), 60, told) == ()


def test_what_is_too_weak_to_be_text_is_not_hidden() -> None:
    tracker = Tracker(WIDTH, HEIGHT, WIDTH, HEIGHT, {})
    frame, ink = _still()(0)
    box = _box_of(ink)
    assert box is not None
    for index in range(12):
        tracker.push(index * TICK, frame, cut=False)
        tracker.see([Sighting("text", label, 0.4, box) for label in (MEANT, UNREAD)])
    assert tracker.finish() == ()


def test_words_that_take_the_place_of_others_are_not_hidden_with_them() -> None:
    one, other = _still(), _still("OPEN DAILY 9 TO 5")

    def draw(index: int) -> tuple[Pixels, Pixels]:
        return one(index) if index < 40 else other(index)

    told = dict.fromkeys(range(0, 40, EVERY), MEANT)
    tracks = _tracks(draw, 120, told)
    assert _bare(tracks, draw, range(40)) == []
    assert max(track.span.end for track in tracks) <= 52 * TICK


def test_a_line_goes_on_over_a_cut_if_it_looks_the_same_and_ends_if_it_does_not() -> None:
    draw = _still()
    box = _box_of(draw(0)[1])
    assert box is not None
    for same in (True, False):
        tracker = Tracker(WIDTH, HEIGHT, WIDTH, HEIGHT, {})
        for index in range(40):
            frame = draw(index)[0] if same or index < 20 else 255 - BACKGROUND
            tracker.push(index * TICK, frame, cut=index == 20)
            if index % EVERY == 0:
                tracker.see([Sighting("text", MEANT, 0.9, box)] if same or index < 20 else [])
        (track,) = tracker.finish()
        assert (track.span.start // TICK, (track.span.end - 1) // TICK) == (0, 39 if same else 19)
