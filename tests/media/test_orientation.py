import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips import make_clip
from passerby.media.frames import Frame, open_video
from passerby.media.orientation import Orientation
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
