"""Still images: what is found in them is hidden, upright, and nothing but pixels is written."""

import io
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from fake_models import FACE, FakeModels, ScriptedDetector
from odd_stills import heic
from passerby.errors import DamagedError, NotVideoError, OutputError, UnreadableError, UsageError
from passerby.media import still
from passerby.records import Pixels
from passerby.redact.make.redacted_still import RedactedStill, redact_still
from passerby.redact.make.request import Request
from passerby.redact.plan.policy import Audio, Drawn, Policy, Style, Zone, parse_seconds
from passerby.redact.tell.copy import Copy

SIZE = (160, 120)
FORMATS = sorted(still.FORMATS)
AT = (40, 30, 70, 70)  # of the face


def picture(face: bool = True) -> Pixels:
    pixels = np.random.default_rng(0).integers(100, 140, (SIZE[1], SIZE[0], 1), np.uint8).repeat(3, axis=2)
    if face:
        pixels[AT[1] : AT[3], AT[0] : AT[2]] = FACE
    return pixels


def save(path: Path, pixels: Pixels, **parameters: Any) -> Path:
    Image.fromarray(pixels).save(path, **({"quality": 95} | parameters))
    return path


def redact(source: Path, target: Path, *, models: Any = None, **options: Any) -> RedactedStill:
    request = Request(source, target, options.pop("policy", Policy()), **options)
    return redact_still(request, models or FakeModels(), lambda progress: None)


