from collections.abc import Callable, Iterable

import cv2
import numpy as np
import pytest

from passerby.records import Floats, Pixels
from passerby.tracking.following import Find, follow
from passerby.tracking.pyramids import LumaPyramids

WIDTH, HEIGHT = 320, 180
SIZE = (28, 36)  # of the patch that moves
START = (20, 60)


def _texture(width: int, height: int, seed: int) -> Pixels:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 2.0).astype(np.float32)
    return np.asarray(np.clip(128 + 5 * (soft - soft.mean()), 0, 255), np.uint8)


BACKGROUND, PATCH = _texture(WIDTH, HEIGHT, 1), _texture(*SIZE, 2)


def _frames(corners: Iterable[tuple[int, int]]) -> list[Pixels]:
    pictures = []
    for x, y in corners:
        picture = BACKGROUND.copy()
        picture[y : y + SIZE[1], x : x + SIZE[0]] = PATCH
        pictures.append(picture)
    return pictures


def _ring(pictures: list[Pixels]) -> LumaPyramids:
    ring = LumaPyramids(len(pictures), WIDTH, HEIGHT)
    for picture in pictures:
        ring.put(picture)
    return ring


def _boxes(lumas: LumaPyramids, box: Floats, start: int, stop: int) -> list[Floats]:
    return [place.box for place in follow(lumas, box, start, stop)]


def _box(corner: tuple[int, int]) -> Floats:
    x, y = corner
    return np.array([x, y, x + SIZE[0], y + SIZE[1]], np.float32)


def _right(speed: int) -> list[tuple[int, int]]:
    return [(START[0] + speed * step, START[1]) for step in range(24)]


