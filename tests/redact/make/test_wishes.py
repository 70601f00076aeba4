"""What may be asked of a copy beside what is hidden: how its pictures are coded, and how large boxes are."""

from dataclasses import replace

import av
import numpy as np
import pytest

from clips import make_clip
from fake_models import FACE, FakeModels
from passerby.errors import OutputError, UsageError
from passerby.media.write.encoders import CodingWish
from passerby.records import Pixels
from passerby.redact.make.copy_options import coding_in
from passerby.redact.make.redacted_video import RedactedVideo, redact_video
from passerby.redact.make.request import Request
from passerby.redact.plan.margins import parse_margin
from passerby.redact.plan.policy import Policy


def face(index: int) -> Pixels:
    noise = np.random.default_rng(index).integers(0, 255, (96, 128, 1), np.uint8)
    picture = np.repeat(noise, 3, axis=2)
    picture[30:60, 40:70] = FACE
    return picture


@pytest.fixture(scope="module")
def request_of(tmp_path_factory: pytest.TempPathFactory) -> Request:
    folder = tmp_path_factory.mktemp("wishes")
    clip = make_clip(folder / "a.mp4", size=(128, 96), frames=12, picture=face, numbered=False)
    return Request(clip, folder / "copy.mp4", Policy(), overwrite=True)


def made(request: Request) -> RedactedVideo:
    return redact_video(request, FakeModels(), lambda progress: None)


def test_pictures_are_coded_as_is_asked(request_of: Request) -> None:
    sizes = {}
    for quality in ("low", "usual", "high"):
        made(replace(request_of, coding=CodingWish(quality=quality)))
        sizes[quality] = request_of.target.stat().st_size
    assert sizes["low"] < sizes["usual"] < sizes["high"]
    made(replace(request_of, coding=CodingWish("hevc")))
    with av.open(str(request_of.target)) as copy:
        assert copy.streams.video[0].codec_context.name == "hevc"


def test_a_codec_that_the_file_does_not_take_is_refused_before_anything_is_looked_for(request_of: Request) -> None:
    request_of.target.unlink(missing_ok=True)
    with pytest.raises(OutputError, match=r"copy\.mp4: such a file does not take vp9"):
        made(replace(request_of, coding=CodingWish("vp9")))
    assert not request_of.target.exists()
    with pytest.raises(UsageError, match="quality: expected one of low, usual, high"):
        coding_in({"quality": "best"})  # type: ignore[typeddict-item]


def test_boxes_grow_around_their_middle_and_the_plan_has_them(request_of: Request) -> None:
    usual, wide = made(request_of).plan, made(replace(request_of, margins=parse_margin("faces=2"))).plan
    other = made(replace(request_of, margins=parse_margin("plates=2"))).plan
    before, after = usual.tracks[0].boxes, wide.tracks[0].boxes
    assert np.allclose(after[:, 2:] - after[:, :2], 2 * (before[:, 2:] - before[:, :2]), atol=0.05)
    assert np.allclose(after[:, 2:] + after[:, :2], before[:, 2:] + before[:, :2], atol=0.05)
    assert np.array_equal(other.tracks[0].boxes, before)


@pytest.mark.parametrize("text", ["0.5", "faces=0.9", "5", "much", "", "nan", "face=2"])
def test_boxes_are_never_made_smaller_and_nonsense_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--margin"):
        parse_margin(text)
    assert dict(parse_margin("1.5")).keys() == {"faces", "heads", "people", "plates", "text", "screens", "object"}
