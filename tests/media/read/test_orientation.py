import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips import make_clip
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.orientation import Orientation, Placement
from pictures import number_of


@given(st.booleans(), st.booleans(), st.booleans(), st.integers(1, 7), st.integers(1, 7))
def test_every_pixel_goes_where_the_matrix_says(
    transposed: bool, mirrored: bool, flipped: bool, width: int, height: int
) -> None:
    orientation = Orientation(transposed, mirrored, flipped)
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    upright = orientation.apply(pixels)
    new_width, new_height = orientation.size(width, height)
    assert upright.shape == (new_height, new_width, 3)
    for x, y in itertools.product(range(width), range(height)):
        to_x, to_y = (y, x) if transposed else (x, y)
        to_x = new_width - 1 - to_x if mirrored else to_x
        to_y = new_height - 1 - to_y if flipped else to_y
        assert (upright[to_y, to_x] == pixels[y, x]).all()


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pictures_come_the_right_way_up(tmp_path: Path, rotation: int, mirrored: bool) -> None:
    clip = make_clip(tmp_path / "turned.mp4", size=(320, 180), frames=3, rotation=rotation, mirrored=mirrored)
    with open_video(clip) as reader:
        assert (reader.info.width, reader.info.height, reader.info.rotation) == (320, 180, rotation)
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        for size in ((320, 180), (48, 27), (161, 91)):
            pictures = [frame.rgb(*size) for frame in frames]
            assert [picture.shape for picture in pictures] == [(size[1], size[0], 3)] * 3
            assert [number_of(picture) for picture in pictures] == [0, 1, 2]


@given(
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.tuples(st.integers(1, 12), st.integers(1, 12)),
    st.lists(st.tuples(*[st.integers(-2, 14)] * 4), max_size=3),
)
def test_upright_boxes_are_found_again_in_the_coded_picture(
    transposed: bool, mirrored: bool, flipped: bool, coded: tuple[int, int], rows: list[tuple[int, ...]]
) -> None:
    orientation = Orientation(transposed, mirrored, flipped)
    width, height = orientation.size(*coded)
    boxes = np.array([[min(a, c), min(b, d), max(a, c), max(b, d)] for a, b, c, d in rows], np.int32).reshape(-1, 4)
    pixels = np.zeros((coded[1], coded[0], 3), np.uint8)
    for x1, y1, x2, y2 in Placement(orientation, (width, height), coded).in_coded(boxes).tolist():
        pixels[y1:y2, x1:x2] = 1
    expected = np.zeros((height, width, 3), np.uint8)
    for x1, y1, x2, y2 in np.clip(boxes, 0, [width, height] * 2).tolist():
        expected[y1:y2, x1:x2] = 1
    assert (orientation.apply(pixels) == expected).all()


@given(st.booleans(), st.integers(1, 30), st.integers(1, 30), st.data())
def test_boxes_on_stretched_pixels_are_rounded_outward(
    transposed: bool, upright: int, coded: int, data: st.DataObject
) -> None:
    low = data.draw(st.integers(0, upright - 1))
    high = data.draw(st.integers(low + 1, upright))
    orientation = Orientation(transposed, mirrored=True)
    placement = Placement(orientation, (upright, 5), orientation.size(coded, 5))
    box = placement.in_coded(np.array([[low, 0, high, 5]], np.int32))[0].tolist()
    start, end = (box[1], box[3]) if transposed else (box[0], box[2])
    start, end = coded - end, coded - start
    assert start * upright <= low * coded < (start + 1) * upright
    assert (end - 1) * upright < high * coded <= end * upright


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_rotation_and_mirroring_say_all(rotation: int) -> None:
    turned = {0: Orientation(), 90: Orientation(True, True), 180: Orientation(False, True, True)}
    plain = turned.get(rotation, Orientation(True, False, True))
    mirrored = Orientation(plain.transposed, not plain.mirrored, plain.flipped)
    assert (plain.rotation, plain.turned_then_mirrored) == (rotation, False)
    assert (mirrored.rotation, mirrored.turned_then_mirrored) == (rotation, True)
