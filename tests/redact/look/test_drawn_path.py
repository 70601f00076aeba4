"""What somebody boxes in one frame is followed to both ends of its shot."""

from pathlib import Path

import numpy as np
import pytest

from clips import make_clip
from passerby.errors import UsageError
from passerby.media.read.probe import look
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.records import Floats, Pixels
from passerby.redact.look.drawn_path import DrawnPath, drawn_path
from passerby.redact.plan.plan import HiddenTrack, box_at
from pictures import Picture, texture
from real_faces import portrait

SIZE = (320, 180)
SIDES = (40, 48)
BEFORE, SHOT, AFTER = 14, 40, 10  # frames of three shots; what is boxed is in the second
RATE = 12


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> CatalogModels:
    return CatalogModels(tmp_path_factory.mktemp("models"), RuntimeOptions("cpu", 1))


def corner(step: int) -> tuple[int, int]:
    """Where the thing is in a frame of its shot: to the right, and down and up again."""
    return 20 + 5 * step, 60 + abs(20 - step)


def thing() -> Pixels:
    """Far finer than what is behind it, or nobody could tell where it is."""
    return (
        np.random.default_rng(9).integers(0, 256, (SIDES[1] // 4, SIDES[0] // 4, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    )


def shots(hide_from: int = SHOT) -> Picture:
    """Three shots; in the one in the middle a thing moves, which is gone from ``hide_from`` on."""
    backs = [texture(SIZE, seed)(0) for seed in (6, 17, 3)]
    patch = thing()

    def draw(index: int) -> Pixels:
        step = index - BEFORE
        if step < 0 or step >= SHOT:
            return backs[0 if step < 0 else 2]
        picture = backs[1].copy()
        if step < hide_from:
            x, y = corner(step)
            picture[y : y + SIDES[1], x : x + SIDES[0]] = patch
        return picture

    return draw


def box_of(step: int) -> tuple[int, int, int, int]:
    x, y = corner(step)
    return x, y, x + SIDES[0], y + SIDES[1]


def at(path: DrawnPath, pts: int) -> Floats:
    return box_at(HiddenTrack(1, "drawn", "", True, 1.0, path.times, path.boxes), pts)


def covers(outer: Floats, inner: tuple[int, int, int, int]) -> bool:
    return bool((outer[:2] <= np.array(inner[:2]) + 1).all() and (outer[2:] >= np.array(inner[2:]) - 1).all())


@pytest.mark.parametrize("step", [0, 17, SHOT - 1])
def test_it_is_covered_in_every_frame_of_its_shot_and_in_no_other(
    tmp_path: Path, models: CatalogModels, step: int
) -> None:
    frames = BEFORE + SHOT + AFTER
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, frames=frames, rate=RATE, picture=shots(), numbered=False)
    base = look(clip).info.time_base
    ticks = [round(index / RATE / base.tick) for index in range(frames)]
    path = drawn_path(clip, box_of(step), ticks[BEFORE + step], models)
    assert (path.starts, path.ends) == ("cut", "cut")
    assert (path.times[0], path.times[-1]) == path.known == (ticks[BEFORE], ticks[BEFORE + SHOT - 1])
    for each in range(SHOT):
        box = at(path, ticks[BEFORE + each])
        assert covers(box, box_of(each)), each
        assert ((box[2:] - box[:2]) < 2 * np.array(SIDES)).all()


def test_where_it_is_lost_the_box_stays_and_that_is_told(tmp_path: Path, models: CatalogModels) -> None:
    clip = make_clip(
        tmp_path / "a.mp4", size=SIZE, frames=BEFORE + SHOT, rate=RATE, picture=shots(hide_from=25), numbered=False
    )
    base = look(clip).info.time_base
    ticks = [round(index / RATE / base.tick) for index in range(BEFORE + SHOT)]
    path = drawn_path(clip, box_of(10), ticks[BEFORE + 10], models)
    assert (path.starts, path.ends) == ("cut", "video")
    assert path.times[-1] == ticks[-1]
    assert path.known == (ticks[BEFORE], ticks[BEFORE + 24])
    assert covers(at(path, ticks[-1]), box_of(24))


def test_a_face_that_is_lost_by_its_pixels_is_found_again(tmp_path: Path, models: CatalogModels) -> None:
    """It is lit from the other side in one frame, which no pixels can be followed through."""
    face, back = portrait()[20:220, 30:200].astype(np.float32), texture((640, 360), 5)(0)
    light = np.linspace(0.02, 1, face.shape[1], dtype=np.float32)[:, None]

    def draw(index: int) -> Pixels:
        picture = back.copy()
        x = 60 if index < 10 else 80
        picture[60:260, x : x + 170] = face * (light if index < 10 else light[::-1])
        return picture

    clip = make_clip(tmp_path / "a.mp4", size=(640, 360), frames=20, rate=5, picture=draw, numbered=False)
    base = look(clip).info.time_base
    x, y = 60 + 35, 60 + 25
    path = drawn_path(clip, (x, y, x + 110, y + 130), 0, models)
    late = round(15 / 5 / base.tick)
    assert path.known[1] >= late
    assert covers(at(path, late), (x + 25, y + 5, x + 105, y + 120))


def test_a_box_beside_the_picture_is_refused(tmp_path: Path, models: CatalogModels) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, frames=3)
    with pytest.raises(UsageError, match="within 320x180 pixels"):
        drawn_path(clip, (320, 0, 340, 20), 0, models)
