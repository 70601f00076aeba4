"""What is not shown of coded pictures is not looked at, and no copy holds it."""

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clips import make_clip
from gop_clips import GROUPED, luma
from odd_clips import SAMPLE_ENTRY, box, clean_aperture, cropped_matroska, with_box
from passerby.errors import DamagedError, GopCopyError
from passerby.media.formats import boxes, ebml
from passerby.media.gop.gops import plan_gops
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.probe import look, probe
from passerby.records import Pixels

WIDE, HIGH = 160, 96
# The part that is shown has this luma, all else is white.
SHOWN = 60


def showing(left: int, top: int, right: int, bottom: int) -> Callable[[int], Pixels]:
    def draw(index: int) -> Pixels:
        pixels = np.full((HIGH, WIDE, 3), 255, np.uint8)
        pixels[top : HIGH - bottom, left : WIDE - right] = SHOWN + index
        return pixels

    return draw


def clip(path: Path, sides: tuple[int, int, int, int], **options: Any) -> Path:
    settings = {"g": "8", "x264-params": "b-adapt=0:scenecut=0", "crf": "4"} | options.pop("options", {})
    wanted = GROUPED | {"picture": showing(*sides), "numbered": False, "frames": 24, "options": settings} | options
    return make_clip(path, **wanted)


def by_the_pictures(path: Path, sides: tuple[int, int, int, int]) -> Path:
    """x264 takes them in this order, too."""
    rectangle = ",".join(map(str, sides))
    settings = {"x264-params": f"b-adapt=0:scenecut=0:crop-rect={rectangle}"}
    return clip(path, sides, options=settings)


def by_matroska(path: Path, sides: tuple[int, int, int, int]) -> Path:
    return cropped_matroska(clip(path.with_suffix(".whole.mkv"), sides), path.with_suffix(".mkv"), sides[2])


def by_mp4(path: Path, sides: tuple[int, int, int, int]) -> Path:
    left, top, right, bottom = sides
    size = WIDE - left - right, HIGH - top - bottom
    aperture = clean_aperture(size, Fraction(left - right, 2), Fraction(top - bottom, 2))
    return with_box(clip(path.with_name("whole.mp4"), sides), path, aperture, *SAMPLE_ENTRY)


_CROPPED: list[tuple[str, Callable[[Path, tuple[int, int, int, int]], Path], tuple[int, int, int, int]]] = [
    ("right half.mp4", by_the_pictures, (0, 0, 80, 0)),
    ("left.mp4", by_the_pictures, (10, 0, 0, 0)),  # no multiple of what FFmpeg's memory is aligned to
    ("all.ts", by_the_pictures, (34, 6, 8, 2)),
    ("top.mkv", by_the_pictures, (0, 20, 0, 0)),
    ("matroska", by_matroska, (0, 0, 80, 0)),
    ("aperture.mp4", by_mp4, (16, 8, 48, 20)),
    ("aperture.mov", by_mp4, (2, 0, 0, 0)),
]


@pytest.mark.parametrize(("name", "make", "sides"), _CROPPED, ids=[name for name, _, _ in _CROPPED])
def test_what_is_shown_is_read_and_nothing_of_it_copied_unseen(
    tmp_path: Path, name: str, make: Callable[..., Path], sides: tuple[int, int, int, int]
) -> None:
    cropped = make(tmp_path / name, sides)
    layout = look(cropped)
    size = WIDE - sides[0] - sides[2], HIGH - sides[1] - sides[3]
    assert (layout.info.width, layout.info.height) == layout.coded_size == size
    with open_video(cropped) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
    assert len(frames) == 24
    for index, frame in enumerate(frames):
        assert (frame.picture.width, frame.picture.height) == size
        assert np.abs(frame.rgb(*size)[2:-2, 2:-2].astype(int) - SHOWN - index).max() < 40
        assert luma(frame.picture).max() < 180
    with pytest.raises(GopCopyError, match="more than is shown"):
        plan_gops(cropped)


@pytest.mark.parametrize("sides", [(0, 0, 0, 0), (0, 0, 14, 6)], ids=["nothing", "what fills macroblocks up"])
def test_groups_are_copied_where_no_more_is_hidden_than_fills_macroblocks(
    tmp_path: Path, sides: tuple[int, int, int, int]
) -> None:
    size = WIDE - sides[2], HIGH - sides[3]
    plain = make_clip(tmp_path / "a.mp4", **{**GROUPED, "size": size})
    assert plan_gops(plain).sequence.hidden == (0, sides[2], 0, sides[3])


def test_an_aperture_between_pixels_shows_whole_ones_only(tmp_path: Path) -> None:
    aperture = clean_aperture((151, HIGH), Fraction(0), Fraction(0))
    cropped = with_box(clip(tmp_path / "a.mp4", (0, 0, 0, 0)), tmp_path / "b.mp4", aperture, *SAMPLE_ENTRY)
    assert probe(cropped).width == 150


@pytest.mark.parametrize("numbers", [(1, 0, 1, 1, 0, 1, 0, 1), (500, 1, 500, 1, 0, 1, 0, 1)])
def test_an_aperture_that_cannot_be_is_none(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    aperture = box(b"clap", struct.pack(">IIIIiIiI", *numbers))
    odd = with_box(clip(tmp_path / "a.mp4", (0, 0, 0, 0)), tmp_path / "b.mp4", aperture, *SAMPLE_ENTRY)
    assert (probe(odd).width, probe(odd).height) == (WIDE, HIGH)


def test_a_film_of_which_nothing_is_shown_is_refused(tmp_path: Path) -> None:
    aperture = clean_aperture((10, HIGH), Fraction(200), Fraction(0))
    cropped = with_box(clip(tmp_path / "a.mp4", (0, 0, 0, 0)), tmp_path / "b.mp4", aperture, *SAMPLE_ENTRY)
    with pytest.raises(DamagedError, match="all is cut off"):
        probe(cropped)


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0\1moov", b"\0\0\0\7moov", b"\xff" * 40, bytes(40)])
def test_nonsense_has_no_parts(data: bytes) -> None:
    file = io.BytesIO(data)
    assert not list(boxes.whole_file(file).find(b"moov", b"trak"))
    assert not list(ebml.whole_file(file).find(0x18538067, 0x1654AE6B))