def read(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def shows_face(pixels: Pixels) -> bool:
    return bool((np.abs(pixels.astype(int) - FACE).max(axis=2) < 40).any())


@pytest.mark.parametrize("ending", FORMATS)
def test_a_face_is_hidden_and_the_format_and_size_kept(tmp_path: Path, ending: str) -> None:
    source = save(tmp_path / f"in{ending}", picture())
    assert shows_face(read(source))
    made = redact(source, tmp_path / f"out{ending}")
    copy = read(tmp_path / f"out{ending}")
    assert copy.shape == picture().shape
    assert not shows_face(copy)
    assert copy[AT[1] : AT[3], AT[0] : AT[2]].max() < 12
    assert np.abs(copy[80:].astype(int) - picture()[80:]).mean() < 6
    assert Copy.of(made).document()["hidden"] == {"faces": 1}
    assert Copy.of(made).document()["summary"][0] == "hidden: faces in 1 place (filled with black)"
    assert Copy.of(made).document()["state"] == "not_audited"
    assert "audit: not audited" in Copy.of(made).document()["summary"][-1]
    with Image.open(source) as before, Image.open(tmp_path / f"out{ending}") as after:
        assert before.format == after.format


def test_a_picture_of_a_phone_is_redacted_as_one_of_a_kind_that_can_be_written(tmp_path: Path) -> None:
    source = heic(tmp_path / "in.HEIC", [picture()])
    with pytest.raises(UsageError, match="ending in one of"):
        redact(source, tmp_path / "out.heic")
    redact(source, tmp_path / "out.jpg")
    copy = read(tmp_path / "out.jpg")
    assert copy.shape == picture().shape
    assert not shows_face(copy)


def test_the_original_is_not_touched_and_nothing_else_is_left(tmp_path: Path) -> None:
    source = save(tmp_path / "in.png", picture())
    before = source.read_bytes()
    redact(source, tmp_path / "out.png")
    assert source.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.png", "out.png"]


@pytest.mark.parametrize("style", ["solid", "pixelate", "blur"])
def test_law_3_what_is_hidden_leaves_no_trace_of_itself(tmp_path: Path, style: Style) -> None:
    """With solid fill no byte depends on it; the other styles are made of it, and are the control."""
    models = FakeModels({"yunet": ScriptedDetector((("face", (0.25, 0.25, 0.5, 0.55)),))})
    other = picture()
    other[34:66, 44:76] = np.random.default_rng(1).integers(0, 255, (32, 32, 3), np.uint8)
    sources = save(tmp_path / "a.png", picture()), save(tmp_path / "b.png", other)
    copies = [tmp_path / "copy a.jpg", tmp_path / "copy b.jpg"]
    for source, copy in zip(sources, copies, strict=True):
        redact(source, copy, models=models, policy=Policy(style=style))
    assert (copies[0].read_bytes() == copies[1].read_bytes()) is (style == "solid")


def test_orientation_is_applied_before_looking_and_no_metadata_is_left(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    exif[0x010E] = "Secret description"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    source = save(tmp_path / "in.jpg", picture(), exif=exif, comment=b"Secret comment", dpi=(300, 300))
    made = redact(source, tmp_path / "out.jpg")
    upright = np.rot90(picture(), -1)
    copy = read(tmp_path / "out.jpg")
    assert copy.shape == upright.shape
    assert not shows_face(copy)
    assert np.abs(copy[:30].astype(int) - upright[:30]).mean() < 6
    with Image.open(tmp_path / "out.jpg") as image:
        assert not image.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp", "dpi"} & image.info.keys()
    assert b"Secret" not in (tmp_path / "out.jpg").read_bytes()
    assert {"EXIF", "comment", "place (GPS)"} <= set(made.metadata)


def test_text_chunks_of_a_png_are_dropped(tmp_path: Path) -> None:
    text = PngInfo()
    text.add_text("Author", "Secret")
    made = redact(save(tmp_path / "in.png", picture(), pnginfo=text), tmp_path / "out.png")
    assert made.metadata == ("text",)
    assert b"Secret" not in (tmp_path / "out.png").read_bytes()


def test_a_colour_profile_is_applied_and_dropped(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()  # not for RGB: left out
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name, icc in (("lab", profile), ("srgb", srgb), ("broken", b"no profile")):
        made = redact(save(tmp_path / f"{name}.png", picture(), icc_profile=icc), tmp_path / f"{name} copy.png")
        assert made.metadata == ("colour profile",)
        copy = read(tmp_path / f"{name} copy.png")
        assert np.abs(copy[80:].astype(int) - picture()[80:]).max() <= 1
        with Image.open(tmp_path / f"{name} copy.png") as image:
            assert "icc_profile" not in image.info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_all_kinds_of_pixels_are_read(tmp_path: Path, mode: str) -> None:
    ending = ".tif" if mode == "CMYK" else ".png"
    if mode == "I;16":
        image = Image.fromarray(np.full((60, 80), 40_000, np.uint16))
    else:
        image = Image.new("RGB", (80, 60), (156, 156, 156)).convert(mode)
    image.save(tmp_path / f"in{ending}")
    redact(tmp_path / f"in{ending}", tmp_path / f"out{ending}", policy=Policy(hide=(), zones=(Zone((0, 0, 10, 10)),)))
    copy = read(tmp_path / f"out{ending}")
    assert copy.shape == (60, 80, 3)
    assert copy[:10, :10].max() == 0
    if mode != "1":
        assert abs(int(copy[30, 40, 0]) - 156) <= 8


def test_what_lies_below_transparent_pixels_is_not_written(tmp_path: Path) -> None:
    pixels = np.dstack([picture(), np.zeros(SIZE[::-1], np.uint8)])
    redact(save(tmp_path / "in.png", pixels), tmp_path / "out.png")
    assert read(tmp_path / "out.png").min() == 255


def test_weak_sightings_are_hidden_by_careful_looks_alone(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Unsure(ScriptedDetector):
        def detect(self, images: list[Pixels]) -> Any:
            return [type(found)(found.boxes, found.scores * 0 + 0.3, found.labels) for found in super().detect(images)]

    models = FakeModels({"yunet": Unsure((("face", (0.4, 0.4, 0.6, 0.6)),))})
    source = save(tmp_path / "in.png", picture(face=False))
    assert not redact(source, tmp_path / "normal.png", models=models).plan.hidden
    assert redact(source, tmp_path / "careful.png", models=models, policy=Policy(effort="careful")).plan.hidden


def test_faces_are_looked_for_at_full_size_and_small_and_mirrored_if_careful(tmp_path: Path) -> None:
    @dataclass
    class Watched:
        shown: list[Pixels] = field(default_factory=list)

        def detect(self, images: list[Pixels]) -> Any:
            self.shown += images
            return ScriptedDetector(()).detect(images)

    source = save(tmp_path / "in.png", np.random.default_rng(0).integers(0, 255, (900, 1600, 3), np.uint8))
    watched, careful = Watched(), Watched()
    redact(source, tmp_path / "a.png", models=FakeModels({"yunet": watched}))  # type: ignore[dict-item]
    redact(
        source,
        tmp_path / "b.png",
        models=FakeModels({"yunet": careful}),  # type: ignore[dict-item]
        policy=Policy(effort="careful"),
    )
    assert [image.shape[1] for image in watched.shown] == [1680, 640, 1680, 1680]
    assert [image.shape[1] for image in careful.shown] == [1680, 1279, 640, 1680, 1680, 1680, 1279, 640]
    assert (careful.shown[5] == careful.shown[0][:, ::-1]).all()


def test_nothing_found_is_told(tmp_path: Path) -> None:
    made = redact(save(tmp_path / "in.png", picture(face=False)), tmp_path / "out.png")
    assert "nothing was found" in Copy.of(made).document()["warnings"][0]
    assert Copy.of(made).document()["summary"][0] == "hidden: nothing"


@pytest.mark.parametrize(
    "options",
    [
        {"plan": Path("plan.json")},
        {"audit": True},
        {"policy": Policy(seconds=parse_seconds("0:00-0:01"))},
        {"policy": Policy(zones=(Zone((0, 0, 9, 9), parse_seconds("0:00-0:01")),))},
        {"policy": Policy(drawn=(Drawn(()),))},
        {"policy": Policy(only_tracks=(1,))},
        {"policy": Policy(zones=(Zone((500, 0, 510, 9)),))},
    ],
)
def test_what_only_videos_have_is_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    source = save(tmp_path / "in.png", picture())
    with pytest.raises(UsageError):
        redact(source, tmp_path / "out.png", **options)
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("name", ["in.png", "there.png", "none/out.png", "out.mp4", "out"])
def test_targets_that_cannot_be_are_refused(tmp_path: Path, name: str) -> None:
    source = save(tmp_path / "in.png", picture())
    (tmp_path / "there.png").write_bytes(b"mine")
    before = source.read_bytes()
    with pytest.raises(UsageError):
        redact(source, tmp_path / name)
    assert source.read_bytes() == before
    assert (tmp_path / "there.png").read_bytes() == b"mine"


def png_of_size(width: int, height: int) -> bytes:
    """The beginning of a PNG that says it is so large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
        + struct.pack(">I", 0)
        + b"IDAT"
        + struct.pack(">I", zlib.crc32(b"IDAT"))
    )


def encoded(form: str, **parameters: Any) -> bytes:
    memory = io.BytesIO()
    Image.fromarray(picture()).save(memory, form, **parameters)
    return memory.getvalue()


def several(form: str) -> bytes:
    return encoded(form, save_all=True, append_images=[Image.fromarray(picture(face=False))])


def test_of_pictures_in_one_jpeg_the_first_is_copied(tmp_path: Path) -> None:
    (tmp_path / "in.jpg").write_bytes(several("MPO"))
    made = redact(tmp_path / "in.jpg", tmp_path / "out.jpg")
    assert made.plan.hidden
    assert made.metadata == ("further pictures",)
    with Image.open(tmp_path / "out.jpg") as image:
        assert image.format == "JPEG"


@pytest.mark.parametrize(
    ("name", "content", "error", "words"),
    [
        ("bomb.png", png_of_size(60_000, 60_000), UnreadableError, "million pixels"),
        ("text.jpg", b"no picture at all", NotVideoError, "expected a still image"),
        ("empty.jpg", b"", NotVideoError, "expected a still image"),
        ("short.jpg", encoded("JPEG", quality=95)[:5000], DamagedError, "damage"),
        ("short.png", encoded("PNG")[:5000], DamagedError, "damage"),
        ("short.webp", encoded("WEBP", quality=95)[:3000], DamagedError, "damage"),
        ("short.bmp", encoded("BMP")[:5000], DamagedError, "damage"),
        ("pages.tif", several("TIFF"), NotVideoError, "expected one picture, found 2"),
        ("moving.webp", several("WEBP"), NotVideoError, "expected one picture, found 2"),
        ("moving.png", several("PNG"), NotVideoError, "expected one picture, found 2"),
    ],
)
def test_bad_images_are_refused_and_leave_nothing(
    tmp_path: Path, name: str, content: bytes, error: type[Exception], words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=words):
        redact(tmp_path / name, tmp_path / f"out {name}")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(audio=Audio("mute", pii=True)), "expected a video for --audio"),
        (Policy(keep_streams=("chapters",)), "expected a video for --keep"),
        (Policy(zones=(Zone((9999, 0, 10_000, 9)),)), "zone 9999,0,10000,9: expected a box in the frame"),
    ],
)
def test_what_a_picture_has_not_is_refused_before_the_look(tmp_path: Path, policy: Policy, words: str) -> None:
    source = save(tmp_path / "in.png", np.zeros((10, 20, 3), np.uint8))
    with pytest.raises(UsageError, match=words):
        redact(source, tmp_path / "out.png", policy=policy)
    assert [path.name for path in tmp_path.iterdir()] == ["in.png"]


def test_a_copy_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    source = save(tmp_path / "in.png", np.zeros((10, 20_000, 3), np.uint8))
    with pytest.raises(OutputError):  # the format ends at 16383 pixels
        redact(source, tmp_path / "out.webp")
    assert [path.name for path in tmp_path.iterdir()] == ["in.png"]
