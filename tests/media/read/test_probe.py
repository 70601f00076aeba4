import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition
from av.video.stream import VideoStream

from clips import make_clip, truncated
from passerby.errors import DamagedError, MediaError, NotVideoError, UnreadableError
from passerby.media.read.probe import probe


def _add_cover(source: Path, target: Path, with_video: bool) -> Path:
    """The sound of ``source`` with a cover picture, and the video too if asked for."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        kept = [stream for stream in old.streams if with_video or stream.type == "audio"]
        cover = new.add_stream("png", rate=1)
        assert isinstance(cover, VideoStream)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "rgb24"
        cover.disposition = Disposition.attached_pic
        streams = {stream.index: new.add_stream_from_template(stream) for stream in kept}
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
        for packet in [*cover.encode(picture), *cover.encode(None)]:
            new.mux(packet)
        for packet in old.demux(*kept):
            if packet.size:
                packet.stream = streams[packet.stream_index]
                new.mux(packet)
    return target


def test_a_clip_is_told_of_before_it_is_read(tmp_path: Path) -> None:
    info = probe(make_clip(tmp_path / "a.mp4", size=(320, 180), frames=48, audio="tone"))
    assert (info.width, info.height, info.rotation) == (320, 180, 0)
    assert (info.codec, info.pixel_format, info.has_audio) == ("h264", "yuv420p", True)
    assert info.frame_rate == 24
    assert info.estimated_seconds == pytest.approx(2, abs=0.05)
    assert (1 / info.time_base.tick) % 24 == 0


def test_sample_aspect_widens_or_heightens_but_never_shrinks(tmp_path: Path) -> None:
    wide = probe(make_clip(tmp_path / "wide.mp4", frames=2, sample_aspect=Fraction(4, 3)))
    tall = probe(make_clip(tmp_path / "tall.mp4", frames=2, sample_aspect=Fraction(3, 4)))
    turned = probe(make_clip(tmp_path / "turned.mp4", frames=2, sample_aspect=Fraction(4, 3), rotation=90))
    assert (wide.width, wide.height) == (427, 180)
    assert (tall.width, tall.height) == (320, 240)
    assert (turned.width, turned.height) == (320, 240)


def test_a_file_without_a_duration_has_no_estimate(tmp_path: Path) -> None:
    live = make_clip(tmp_path / "a.mkv", frames=10, container_options={"live": "1"})
    assert probe(live).estimated_seconds is None


def test_a_cover_picture_is_not_video(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", frames=48, audio="tone")
    with pytest.raises(NotVideoError, match="only sound and a cover picture"):
        probe(_add_cover(clip, tmp_path / "song.mp4", with_video=False))
    assert probe(_add_cover(clip, tmp_path / "film.mp4", with_video=True)).codec == "h264"


def _sound_only(folder: Path) -> Path:
    with (
        av.open(str(make_clip(folder / "a.mp4", frames=24, audio="tone"))) as old,
        av.open(str(folder / "sound.mp4"), "w") as new,
    ):
        stream = new.add_stream_from_template(old.streams.audio[0])
        for packet in old.demux(old.streams.audio[0]):
            if packet.size:
                packet.stream = stream
                new.mux(packet)
    return folder / "sound.mp4"


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _fifo(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.mp4")
    return folder / "pipe.mp4"


def _still(folder: Path) -> Path:
    with av.open(str(folder / "still.png"), "w", format="image2", options={"update": "1"}) as new:
        stream = new.add_stream("png", rate=1)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "rgb24"
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
        new.mux([*stream.encode(picture), *stream.encode(None)])
    return folder / "still.png"


_SUBTITLES = b"1\n00:00:01,000 --> 00:00:02,000\nhello\n\n"
_PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:2,\nhttp://192.0.2.1/a.ts\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda d: d / "none.mp4", UnreadableError, "there is no such file"),
        (lambda d: d, UnreadableError, "found a folder"),
        (_fifo, UnreadableError, "a pipe or a device"),
        (lambda d: _write(d / "a.mp4", b""), NotVideoError, "0 bytes"),
        (lambda d: _write(d / "a.mp4", b"Dear all,\nthe meeting is at noon.\n" * 40), NotVideoError, "no format"),
        (lambda d: _write(d / "a.txt", b"\x1b[31mred\n" * 40), NotVideoError, "no format"),
        (lambda d: _write(d / "a.srt", _SUBTITLES), NotVideoError, "only subtitles"),
        (lambda d: _write(d / "a.m3u8", _PLAYLIST), NotVideoError, "no format"),
        (lambda d: _write(d / "a.ffconcat", b"ffconcat version 1.0\nfile a.mp4\n"), NotVideoError, "no format"),
        (_sound_only, NotVideoError, "only sound"),
        (_still, NotVideoError, "no format"),
        (lambda d: truncated(make_clip(d / "b.mp4"), d / "a.mp4", 0.5), DamagedError, "cut short"),
        (lambda d: truncated(make_clip(d / "b.mkv"), d / "a.mkv", 0.01), DamagedError, "cut short"),
        (
            lambda d: truncated(make_clip(d / "b.mp4", container_options={"movflags": "faststart"}), d / "a.mp4", 0.1),
            DamagedError,
            "not one whole frame",
        ),
        (
            lambda d: make_clip(d / "a.mkv", size=(16_500, 16), frames=1, codec="ffv1", numbered=False),
            DamagedError,
            "found 16500x16",
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_one_clear_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], make: object, error: type[MediaError], says: str
) -> None:
    assert callable(make)
    path = make(tmp_path)
    with pytest.raises(error, match=says) as raised:
        probe(path)
    message = str(raised.value)
    assert message.startswith(f"{path}: ")
    assert "; " in message  # what to do
    assert "\n" not in message
    assert capfd.readouterr().err == ""


@pytest.fixture
def _not_root() -> Iterator[None]:
    """Root may read everything, so be nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    clip = make_clip(tmp_path / "secret.mp4", frames=2)
    clip.chmod(0)
    request.getfixturevalue("_not_root")
    with pytest.raises(UnreadableError, match="may not be read; change its permissions"):
        probe(clip)


def test_names_are_names_whatever_they_look_like(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", frames=2)
    for name in ("concat:a.mp4", "frame%03d.mp4", "-i ü.mp4", "http:a.mp4"):
        assert probe(clip.rename(tmp_path / name)).codec == "h264"
        clip = tmp_path / name
