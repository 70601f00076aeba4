"""What is said to be true of hard clips is what is drawn."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.hard_clips import HEIGHT, WIDTH, Actor, Scene, Thing, _cast, _matrix, _through
from benchmarks.hard_motion import KINDS, Path2D, Pose, make_path
from benchmarks.hard_sources import Background, Head
from benchmarks.truth import ellipse


def head() -> Head:
    """White, with a face from 20 to 80 of 100."""
    picture = np.full((100, 100, 4), 255, np.float32)
    picture[..., 3] = 1
    return Head(picture, ellipse((30, 20, 70, 80)))


def scene(*poses: Pose, things: tuple[Thing, ...] = (), mirrored: bool = False) -> Scene:
    actors = tuple(Actor(n, head(), mirrored, 1.0, Path2D("drift", (pose,))) for n, pose in enumerate(poses, 1))
    black = Background("black", (np.zeros((10, 10, 3), np.uint8),))
    return Scene(black, "plain", (1, 1, 0, 0), actors, things)


def still(x: float, y: float, height: float, turn: float = 0, away: float = 0) -> Pose:
    return Pose(x, y, height, turn, away, 0, 0)


def test_a_face_is_where_its_pose_says_and_is_drawn_there() -> None:
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    (face,) = _cast(scene(still(500, 400, 120)), 0, np.zeros(2), canvas)
    assert face.box == pytest.approx((460, 340, 540, 460), abs=0.01)
    assert face.height == pytest.approx(120)
    assert face.visible == 1
    assert not face.covers
    assert canvas[400, 500].tolist() == [255] * 3
    ys, xs = np.nonzero(canvas[..., 0] > 128)
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == pytest.approx((400, 600, 300, 500), abs=2)


def test_a_turned_face_keeps_its_height_and_one_turned_away_gets_narrow() -> None:
    turned, away = (
        _cast(scene(pose), 0, np.zeros(2), np.zeros((HEIGHT, WIDTH, 3), np.float32))[0]
        for pose in (still(500, 400, 120, turn=40), still(500, 400, 120, away=60))
    )
    assert turned.height == pytest.approx(120, abs=1)
    assert turned.box[2] - turned.box[0] > 85
    assert away.box[2] - away.box[0] < 50


def test_mirroring_keeps_a_face_in_its_place() -> None:
    plain, mirrored = (
        _cast(scene(still(500, 400, 120), mirrored=each), 0, np.zeros(2), np.zeros((HEIGHT, WIDTH, 3), np.float32))[0]
        for each in (False, True)
    )
    assert plain.box == pytest.approx(mirrored.box, abs=0.01)


def test_what_is_cut_off_or_behind_something_is_seen_in_part() -> None:
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    post = Thing(np.full((200, 60, 3), 90, np.uint8), (500, 300), (0, 0))
    cut, behind = _cast(scene(still(0, 900, 120), still(500, 400, 120), things=(post,)), 0, np.zeros(2), canvas)
    assert cut.visible == pytest.approx(0.5, abs=0.03)
    assert behind.visible == pytest.approx(0.5, abs=0.03)
    assert len(behind.covers) == 1
    assert canvas[400, 520].tolist() == [90] * 3


def test_the_nearer_head_hides_the_farther() -> None:
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    faces = _cast(scene(still(500, 400, 60), still(500, 400, 120)), 0, np.zeros(2), canvas)
    assert [(face.track, face.visible) for face in faces] == [(2, 1.0)]


def test_who_has_left_the_frame_is_not_there() -> None:
    assert _cast(scene(still(-100, 400, 60)), 0, np.zeros(2), np.zeros((HEIGHT, WIDTH, 3), np.float32)) == ()


def test_a_shaken_camera_shakes_faces_too() -> None:
    actor = scene(still(500, 400, 120)).actors[0]
    pose = actor.path.poses[0]
    moved = _through(_matrix(actor, pose, np.array([5.0, -3.0])), actor.head.face)
    there = _through(_matrix(actor, replace(pose, x=505.0, y=397.0), np.zeros(2)), actor.head.face)
    np.testing.assert_allclose(moved, there, atol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_ways_are_the_same_for_the_same_seed_and_of_the_height_that_was_asked_for(kind: str) -> None:
    ways = [make_path(kind, (24, 48), (WIDTH, HEIGHT), 100, np.random.default_rng(seed)) for seed in (3, 3, 4)]
    assert ways[0] == ways[1] != ways[2]
    heights = [pose.height for pose in ways[0].poses]
    low, high = (12, 400) if kind == "zoom" else (24, 48)
    assert low <= min(heights) <= max(heights) <= high
    assert kind != "turn" or max(abs(pose.turn) for pose in ways[0].poses) > 35
