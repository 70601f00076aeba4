from collections.abc import Callable
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.media.read.planes import Planes, planes_of, writable
from passerby.redact.make.effects import hidden_pixels, hide
from passerby.redact.plan.plan import Regions
from passerby.redact.plan.policy import Shape, Style

FORMATS = ("yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv411p", "gray")
SHAPES: tuple[Shape, ...] = ("box", "round")
STYLES: tuple[Style, ...] = ("solid", "pixelate", "blur")

sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))


@st.composite
def boxes_in(draw: Callable[..., Any], size: tuple[int, int]) -> list[int]:
    """A box within a picture of ``size``: often at its borders."""
    (x1, x2), (y1, y2) = (
        sorted(draw(st.lists(st.integers(0, side), min_size=2, max_size=2, unique=True))) for side in size
    )
    return [x1, y1, x2, y2]


@st.composite
def scenes(draw: Callable[..., Any]) -> tuple[tuple[int, int], Regions]:
    size = draw(sizes)
    rows = draw(st.lists(boxes_in(size), min_size=1, max_size=3))
    return size, np.array(rows, np.int32).reshape(-1, 4)


def noise(size: tuple[int, int], form: str, seed: int) -> av.VideoFrame:
    picture = av.VideoFrame(*size, form)
    random = np.random.default_rng(seed)
    planes = planes_of(picture)
    for plane in planes.planes:
        plane.pixels[:] = random.integers(0, 1 << planes.bits, plane.pixels.shape)
    return picture


def touched(mask: np.ndarray[Any, np.dtype[np.bool_]], shift_x: int, shift_y: int, shape: tuple[int, ...]) -> Any:
    """Which samples cover a pixel of the mask: slowly, and in another way than the code does."""
    found = np.zeros(shape, np.bool_)
    for y, x in np.argwhere(mask):
        found[y >> shift_y, x >> shift_x] = True
    return found


def changed_inside(picture: av.VideoFrame, regions: Regions, shape: Shape) -> av.VideoFrame:
    """Other pixels where it is hidden, and the same outside."""
    other, planes = writable(picture)
    mask = hidden_pixels(regions, planes.size, shape)
    for plane in planes.planes:
        where = touched(mask, plane.shift_x, plane.shift_y, plane.pixels.shape)
        plane.pixels[where] = (1 << planes.bits) - 1 - plane.pixels[where]
    return other


def hidden(picture: av.VideoFrame, regions: Regions, style: Style, shape: Shape) -> Planes:
    _, planes = writable(picture)
    hide(planes, regions, style, shape)
    return planes


@settings(max_examples=60)
@given(scenes(), st.sampled_from(FORMATS), st.sampled_from(SHAPES))
def test_law_3_nothing_of_what_is_hidden_is_handed_on(
    scene: tuple[tuple[int, int], Regions], form: str, shape: Shape
) -> None:
    size, regions = scene
    picture = noise(size, form, 0)
    other = changed_inside(picture, regions, shape)
    for one, two in zip(
        hidden(picture, regions, "solid", shape).planes, hidden(other, regions, "solid", shape).planes, strict=True
    ):
        assert one.pixels.tobytes() == two.pixels.tobytes()


def test_law_3_would_fail_without_the_effect() -> None:
    picture, regions = noise((40, 30), "yuv420p", 0), np.array([[3, 3, 9, 9]], np.int32)
    other = changed_inside(picture, regions, "box")
    _, one = writable(picture)
    _, two = writable(other)
    for a, b in zip(one.planes, two.planes, strict=True):
        assert a.pixels.tobytes() != b.pixels.tobytes()


@settings(max_examples=60)
@given(scenes(), st.sampled_from(FORMATS), st.sampled_from(SHAPES), st.sampled_from(STYLES))
def test_nothing_else_is_touched(scene: tuple[tuple[int, int], Regions], form: str, shape: Shape, style: Style) -> None:
    size, regions = scene
    picture = noise(size, form, 0)
    before, after = planes_of(picture), hidden(picture, regions, style, shape)
    mask = hidden_pixels(regions, size, shape)
    for old, new in zip(before.planes, after.planes, strict=True):
        outside = ~touched(mask, new.shift_x, new.shift_y, new.pixels.shape)
        assert (old.pixels[outside] == new.pixels[outside]).all()
        if style == "solid":
            assert (new.pixels[~outside] == new.black).all()