def _aslant(speed: int) -> list[tuple[int, int]]:
    return [(START[0] + speed * step, START[1] + (speed + 1) // 2 * (step - step % 2) // 2) for step in range(20)]


@pytest.mark.parametrize("way", [_right, _aslant])
@pytest.mark.parametrize("speed", [1, 3, 5, 8])
@pytest.mark.parametrize("back", [False, True])
def test_a_patch_that_moves_is_followed_within_a_pixel(
    way: Callable[[int], list[tuple[int, int]]], speed: int, back: bool
) -> None:
    corners = way(speed)
    order = list(range(len(corners)))[:: -1 if back else 1]
    found = _boxes(_ring(_frames(corners)), _box(corners[order[0]]), order[0], order[-1])
    assert len(found) == len(corners) - 1
    for index, box in zip(order[1:], found, strict=True):
        assert np.abs(box - _box(corners[index])).max() <= 1, f"in frame {index}"


def test_a_patch_that_changes_its_way_is_followed() -> None:
    corners = [(40 + 4 * min(step, 20 - step), 60 + 2 * abs(step - 10)) for step in range(21)]
    found = _boxes(_ring(_frames(corners)), _box(corners[0]), 0, 20)
    assert len(found) == 20
    assert np.abs(found[-1] - _box(corners[-1])).max() <= 1


def test_a_patch_that_stands_still_stays_where_it_is() -> None:
    found = _boxes(_ring(_frames([START] * 20)), _box(START), 0, 19)
    assert len(found) == 19
    assert np.abs(np.array(found) - _box(START)).max() < 1


@pytest.mark.parametrize("back", [False, True])
def test_following_ends_where_the_patch_is_covered(back: bool) -> None:
    pictures = _frames(_right(2))
    for picture in pictures[12:]:
        picture[40:120] = _texture(WIDTH, 80, 9)
    ring = _ring(pictures[::-1] if back else pictures)
    start, stop = (23, 0) if back else (0, 23)
    assert 10 <= len(list(follow(ring, _box(START), start, stop))) <= 13


def test_following_ends_with_the_frames_that_are_asked_for() -> None:
    ring = _ring(_frames(_right(2)))
    assert len(list(follow(ring, _box(START), 0, 5))) == 5
    assert list(follow(ring, _box(START), 0, 0)) == []


def test_a_flat_place_tells_nothing_and_is_not_followed() -> None:
    flat = [np.full((HEIGHT, WIDTH), 90, np.uint8)] * 5
    assert list(follow(_ring(flat), _box(START), 0, 4)) == []


def test_a_place_that_becomes_flat_is_lost() -> None:
    pictures = [*_frames([START] * 3), *[np.full((HEIGHT, WIDTH), 90, np.uint8)] * 3]
    assert len(list(follow(_ring(pictures), _box(START), 0, 5))) == 2


@pytest.mark.parametrize("box", [(100, 50, 110, 62), (40, 20, 240, 160), (-8, 40, 20, 76), (300, 150, 328, 186)])
def test_places_of_any_size_and_at_the_border_stay_put_in_a_still_picture(box: tuple[float, ...]) -> None:
    found = _boxes(_ring([BACKGROUND] * 7), np.array(box, np.float32), 0, 6)
    assert len(found) == 6
    assert np.abs(np.array(found) - np.array(box, np.float32)).max() <= 1


def _leaving(index: int, side: int) -> tuple[int, int]:
    """Its corner: out over the right or the lower border, but for a bit of it, along there, and back in."""
    depth = (0, 6, 12, 18, 18, 18, 18, 18, 12, 6, 0)[index]
    if side == 0:
        return WIDTH - SIZE[0] + depth, 60 + 3 * index
    return 60 + 3 * index, HEIGHT - SIZE[1] + depth


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_patch_that_the_border_cuts_is_followed_by_what_is_left_of_it(side: int, mirrored: bool) -> None:
    wide = np.pad(BACKGROUND, ((0, 40), (0, 40)))
    pictures, boxes = [], []
    for x, y in (_leaving(index, side) for index in range(11)):
        picture = wide.copy()
        picture[y : y + SIZE[1], x : x + SIZE[0]] = PATCH
        picture, box = picture[:HEIGHT, :WIDTH], _box((x, y))
        if mirrored:  # out over the left border, or the upper one
            picture, box = picture[::-1, ::-1], np.array([WIDTH, HEIGHT] * 2, np.float32) - box[[2, 3, 0, 1]]
        pictures.append(np.ascontiguousarray(picture))
        boxes.append(box)
    found = _boxes(_ring(pictures), boxes[0], 0, 10)
    assert len(found) == 10
    assert np.abs(np.array(found) - boxes[1:]).max() <= 1.5


@pytest.mark.parametrize(
    "box", [(0, 0, 1, 1), (-90, -90, -50, -50), (-50, -50, 400, 300), (5, 5, 315, 8), (7, 7, 7, 7)]
)
def test_odd_places_do_no_harm(box: tuple[float, ...]) -> None:
    found = _boxes(_ring([BACKGROUND] * 7), np.array(box, np.float32), 0, 6)
    assert np.isfinite(np.array(found)).all()


def test_frames_are_decided_as_they_come() -> None:
    """The frames that are followed into may not be there yet when following begins."""
    pictures = _frames(_right(3))
    ring = LumaPyramids(8, WIDTH, HEIGHT)
    ring.put(pictures[0])
    places = follow(ring, _box(START), 0, 23)
    for index, picture in enumerate(pictures[1:], 1):
        ring.put(picture)
        assert np.abs(next(places).box - _box(_right(3)[index])).max() <= 1


def _covered() -> LumaPyramids:
    """The patch goes to the right; in frames 8 to 11 something is in front of it, another thing in each."""
    pictures = _frames(_right(2))
    for index in range(8, 12):
        pictures[index][40:120] = _texture(WIDTH, 80, index)
    return _ring(pictures)


def _seeing(frames: range, score: float = 0.5) -> tuple[Find, list[int]]:
    """What finds the patch in these frames only, and notes those in which it was asked."""
    lumas, asked = _covered(), list[int]()

    def find(luma: Pixels, box: Floats) -> tuple[Floats, float] | None:
        frame = next(index for index in range(lumas.count) if np.array_equal(lumas[index], luma))
        asked.append(frame)
        return (_box(_right(2)[frame]), score) if frame in frames else None

    return find, asked


def test_a_detector_is_asked_where_the_pixels_lose_the_way_and_only_there() -> None:
    find, asked = _seeing(range(24))
    found = list(follow(_covered(), _box(START), 0, 23, find))
    assert len(found) == 23
    for index, place in enumerate(found, 1):
        assert np.abs(place.box - _box(_right(2)[index])).max() <= 1, f"in frame {index}"
    assert asked == [8, 9, 10, 11, 12]
    assert [place.score for place in found] == [0.5 if index in asked else 0.0 for index in range(1, 24)]


def test_following_ends_where_neither_tells_the_way() -> None:
    find, asked = _seeing(range(10))
    assert len(list(follow(_covered(), _box(START), 0, 23, find))) == 9
    assert asked == [8, 9, 10]


@pytest.mark.parametrize(("start", "stop", "expected"), [(0, 6, [1, 2, 3]), (6, 0, [5, 4, 3])])
def test_it_is_asked_in_the_first_frames_where_that_is_wanted(start: int, stop: int, expected: list[int]) -> None:
    find, asked = _seeing(range(24))
    list(follow(_covered(), _box(_right(2)[start]), start, stop, find, checks=3))
    assert asked == expected


def test_a_place_keeps_its_size_whatever_is_found_there() -> None:
    def find(luma: Pixels, box: Floats) -> tuple[Floats, float]:
        return np.concatenate([box[:2] - 9, box[2:] + 9]).astype(np.float32), 0.5

    for place in follow(_covered(), _box(START), 0, 23, find, checks=23):
        assert place.box[2:] - place.box[:2] == pytest.approx(SIZE)


def test_following_ends_where_the_place_leaves_the_picture() -> None:
    corners = [(40 - 4 * index, 60) for index in range(30)]
    pictures = []
    for x, y in corners:
        wide = np.hstack([_texture(100, HEIGHT, 5), BACKGROUND])
        wide[y : y + SIZE[1], max(x + 100, 0) : x + 100 + SIZE[0]] = PATCH[:, : SIZE[0]]
        pictures.append(np.ascontiguousarray(wide[:, 100:]))
    found = _boxes(_ring(pictures), _box(corners[0]), 0, 29)
    assert found
    assert all(box[2] > 0 for box in found)
