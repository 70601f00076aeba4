"""What a copy does not say of its pictures is told."""

from pathlib import Path

import pytest

from clips import make_clip
from odd_clips import SAMPLE_ENTRY, box, two_films, with_box
from odd_stills import full
from passerby.media.read.frames import frame_at, open_video
from passerby.media.read.probe import look, probe
from passerby.media.write.containers import kind_of_file
from passerby.media.write.video import notes_on
from pictures import number_of

SPHERICAL = box(b"uuid", bytes.fromhex("ffcc8263f8554a938814587a02521fdd") + b"<rdf:SphericalVideo/>")

PROJECTION = box(b"proj", full(b"prhd", bytes(12)) + full(b"equi", bytes(16)))
SV3D = box(b"sv3d", full(b"svhd", b"a\0") + PROJECTION)


@pytest.mark.parametrize(
    ("new", "inside", "word"),
    [
        (SPHERICAL, (b"moov", b"trak"), "spherical"),
        (SV3D, SAMPLE_ENTRY, "spherical"),
        (full(b"st3d", b"\1"), SAMPLE_ENTRY, "stereo"),
        (box(b"vexu", box(b"eyes", b"")), SAMPLE_ENTRY, "stereo"),
    ],
)
def test_what_is_not_flat_is_told_as_lost(tmp_path: Path, new: bytes, inside: tuple[bytes, ...], word: str) -> None:
    odd = with_box(make_clip(tmp_path / "a.mp4", frames=2), tmp_path / "b.mp4", new, *inside)
    (note,) = notes_on(kind_of_file(Path("copy.mp4")), look(odd))
    assert note.startswith("lost: that the picture")
    assert word in note


def test_stereo_of_the_pictures_themselves_is_told(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", frames=2, options={"x264-params": "frame-packing=3"})
    assert "stereo" in look(clip).lost_in_copies[0]


def test_what_is_flat_loses_nothing(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mkv", "a.ts"):
        layout = look(make_clip(tmp_path / name, frames=2))
        assert layout.lost_in_copies == ()
    flat = with_box(tmp_path / "a.mp4", tmp_path / "b.mp4", full(b"st3d", b"\0"), *SAMPLE_ENTRY)
    assert look(flat).lost_in_copies == ()


def test_of_two_films_one_is_read_and_the_other_told(tmp_path: Path) -> None:
    both = two_films(tmp_path / "a.mp4")
    with open_video(both) as reader:
        assert reader.passed_over == ("1 of 2 films was looked at",)
    assert (probe(both).width, probe(both).height) == (160, 96)
    assert number_of(frame_at(both, 0).rgb(160, 96)) == 0