@settings(max_examples=60)
@given(scenes(), st.sampled_from(FORMATS), st.sampled_from(SHAPES), st.sampled_from(("pixelate", "blur")))
def test_soft_styles_take_nothing_from_outside_of_the_region(
    scene: tuple[tuple[int, int], Regions], form: str, shape: Shape, style: Style
) -> None:
    size, regions = scene
    picture, other = noise(size, form, 0), noise(size, form, 1)
    mask = hidden_pixels(regions, size, shape)
    for old, new in zip(planes_of(picture).planes, planes_of(other).planes, strict=True):
        where = touched(mask, new.shift_x, new.shift_y, new.pixels.shape)
        new.pixels[where] = old.pixels[where]
    one, two = hidden(picture, regions, style, shape), hidden(other, regions, style, shape)
    for a, b in zip(one.planes, two.planes, strict=True):
        where = touched(mask, a.shift_x, a.shift_y, a.pixels.shape)
        assert (a.pixels[where] == b.pixels[where]).all()


@given(scenes(), st.sampled_from(("box", "round")))
def test_what_a_box_is_around_is_hidden_by_both_shapes(scene: tuple[tuple[int, int], Regions], shape: Shape) -> None:
    size, regions = scene
    mask = hidden_pixels(regions, size, shape)
    for x1, y1, x2, y2 in regions.tolist():
        assert mask[y1:y2, x1:x2].mean() >= 0.9
        assert mask[(y1 + y2) // 2, x1:x2].all()
        assert mask[y1:y2, (x1 + x2) // 2].all()


@pytest.mark.parametrize("form", ["yuv420p", "yuv444p", "gray10le"])
@pytest.mark.parametrize("regions", [[[3, 5, 103, 145]], [[3, 5, 103, 145], [4, 6, 104, 146], [50, 50, 160, 160]]])
def test_a_pixelated_region_keeps_at_most_eight_cells_a_side(form: str, regions: list[list[int]]) -> None:
    planes = hidden(noise((200, 200), form, 0), np.array(regions, np.int32), "pixelate", "box")
    for plane in planes.planes:
        for x1, y1, x2, y2 in regions:
            x, y = plane.shift_x, plane.shift_y
            part = plane.pixels[y1 >> y : -(-y2 >> y), x1 >> x : -(-x2 >> x)].astype(int)
            assert len(np.unique(part)) <= 64
            assert (np.diff(part, axis=1) != 0).any(axis=0).sum() <= 8
            assert (np.diff(part, axis=0) != 0).any(axis=1).sum() <= 8


def fine_structure(pixels: Any) -> Any:
    blocks = pixels[: pixels.shape[0] // 4 * 4, : pixels.shape[1] // 4 * 4].astype(float)
    means = blocks.reshape(blocks.shape[0] // 4, 4, -1, 4).mean(axis=(1, 3))
    return (blocks - np.kron(means, np.ones((4, 4)))).ravel()


@pytest.mark.parametrize("style", ["pixelate", "blur"])
@pytest.mark.parametrize("side", [8, 20, 100])
def test_no_fine_structure_is_left(style: Style, side: int) -> None:
    regions = np.array([[5, 5, 5 + side, 5 + side], [7, 7, 7 + side, 7 + side]], np.int32)
    picture = noise((150, 150), "gray", 0)
    before = planes_of(picture).planes[0].pixels[5 : 5 + side, 5 : 5 + side]
    after = hidden(picture, regions, style, "box").planes[0].pixels[5 : 5 + side, 5 : 5 + side]
    assert fine_structure(after).std() < 0.1 * fine_structure(before).std()


def test_flat_regions_stay_as_they_are() -> None:
    for style in STYLES[1:]:
        picture, planes = writable(noise((60, 60), "yuv420p", 0))
        for plane in planes.planes:
            plane.pixels[:] = 77
        hide(planes, np.array([[1, 1, 59, 33]], np.int32), style, "round")
        assert all((plane.pixels == 77).all() for plane in planes_of(picture).planes)
