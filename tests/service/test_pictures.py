"""Single pictures of originals: as they are, as their copies show them, and what becomes of a decoder that dies."""

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clips import make_clip
from passerby.errors import MediaError
from passerby.media.read.frames import open_video
from passerby.media.read.probe import probe
from passerby.records import Pixels
from passerby.redact.make.render import render
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.service.pictures import Pictures, TrackPlace
from passerby.settings import Settings
from processes import workers_of

SIZE = (320, 180)
BOX = (100, 40, 220, 120)
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "gif": ("a.gif", {}),
    "packed rgb": ("a.mkv", {"codec": "ffv1", "pix_fmt": "bgr0"}),
    "10 bit": ("a.mp4", {"pix_fmt": "yuv420p10le"}),
    "with alpha": ("a.mov", {"codec": "prores_ks", "pix_fmt": "yuva444p10le"}),
    "gray": ("a.mkv", {"codec": "ffv1", "pix_fmt": "gray"}),
    "rotated": ("a.mp4", {"rotation": 90}),
    "mirrored": ("a.mp4", {"mirrored": True}),
}


@pytest.fixture(scope="module")
def pictures() -> Iterator[Pictures]:
    made = Pictures(Settings())
    yield made
    made.close()


def pixels(jpeg: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def plan_of(clip: Path) -> Plan:
    info = probe(clip)
    original = Original(clip.name, "ab" * 32, info.width, info.height, info.time_base, 12, 10**6, "")
    box = np.array([BOX], np.float32)
    track = HiddenTrack(1, "zone", "", True, 1.0, np.array([0, 10**6]), np.concatenate([box, box]))
    return Plan(original, Policy(), (track,), ())


def whole(clip: Path, plan: Plan) -> Plan:
    """The plan with what its original turns out to be when it is read to its end."""
    with open_video(clip) as reader:
        for _ in reader.read():
            pass
        return replace(plan, original=replace(plan.original, frames=reader.frames, duration=reader.end))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_frame_is_hidden_as_its_copy_will_be(tmp_path: Path, pictures: Pictures, variant: str) -> None:
    name, options = VARIANTS[variant]
    clip = make_clip(tmp_path / name, size=SIZE, frames=12, rate=12, **options)
    x1, y1, x2, y2 = BOX
    render(clip, tmp_path / "copy.mp4", whole(clip, plan_of(clip)), lambda done, total: None)
    plain = pixels(pictures.frame(clip, Fraction(1, 2))).astype(int)
    copy = pixels(pictures.frame(tmp_path / "copy.mp4", Fraction(1, 2))).astype(int)
    hidden = pixels(pictures.hidden_frame(clip, Fraction(1, 2), plan_of(clip)).jpeg).astype(int)
    assert plain.shape == hidden.shape == (SIZE[1], SIZE[0], 3)
    assert hidden[y1 + 8 : y2 - 8, x1 + 8 : x2 - 8].max() < 20
    assert plain[y1:y2, x1:x2].mean() > 40
    beside = np.ones(plain.shape[:2], bool)
    beside[y1 - 8 : y2 + 8, x1 - 8 : x2 + 8] = False
    assert np.abs(copy - hidden)[beside].mean() < 6  # the copy is compressed, and the noise of a GIF with it


def test_a_track_is_shown_with_what_is_around_it(tmp_path: Path, pictures: Pictures) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, frames=12, rate=12)
    shown = pixels(pictures.track(clip, TrackPlace(1, Fraction(0), BOX)))
    assert max(shown.shape) == 260
    with pytest.raises(MediaError, match="track 2 lies outside"):
        pictures.track(clip, TrackPlace(2, Fraction(0), (900, 900, 950, 950)))


def test_many_tracks_are_shown_in_one_picture_each_at_its_own_time(tmp_path: Path, pictures: Pictures) -> None:
    """Frames that lie close together are decoded one after the other, others are looked for."""
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, frames=120, rate=12)
    places = [TrackPlace(n, Fraction(seconds), BOX) for n, seconds in enumerate((9.0, 0.0, 5.0, 0.25, 5.0))]
    sheet = pixels(pictures.tracks(clip, [*places, None], 64))
    assert sheet.shape == (64, 64 * 6, 3)
    for place, square in zip(places, np.split(sheet, 6, axis=1), strict=False):
        alone = pixels(pictures.tracks(clip, [place], 64))
        assert np.abs(square.astype(int) - alone.astype(int)).mean() < 2
    assert sheet[:, 5 * 64 + 4 :].max() < 20


def test_a_decoder_that_dies_costs_that_picture_only(tmp_path: Path, pictures: Pictures) -> None:
    clip = make_clip(tmp_path / "a.mp4", size=SIZE, frames=12, rate=12)
    pictures.frame(clip, Fraction(0))
    for process in workers_of(os.getpid()):
        process.kill()
    with pytest.raises(MediaError, match="its decoder failed"):
        pictures.frame(clip, Fraction(0))
    assert pixels(pictures.frame(clip, Fraction(0))).shape == (SIZE[1], SIZE[0], 3)
