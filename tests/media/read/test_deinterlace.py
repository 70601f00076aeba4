from pathlib import Path

import numpy as np
import pytest

from clips import make_clip
from passerby.media.read.frames import Frame, open_video
from pictures import Pixels, moving_rectangle, number_of

_SIZE = (320, 192)
_FIELDS = moving_rectangle(_SIZE, (230, 230, 230), (40, 100, 140, 160), step=(5, 0))


def _woven(index: int) -> Pixels:
    """Even rows of one field, odd rows of the next, where the rectangle has moved on."""
    pixels = _FIELDS(2 * index).copy()
    pixels[1::2] = _FIELDS(2 * index + 1)[1::2]
    return pixels


def _comb(pixels: Pixels) -> float:
    """How much more a row differs from its neighbour than from the one after that."""
    rows = pixels[110:150].astype(int)
    return float(np.abs(np.diff(rows, axis=0)).mean() - np.abs(rows[2:] - rows[:-2]).mean())


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "libx264"), ("a.ts", "mpeg2video")])
def test_interlaced_frames_come_out_whole_and_on_time(tmp_path: Path, name: str, codec: str) -> None:
    clip = make_clip(tmp_path / name, size=_SIZE, frames=20, codec=codec, interlaced=True, picture=_woven)
    with open_video(clip) as reader:
        tick = reader.info.time_base.tick
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        pictures = [frame.rgb(*_SIZE) for frame in frames]
        assert [frame.pts * tick * 24 for frame in frames] == list(range(20))
        assert reader.end * tick * 24 == 20
    assert [number_of(picture) for picture in pictures] == list(range(20))
    assert max(_comb(picture) for picture in pictures) < 0.2 * _comb(_woven(0))


def test_progressive_frames_are_not_touched(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mkv", size=_SIZE, frames=3, codec="ffv1", pix_fmt="bgr0", picture=_woven)
    with open_video(clip) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        assert np.array_equal(frames[2].rgb(*_SIZE)[100:], _woven(2)[100:])
