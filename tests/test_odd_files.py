"""Odd files, one row each, read and redacted: nothing is shown, lost, misplaced or invented, or it is refused in words.

What is tried of one kind in many ways has a file of its own beside what it tests.
"""

import hashlib
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from clips import corrupted, make_clip, truncated
from fake_models import FACE, FakeModels
from odd_clips import (
    SAMPLE_ENTRY,
    box,
    clean_aperture,
    cropped_matroska,
    drawn,
    exif,
    later_clock,
    motion_jpeg,
    transparent,
    two_films,
    with_box,
)
from odd_stills import heic
from passerby.errors import DamagedError, MediaError, NotVideoError
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.planes import planes_of
from passerby.records import Pixels
from passerby.redact.make.redacted_still import redact_still
from passerby.redact.make.render import render
from passerby.redact.make.request import Request
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy

SIZE = (160, 96)
BOX = (40.0, 32.0, 72.0, 64.0)  # hidden in every frame
FRAMES = 50
_FAST = {"movflags": "+faststart"}


@dataclass(frozen=True)
class Film:
    """A film that is read and copied: how, and what comes of it."""

    make: Callable[[Path], Path]
    frames: int = FRAMES
    end: Fraction = Fraction(2)
    damage: str = ""
    size: tuple[int, int] = SIZE
    note: str = ""  # that the summary of its copy has
    copied_size: tuple[int, int] | None = None  # where it is another one


def clip(path: Path, **options: object) -> Path:
    wanted: dict[str, object] = {"size": SIZE, "frames": FRAMES, "rate": 25}
    return make_clip(path, **(wanted | options))  # type: ignore[arg-type]


def wrapped(folder: Path, name: str, **options: object) -> Path:
    """A film whose clock starts again after 20 frames."""
    plain = clip(folder / name, **options)
    with av.open(str(plain)) as container:
        start = container.streams.video[0].start_time or 0
    return later_clock(plain, folder / f"wrapped {name}", (1 << 33) - start - 20 * 3600)


def joined(path: Path, *parts: Path) -> Path:
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def unmeasured(path: Path) -> Path:
    """A film written to what nobody can seek in: it does not say how long it is."""

    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            assert isinstance(data, bytes | bytearray | memoryview)
            with path.open("ab") as file:
                return file.write(data)

    whole = clip(path.with_suffix(".whole.webm"))
    with av.open(str(whole)) as source, av.open(Pipe(), "w", format="webm") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    return path


def animated(path: Path) -> Path:
    pictures = drawn(SIZE, 6)
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100)
    return path


def old_preview(folder: Path) -> Path:
    """A film with a box at its end that nobody reads, and in it a picture of before."""
    data = io.BytesIO()
    drawn(SIZE, 1)[0].save(data, "JPEG")
    plain = clip(folder / "a.mp4")
    return joined(folder / "b.mp4", plain, _file(folder / "old", box(b"free", data.getvalue())))


