"""A cover that is kept is hidden in as the film is, and has nothing of its file but pixels."""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.stream import Disposition
from PIL import Image

from clips import make_clip
from fake_models import FACE, FakeModels
from passerby.errors import OutputError
from passerby.records import Pixels
from passerby.redact.make.redacted_video import RedactedVideo, redact_video
from passerby.redact.make.request import Request
from passerby.redact.plan.policy import KeptStream, Policy, Zone

COVERS: tuple[KeptStream, ...] = ("covers",)
AT = (slice(30, 70), slice(40, 70))


def cover(form: str) -> bytes:
    """A picture with a face in the middle."""
    pixels = np.random.default_rng(0).integers(100, 140, (120, 160, 1), np.uint8).repeat(3, axis=2)
    pixels[AT] = FACE
    exif = Image.Exif()
    exif[0x010E] = "PLANTED"
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, form, quality=95, exif=exif)
    return written.getvalue()


def covered(path: Path, *pictures: tuple[str, bytes]) -> Path:
    """A clip without a face, with these covers: FFmpeg's codec, and a file."""
    silent = make_clip(path.with_suffix(".silent.mkv"), size=(96, 64), frames=24)
    with av.open(str(silent)) as source, av.open(str(path), "w") as container:
        film = container.add_stream_from_template(source.streams.video[0])
        tracks = []
        for codec, _ in pictures:
            form = "yuvj420p" if codec == "mjpeg" else "rgb24"
            track = container.add_stream(codec, 1, width=160, height=120, pix_fmt=form)
            track.disposition = Disposition.attached_pic
            tracks.append(track)
        for track, (_, data) in zip(tracks, pictures, strict=True):
            packet: av.Packet[Any] = av.Packet(data)
            packet.stream, packet.pts, packet.dts = track, 0, 0
            container.mux(packet)
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = film
                container.mux(packet)
    return path


def redact(source: Path, target: Path, **policy: Any) -> RedactedVideo:
    asked = Request(source, target, Policy(keep_streams=COVERS, **policy))
    return redact_video(asked, FakeModels(), lambda progress: None)


def covers(path: Path) -> list[Pixels]:
    with av.open(str(path)) as container:
        found = [stream for stream in container.streams.video if stream.disposition & Disposition.attached_pic]
        packets = [next(packet for packet in container.demux(stream) if packet.size) for stream in found]
        return [np.asarray(Image.open(io.BytesIO(bytes(packet))).convert("RGB")) for packet in packets]


def test_faces_on_covers_are_hidden_and_their_metadata_is_gone(tmp_path: Path) -> None:
    clip = covered(tmp_path / "clip.mp4", ("mjpeg", cover("JPEG")), ("png", cover("PNG")))
    made = redact(clip, tmp_path / "copy.mp4")
    before, after = covers(clip), covers(tmp_path / "copy.mp4")
    assert len(before) == len(after) == 2
    for one, other in zip(before, after, strict=True):
        assert (np.abs(one[AT].astype(int) - FACE).max(axis=2) < 40).mean() > 0.9
        assert other[AT].max() < 20
        assert np.abs(other[90:].astype(int) - one[90:]).mean() < 5
    assert b"PLANTED" in clip.read_bytes()
    assert b"PLANTED" not in (tmp_path / "copy.mp4").read_bytes()
    assert "2 cover pictures kept, with the same hidden as in the film" in made.rendered.notes


def test_zones_and_times_of_the_film_are_none_of_its_cover(tmp_path: Path) -> None:
    clip = covered(tmp_path / "clip.mp4", ("mjpeg", cover("JPEG")))
    redact(clip, tmp_path / "copy.mp4", zones=(Zone((0, 0, 20, 20)),))
    (after,) = covers(tmp_path / "copy.mp4")
    assert after[AT].max() < 20
    assert after[:20, :20].mean() > 90


def test_a_cover_that_cannot_be_read_leaves_no_copy(tmp_path: Path) -> None:
    clip = covered(tmp_path / "clip.mp4", ("mjpeg", cover("JPEG")[:700]))
    with pytest.raises(OutputError, match=r"expected a cover picture that can be read.*leave out --keep covers"):
        redact(clip, tmp_path / "copy.mp4")
    assert not (tmp_path / "copy.mp4").exists()
