"""A picture that is sent again and again is told from a scene in which nothing moves."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from clips import make_clip
from passerby.media.read.frames import Frame, open_video
from passerby.records import Pixels
from passerby.streams.stillness import STALLED_SECONDS, Stillness
from pictures import Picture, texture

SIZE = (320, 180)
RATE = 2
ROOM = texture(SIZE)(0)


def noisy(level: float) -> Picture:
    """A room without anybody, as a sensor sees it."""
    random = np.random.default_rng(5)

    def draw(_: int) -> Pixels:
        seen = ROOM.astype(np.float32) + random.normal(0, level, (SIZE[1], SIZE[0], 1))
        return np.clip(seen, 0, 255).astype(np.uint8)

    return draw


def pictures(tmp_path: Path, picture: Picture, crf: int) -> Iterator[Frame]:
    """Twenty seconds, coded as cameras do, with a key frame every four."""
    options = {"crf": str(crf), "g": "8", "preset": "veryfast", "threads": "1"}
    clip = make_clip(
        tmp_path / "clip.mp4", size=SIZE, frames=20 * RATE, rate=RATE, picture=picture, numbered=False, options=options
    )
    with open_video(clip) as reader:
        yield from (item for item in reader.read() if isinstance(item, Frame))


@pytest.mark.parametrize("crf", [18, 30])
def test_a_picture_that_is_sent_again_is_frozen(tmp_path: Path, crf: int) -> None:
    stillness = Stillness()
    changes = [
        (number / RATE, stillness.is_stalled)
        for number, frame in enumerate(pictures(tmp_path, lambda _: ROOM, crf))
        if stillness.look(frame.picture, number / RATE)
    ]
    [(seconds, is_stalled)] = changes
    assert is_stalled
    assert seconds <= STALLED_SECONDS + 4


@pytest.mark.parametrize("crf", [18, 30])
def test_an_empty_room_is_not(tmp_path: Path, crf: int) -> None:
    stillness = Stillness()
    for number, frame in enumerate(pictures(tmp_path, noisy(3.0), crf)):
        assert not stillness.look(frame.picture, number / RATE)


def test_it_moves_again(tmp_path: Path) -> None:
    stillness = Stillness()
    room = noisy(3.0)
    frames = list(pictures(tmp_path, lambda number: ROOM if number < 36 else room(number), 18))
    told = [stillness.is_stalled for number, frame in enumerate(frames) if stillness.look(frame.picture, number / RATE)]
    assert told == [True, False]
