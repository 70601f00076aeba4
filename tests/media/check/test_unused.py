"""Bytes in a file that no player reads."""

from pathlib import Path

import pytest

from clips import make_clip, truncated
from muxed import box, jpeg, lengthened, muxed, segment_lengthened, tone
from passerby.media.check.unused import unused_in
from pictures import texture

PICTURE = jpeg(texture((64, 48))(0))
C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


def film(path: Path, **parameters: object) -> Path:
    return make_clip(path, size=(64, 48), frames=6, numbered=False, audio="tone", **parameters)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.webm"])
def test_a_file_as_it_is_written_has_none(name: str, tmp_path: Path) -> None:
    assert unused_in(film(tmp_path / name)) == []


@pytest.mark.parametrize("flags", ["+faststart", "+frag_keyframe+empty_moov"])
def test_nor_has_one_whose_header_comes_first_or_in_pieces(flags: str, tmp_path: Path) -> None:
    assert unused_in(film(tmp_path / "a.mp4", container_options={"movflags": flags})) == []


def test_captions_chapters_and_covers_are_streams(tmp_path: Path) -> None:
    words = [(0.0, 0.1, "words")]
    cover = texture((64, 48))(0)
    for name in ("a.mp4", "a.mkv"):
        plain, sounds = film(tmp_path / f"b{name}"), [tone(0.2)[:, None]]
        picture = cover if name == "a.mp4" else None
        made = muxed(tmp_path / name, plain, sounds=sounds, cues=words, chapters=words, cover=picture)
        assert unused_in(made) == []


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize("keep", [0.5, 0.7, 0.9, 0.99])
def test_a_file_that_breaks_off_has_nothing_behind_its_end(name: str, keep: float, tmp_path: Path) -> None:
    whole = film(tmp_path / name, container_options={"movflags": "+faststart"} if name == "a.mp4" else {})
    assert unused_in(truncated(whole, tmp_path / f"cut-{name}", keep)) == []


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
@pytest.mark.parametrize(("behind", "words"), [(PICTURE, ": a picture"), (b"words", "5 bytes"), (b"\0\1" * 40, "80 b")])
def test_what_lies_behind_the_end_is_told(name: str, behind: bytes, words: str, tmp_path: Path) -> None:
    path = film(tmp_path / name)
    path.write_bytes(path.read_bytes() + behind)
    (told,) = unused_in(path)
    assert "behind its end" in told
    assert words in told


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_second_film_behind_the_first_is_told(name: str, tmp_path: Path) -> None:
    path = film(tmp_path / name)
    path.write_bytes(path.read_bytes() * 2)
    (told,) = unused_in(path)
    assert "behind its end" in told
    assert "film" in told


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (box(b"free", PICTURE), "not used (free): a picture"),
        (box(b"skip", b"words"), "not used (skip)"),
        (box(b"uuid", b"\1" * 16 + PICTURE), "a box of a kind of its own (uuid)"),
        (box(b"sefd", PICTURE), "behind its end: a picture"),
    ],
)
def test_boxes_that_are_not_used_are_told(more: bytes, words: str, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes() + more)
    assert [words in told for told in unused_in(path)] == [True]


def test_signed_credentials_and_empty_boxes_are_none(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes() + box(b"uuid", C2PA + b"words") + box(b"free", bytes(100)))
    assert unused_in(path) == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (box(b"udta", box(b"free", PICTURE)), "not used (free)"),
        (box(b"udta", box(b"thmb", PICTURE)), "(thmb) holds a file: a picture"),
        (box(b"trak", box(b"uuid", PICTURE)), "(uuid)"),
    ],
)
def test_the_header_is_looked_through(more: bytes, words: str, tmp_path: Path) -> None:
    path = lengthened(film(tmp_path / "a.mp4"), b"moov", more)
    assert [words in told for told in unused_in(path)] == [True]


def test_a_picture_in_the_media_data_that_belongs_to_no_stream_is_told(tmp_path: Path) -> None:
    path = lengthened(film(tmp_path / "a.mp4"), b"mdat", PICTURE)
    (told,) = unused_in(path)
    assert told == f"{len(PICTURE)} bytes of its media data belong to no stream: a picture"


def test_unused_parts_of_matroska_are_told(tmp_path: Path) -> None:
    empty, full = (b"\xec\x40\x64" + bytes(100)), (b"\xec\x40\x64" + b"words" * 20)
    assert unused_in(segment_lengthened(film(tmp_path / "a.mkv"), empty)) == []
    (told,) = unused_in(segment_lengthened(film(tmp_path / "b.mkv"), full))
    assert "100 bytes lie in a part that is not used (Void)" in told
    (told,) = unused_in(segment_lengthened(film(tmp_path / "c.mkv"), b"\x1f\x12\x34\x56\x85words"))
    assert "no part that players know" in told
