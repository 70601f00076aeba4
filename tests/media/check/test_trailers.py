"""What is behind a picture is told by its size and kind, whatever phone or editor left it there."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clips import make_clip
from passerby.media.check.trailers import Trailer, trailer
from passerby.media.still import read_still

ENDINGS = [".jpg", ".png", ".webp", ".bmp"]


def picture(ending: str, seed: int = 0, **options: object) -> bytes:
    noise = np.random.default_rng(seed).integers(0, 256, (40, 60, 3), np.uint8)
    written = io.BytesIO()
    form = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".bmp": "BMP"}[ending]
    Image.fromarray(noise).save(written, form, **options)
    return written.getvalue()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_film_behind_a_picture_is_told(tmp_path: Path, ending: str) -> None:
    film = make_clip(tmp_path / "film.mp4", size=(96, 64), frames=8).read_bytes()
    path = tmp_path / f"motion{ending}"
    path.write_bytes(picture(ending) + film)
    assert read_still(path).metadata[-1:] == (f"{len(film)} bytes behind the picture (MP4)",)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("behind", "kind"),
    [
        (picture(".jpg", 1), "JPEG"),
        (picture(".png", 1), "PNG"),
        (picture(".webp", 1), "WebP"),
        (b"PK\x03\x04...", "ZIP"),
        (b"MotionPhoto_Data\0\0\0\x18ftypmp42" + picture(".jpg"), "MP4"),
        (b"aword", "unknown"),
    ],
    ids=["jpeg", "png", "webp", "zip", "marked film", "words"],
)
def test_other_things_are_told_by_their_kind(ending: str, behind: bytes, kind: str) -> None:
    assert trailer(picture(ending) + behind) == Trailer(len(behind), kind)


@pytest.mark.parametrize("ending", ENDINGS)
def test_nothing_and_zeros_are_not_told(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"plain{ending}"
    for data in (picture(ending), picture(ending) + bytes(100)):
        path.write_bytes(data)
        assert trailer(data) is None
        assert not any("behind" in told for told in read_still(path).metadata)


def test_pictures_within_a_jpeg_and_its_restarts_are_no_end() -> None:
    exif = Image.Exif()
    exif[0x010E] = "\xff\xd9" * 20
    options = {"exif": exif.tobytes() + picture(".jpg", 2), "progressive": True, "restart_marker_blocks": 2}
    data = picture(".jpg", 0, **options)
    assert trailer(data) is None
    assert trailer(data + b"behind") == Trailer(6, "unknown")


def test_pictures_that_follow_may_belong_to_it() -> None:
    both = picture(".jpg") + picture(".jpg", 1)
    assert trailer(both, skip_pictures=True) is None
    assert trailer(both + b"\0\0\0\x18ftypmp42", skip_pictures=True) == Trailer(12, "MP4")


def test_films_within_and_behind_boxes_are_told() -> None:
    def box(name: bytes, data: bytes = b"") -> bytes:
        return struct.pack(">I4s", 8 + len(data), name) + data

    still = box(b"ftyp", b"avif\0\0\0\0mif1") + box(b"meta", bytes(40)) + box(b"mdat", bytes(90))
    film = box(b"ftyp", b"mp42") + box(b"moov", bytes(50))
    assert trailer(still) is None
    assert trailer(still + film) == Trailer(len(film), "MP4")
    assert trailer(still + box(b"mpvd", film)) == Trailer(8 + len(film), "MP4")
    assert trailer(still + b"\xff\xd8\xff\xe0picture") == Trailer(11, "JPEG")
    to_the_end = still[:-98] + struct.pack(">I4s", 0, b"mdat") + bytes(90)
    assert trailer(to_the_end) is None


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_breaks_off_or_is_no_picture_has_no_end(ending: str) -> None:
    data = picture(ending)
    for cut in (3, 9, 30, len(data) // 2, len(data) - 3):
        assert trailer(data[:cut]) is None
    assert trailer(b"") is None
    assert trailer(b"plain words") is None