def _file(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


_TENTHS = Fraction(6, 10)
FILMS: dict[str, Film] = {
    "of a camera that writes EXIF into each frame": Film(lambda at: motion_jpeg(at / "a.avi", drawn(SIZE, FRAMES))),
    "cropped by its pictures": Film(
        lambda at: clip(at / "a.mp4", size=(320, 96), options={"x264-params": "crop-rect=0,0,160,0"}),
        note="hold more than is shown",
    ),
    "cropped by Matroska": Film(
        lambda at: cropped_matroska(clip(at / "a.mkv", size=(320, 96)), at / "b.mkv", 160), note="more than is shown"
    ),
    "cropped by MP4": Film(
        lambda at: with_box(
            clip(at / "a.mp4", size=(320, 96)),
            at / "b.mp4",
            clean_aperture(SIZE, Fraction(0), Fraction(0)),
            *SAMPLE_ENTRY,
        ),
        note="more than is shown",
    ),
    "transparent": Film(lambda at: transparent(at / "a.webm", "libvpx-vp9", FRAMES)),
    "two in one file": Film(lambda at: two_films(at / "a.mp4"), 6, Fraction(6, 25), note="1 of 2 films"),
    "whose clock starts again (TS)": Film(lambda at: wrapped(at, "a.ts", b_frames=2)),
    "whose clock starts again (PS)": Film(lambda at: wrapped(at, "a.mpg", codec="mpeg2video")),
    "two recordings joined": Film(
        lambda at: joined(at / "c.ts", clip(at / "a.ts"), clip(at / "b.ts")),
        2 * FRAMES,
        Fraction(4),
        "1 repaired time stamp",
    ),
    "without times (H.264)": Film(lambda at: clip(at / "a.h264", b_frames=2)),
    "without times of showing (AVI)": Film(lambda at: clip(at / "a.avi", codec="libx264", b_frames=2)),
    "without a length": Film(lambda at: unmeasured(at / "a.webm")),
    "cut short": Film(
        lambda at: truncated(clip(at / "a.mp4", container_options=_FAST, options={"g": "10"}), at / "b.mp4", 0.9),
        40,
        Fraction(40, 25),
        "readable to 1.600 s of 2.000 s",
    ),
    "animated GIF": Film(lambda at: animated(at / "a.gif"), 6, _TENTHS),
    "animated PNG": Film(lambda at: animated(at / "a.png"), 6, _TENTHS),
    "animated AVIF": Film(lambda at: animated(at / "a.avif"), 6, _TENTHS),
    "one endless group": Film(lambda at: clip(at / "a.mp4", options={"g": "10000"}), note="one group of pictures"),
    "of one frame": Film(lambda at: clip(at / "a.mp4", frames=1), 1, Fraction(1, 25)),
    "of odd sides": Film(
        lambda at: clip(at / "a.mkv", size=(95, 61), codec="ffv1"), size=(95, 61), copied_size=(96, 62)
    ),
    "with a preview in a box that nobody reads": Film(old_preview),
    "spherical": Film(
        lambda at: with_box(
            clip(at / "a.mp4"),
            at / "b.mp4",
            box(b"uuid", bytes.fromhex("ffcc8263f8554a938814587a02521fdd") + b"<rdf:SphericalVideo/>"),
            b"moov",
            b"trak",
        ),
        note="spherical",
    ),
}


@pytest.mark.parametrize("kind", FILMS)
def test_a_film_is_read_as_it_is_shown_and_its_copy_holds_no_more(tmp_path: Path, kind: str) -> None:
    film = FILMS[kind]
    original = film.make(tmp_path)
    plan, times = read(original)
    assert (plan.original.width, plan.original.height) == film.size
    assert (plan.original.frames, len(times)) == (film.frames, film.frames)
    assert times[0] == 0
    assert times == sorted(set(times))
    # Matroska rounds to milliseconds.
    assert abs(plan.original.time_base.tick * plan.original.duration - film.end) <= Fraction(1, 1000)
    assert plan.original.damage == film.damage
    copy = tmp_path / "copy.mp4"
    made = render(original, copy, plan, lambda done, total: None)
    assert film.note in "; ".join(made.notes)
    again, copied = read(copy)
    assert copied == times
    assert (again.original.width, again.original.height, again.original.damage) == (
        *(film.copied_size or film.size),
        "",
    )
    assert_hidden(copy)
    assert b"\xff\xd8\xff" not in copy.read_bytes()


def read(path: Path) -> tuple[Plan, list[Fraction]]:
    """A plan that hides one place all the time, and the times of the frames in seconds."""
    with open_video(path) as reader:
        stamps = [item.pts for item in reader.read() if isinstance(item, Frame)]
        info = reader.info
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        known = info.width, info.height, info.time_base, reader.frames, reader.end, reader.damage
    ends = np.array(sorted({stamps[0], stamps[-1]}), np.int64)
    hidden = HiddenTrack(1, "faces", "face", True, 1.0, ends, np.array([BOX] * len(ends), np.float32))
    return Plan(Original(path.name, digest, *known), Policy(), (hidden,), ()), [
        stamp * info.time_base.tick for stamp in stamps
    ]


def assert_hidden(copy: Path) -> None:
    x1, y1, x2, y2 = (int(side) for side in BOX)
    with open_video(copy) as reader:
        for frame in (item for item in reader.read() if isinstance(item, Frame)):
            luma = planes_of(frame.picture).planes[0].pixels
            assert luma[y1 + 2 : min(y2, luma.shape[0]) - 2, x1 + 2 : x2 - 2].max() < 40


def missing_index(folder: Path) -> Path:
    data = clip(folder / "a.mp4").read_bytes()
    return _file(folder / "b.mp4", data[: data.rfind(b"moov") - 4])


REFUSED: dict[str, tuple[Callable[[Path], Path], type[MediaError], str]] = {
    "a list of files": (
        lambda at: _file(at / "a.mp4", b"#EXTM3U\n#EXTINF:2,\nplain.mp4\n#EXT-X-ENDLIST\n"),
        NotVideoError,
        "no format that is one",
    ),
    "a script": (
        lambda at: _file(at / "a.mp4", b"ffconcat version 1.0\nfile plain.mp4\n"),
        NotVideoError,
        "no format that is one",
    ),
    "no index": (missing_index, DamagedError, "cut short or damaged"),
    "a still of a phone": (
        lambda at: heic(at / "a.heic", [still()[:64, :64]] * 4, grid=(2, 2, 128, 128)),
        NotVideoError,
        "found a still image",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_read_as_it_is_shown_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    make, error, words = REFUSED[kind]
    with pytest.raises(error, match=words), open_video(make(tmp_path)):
        pass


def test_damage_within_a_film_is_told_and_no_broken_packet_copied(tmp_path: Path) -> None:
    whole = clip(tmp_path / "a.mp4", frames=100, options={"g": "10"}, container_options=_FAST)
    broken = corrupted(whole, tmp_path / "b.mp4", at=0.6, length=900, seed=1)
    plan, _ = read(broken)
    assert "damaged" in plan.original.damage
    assert render(broken, tmp_path / "copy.mp4", plan, lambda done, total: None).copied_groups == 0


def still(face: bool = True) -> Pixels:
    pixels = np.random.default_rng(0).integers(100, 140, (96, 160, 1), np.uint8).repeat(3, axis=2)
    if face:
        pixels[20:60, 40:70] = FACE
    return pixels


def preview(pixels: Pixels) -> bytes:
    """EXIF with a small picture of before in it."""
    data = io.BytesIO()
    Image.fromarray(pixels).resize((80, 48)).save(data, "JPEG")
    small = data.getvalue()
    entries = [(0x0103, 3, 1, 6), (0x0201, 4, 1, 68), (0x0202, 4, 1, len(small))]
    second = struct.pack("<H", 3) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)
    first = struct.pack("<HHHIII", 1, 0x0112, 3, 1, 1, 26)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + first + second + small


def saved(path: Path, **options: object) -> Path:
    Image.fromarray(still()).save(path, **options)  # type: ignore[arg-type]
    return path


STILLS: dict[str, tuple[Callable[[Path], Path], bool]] = {
    "a preview in EXIF": (lambda at: saved(at / "a.jpg", exif=preview(still())), False),
    "a film behind its end": (lambda at: joined(at / "b.jpg", saved(at / "a.jpg"), clip(at / "a.mp4")), False),
    "a picture behind its end": (lambda at: joined(at / "b.jpg", saved(at / "a.jpg"), saved(at / "c.jpg")), False),
    "turned AVIF": (lambda at: saved(at / "a.avif", exif=exif(6)), True),
    "HEIC in tiles": (lambda at: heic(at / "a.heic", [still()[:, :80], still()[:, 80:]], grid=(2, 1, 160, 96)), False),
    "HEIC turned twice": (
        lambda at: heic(at / "a.heic", [still()], properties=[box(b"irot", b"\3")], exif=exif(6)[6:]),
        True,
    ),
}


@pytest.mark.parametrize("kind", STILLS)
def test_a_still_is_redacted_upright_and_its_copy_holds_nothing_else(tmp_path: Path, kind: str) -> None:
    make, is_turned = STILLS[kind]
    copy = tmp_path / "copy.jpg"
    redact_still(Request(make(tmp_path), copy, Policy()), FakeModels(), lambda progress: None)
    data = copy.read_bytes()
    assert data.count(b"\xff\xd8\xff") == 1
    assert data.endswith(b"\xff\xd9")
    assert b"Exif" not in data
    with Image.open(copy) as image:
        assert image.size == ((96, 160) if is_turned else (160, 96))
        pixels = np.asarray(image.convert("RGB")).astype(int)
    assert not (np.abs(pixels - FACE).max(axis=2) < 40).any()
    upright = np.rot90(still(face=False), 3) if is_turned else still(face=False)
    corner = np.s_[:12, :12]
    assert np.abs(pixels[corner] - upright[corner]).mean() < 12


@pytest.mark.parametrize("ending", ["png", "webp", "avif"])
def test_what_a_still_hides_by_transparency_is_not_in_its_copy(tmp_path: Path, ending: str) -> None:
    pixels = np.dstack([still(face=False), np.full((96, 160), 255, np.uint8)])
    pixels[20:60, 40:70] = (0, 0, 255, 0)
    options: dict[str, Any] = {"webp": {"lossless": 1, "exact": 1}, "avif": {"quality": 95}}.get(ending, {})
    source = tmp_path / f"a.{ending}"
    Image.fromarray(pixels).save(source, **options)
    redact_still(Request(source, tmp_path / "copy.png", Policy()), FakeModels(), lambda progress: None)
    with Image.open(tmp_path / "copy.png") as image:
        assert image.mode == "RGB"
        assert np.asarray(image)[24:56, 44:66].min() > 240


@pytest.mark.parametrize("ending", ["webp", "png", "tiff"])
def test_stills_of_many_pictures_are_refused_in_words(tmp_path: Path, ending: str) -> None:
    pictures = drawn(SIZE, 6)
    pictures[0].save(tmp_path / f"a.{ending}", save_all=True, append_images=pictures[1:])
    with pytest.raises(NotVideoError, match="expected one picture, found 6"):
        redact_still(
            Request(tmp_path / f"a.{ending}", tmp_path / "copy.jpg", Policy()), FakeModels(), lambda progress: None
        )
