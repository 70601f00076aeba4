"""Files that hold pictures are known by what they begin with, whatever they are called."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from clips import make_clip
from passerby.media.formats.medium import medium_of


@pytest.mark.parametrize(
    "ending", [".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mpg", ".gif", ".flv", ".nut", ".mxf"]
)
def test_films(ending: str, tmp_path: Path) -> None:
    codec = {".mpg": "mpeg2video", ".flv": "flv", ".mxf": "mpeg2video", ".nut": "mpeg4"}.get(ending)
    clip = make_clip(tmp_path / f"clip{ending}", size=(96, 64), frames=3, codec=codec, rate=25)
    plain = clip.rename(tmp_path / "clip.dat")
    assert medium_of(plain) == "film"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", "JPEG2000"])
def test_pictures(form: str, tmp_path: Path) -> None:
    Image.fromarray(np.zeros((16, 16, 3), np.uint8)).save(tmp_path / "picture.dat", form)
    assert medium_of(tmp_path / "picture.dat") == "picture"


@pytest.mark.parametrize(
    ("name", "kind"), [("a.HEIC", "picture"), ("a.cr3", "picture"), ("a.insv", "film"), ("a.txt", None)]
)
def test_what_the_content_does_not_tell_the_ending_does(name: str, kind: str | None, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"nothing that is known")
    assert medium_of(tmp_path / name) == kind


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"ID3\x04", b"BM", b"G", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x20ftypM4A "]
)
def test_other_files_are_neither(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    assert medium_of(tmp_path / "file") is None
