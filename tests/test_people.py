"""The people boundary: what is under the mask cannot be told from what comes out."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from passerby.geometry import Mask
from passerby.people import (
    MaskedFrame,
    bodies,
    coverage,
    fill,
    heads,
    mask_people,
    people_mask,
    require_masked,
    with_margins,
)
from passerby.records import Floats, Pixels, Sample

NOBODY = np.zeros((0, 4), np.float32)


def boxes_strategy() -> st.SearchStrategy[Floats]:
    corner = st.integers(-20, 180)
    side = st.integers(0, 120)
    box = st.tuples(corner, corner, side, side).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))
    return st.lists(box, max_size=4).map(lambda rows: np.array(rows, np.float32).reshape(-1, 4))


def noise(seed: int, shape: tuple[int, int] = (45, 80)) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (*shape, 3), np.uint8)


@given(boxes=boxes_strategy(), seed=st.integers(0, 2**32 - 1))
def test_pixels_under_the_mask_change_nothing(boxes: Floats, seed: int) -> None:
    pixels = noise(seed)
    sample = Sample(0, pixels, 160, 90)
    mask = people_mask(boxes, sample)
    other = pixels.copy()
    other[mask] = noise(seed + 1)[mask]
    assert np.array_equal(mask_people(sample, boxes).pixels, mask_people(Sample(0, other, 160, 90), boxes).pixels)


@given(boxes=boxes_strategy(), seed=st.integers(0, 1000))
def test_pixels_outside_the_mask_stay(boxes: Floats, seed: int) -> None:
    sample = Sample(0, noise(seed), 160, 90)
    mask = people_mask(boxes, sample)
    assert np.array_equal(mask_people(sample, boxes).pixels[~mask], sample.pixels[~mask])


@given(
    colour=st.tuples(*[st.integers(0, 255)] * 3),
    mask=hnp.arrays(np.bool_, st.tuples(st.integers(1, 40), st.integers(1, 40))),
)
def test_a_plain_surrounding_fills_with_its_own_colour(colour: tuple[int, int, int], mask: Mask) -> None:
    plain = np.broadcast_to(np.array(colour, np.uint8), (*mask.shape, 3)).copy()
    expected = plain if not mask.all() else np.full_like(plain, 128)
    assert np.abs(fill(plain, mask).astype(int) - expected).max() <= 1


@given(boxes=boxes_strategy())
def test_the_mask_holds_every_pixel_of_the_bodies(boxes: Floats) -> None:
    sample = Sample(0, noise(1), 160, 90)
    mask = people_mask(boxes, sample)
    for x1, y1, x2, y2 in boxes.tolist():
        inside = mask[max(int(y1 // 2), 0) : max(int(-(-y2 // 2)), 0), max(int(x1 // 2), 0) : max(int(-(-x2 // 2)), 0)]
        assert inside.all()


def test_the_picture_that_was_masked_is_not_touched() -> None:
    pixels = noise(3)
    before = pixels.copy()
    mask_people(Sample(0, pixels, 160, 90), np.array([[0, 0, 80, 80]], np.float32))
    assert np.array_equal(pixels, before)


def test_only_the_boundary_makes_masked_frames() -> None:
    frame = mask_people(Sample(5, noise(1), 160, 90), NOBODY)
    assert frame.pts == 5
    with pytest.raises(TypeError):
        MaskedFrame()
    with pytest.raises(TypeError):
        type("Loose", (MaskedFrame,), {})
    with pytest.raises(TypeError):
        copy.copy(frame)
    with pytest.raises(TypeError):
        pickle.dumps(frame)
    with pytest.raises(AttributeError):
        frame._pixels = noise(2)
    with pytest.raises(ValueError, match="read-only"):
        frame.pixels[0, 0] = 0


@pytest.mark.parametrize("frame", [noise(1), Sample(0, noise(1), 160, 90), None])
def test_describers_refuse_what_was_not_masked(frame: object) -> None:
    masked = mask_people(Sample(0, noise(1), 160, 90), NOBODY)
    assert require_masked([masked]) == (masked,)
    with pytest.raises(TypeError, match="MaskedFrame"):
        require_masked([masked, frame])


def test_margins_take_in_arms_and_stop_at_the_border() -> None:
    box = np.array([[100, 100, 140, 300]], np.float32)
    assert np.allclose(with_margins(box, 1000, 1000), [[76, 88, 164, 312]])
    assert np.allclose(with_margins(box, 150, 305), [[76, 88, 150, 305]])


def test_a_face_stands_for_a_head_and_a_body() -> None:
    face = np.array([[100, 100, 120, 130]], np.float32)
    (head,), (body,) = heads(face), bodies(face)
    assert head[0] < 100
    assert head[1] < 100
    assert body[0] < head[0]
    assert body[3] > 300


def test_coverage_is_the_share_of_the_frame() -> None:
    assert coverage(NOBODY, 1280, 720) == 0
    assert coverage(np.array([[0, 0, 1280, 720]], np.float32), 1280, 720) == 1
    half = coverage(np.array([[0, 0, 640, 720]], np.float32), 1280, 720)
    assert half == pytest.approx((640 + 0.12 * 720) / 1280, abs=0.01)
