"""What looks at HDR sees about what it sees of the same scene in the usual range."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from passerby.media.read.brightness import as_usual
from passerby.media.read.frames import frame_at
from passerby.records import Pixels

# Light as a share of white: the bottom line of a chart, dark and light skin, a page, a lamp.
SCENE = np.array([0.02, 0.1, 0.35, 1.0, 4.0])


def pq(light: np.ndarray) -> np.ndarray:
    share = (light * 203 / 10_000) ** 0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * share) / (1 + 18.6875 * share)) ** 78.84375)


def hlg(light: np.ndarray) -> np.ndarray:
    scene = (light * 203 / 1000) ** (1 / 1.2)
    bright = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.asarray(np.where(scene <= 1 / 12, np.sqrt(3 * scene), bright))


def usual(light: np.ndarray) -> np.ndarray:
    return np.asarray(255 * (1.055 * np.minimum(light, 1) ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize(("transfer", "signal"), [(16, pq), (18, hlg)], ids=["PQ", "HLG"])
def test_gray_of_a_scene_is_as_bright_as_on_a_usual_screen(transfer: int, signal: object) -> None:
    assert callable(signal)
    gray = np.round(255 * signal(SCENE)).astype(np.uint8)
    seen = as_usual(np.repeat(gray[None, :, None], 3, axis=2), transfer)[0]
    assert np.abs(seen.astype(int) - seen[:, :1]).max() <= 1
    assert np.abs(seen[:3, 0] - usual(SCENE[:3])).max() < 6
    assert 225 < seen[3, 0] < 245
    assert seen[4, 0] > 250


def test_what_is_not_hdr_is_not_touched() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, 4, 3), np.uint8)
    for transfer in (1, 2, 6, 13, 14):
        assert as_usual(pixels, transfer) is pixels


def test_a_film_in_hdr_is_looked_at_so(tmp_path: Path) -> None:
    pixels: Pixels = np.full((64, 96, 3), round(255 * float(pq(SCENE)[2])), np.uint8)
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        options = {"x265-params": "log-level=none:pools=1:colorprim=9:transfer=16:colormatrix=9"}
        stream = container.add_stream("libx265", rate=25, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = 9, 16, 9
        container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="yuv420p10le")))
        container.mux(stream.encode(None))
    seen = frame_at(tmp_path / "a.mp4", 0).rgb(96, 64)
    assert abs(float(seen.mean()) - float(usual(SCENE)[2])) < 10
