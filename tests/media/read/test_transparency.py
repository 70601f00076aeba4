"""What is transparent is white, or the film is refused: nobody was to see it."""

from pathlib import Path

import av
import numpy as np
import pytest

from clips import make_clip
from odd_clips import transparent, turned_matroska
from passerby.errors import DamagedError
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.planes import to_format, writable
from passerby.media.read.probe import probe
from passerby.media.write.video import VideoTrack, open_output

# The record of an HEVC film whose second layer is its alpha: a record without parameter sets, and one note.
_NOTE = bytes([39 << 1, 1, 165, 4, 0, 0, 0, 0x80])


@pytest.mark.parametrize(("name", "codec"), [("a.webm", "libvpx-vp9"), ("a.webm", "libvpx"), ("a.mkv", "libvpx-vp9")])
def test_what_vp8_and_vp9_hide_is_white_in_what_is_looked_at_and_in_a_copy(
    tmp_path: Path, name: str, codec: str
) -> None:
    film = transparent(tmp_path / name, codec)
    with open_video(film) as reader, open_output(tmp_path / "copy.mkv", reader.layout) as output:
        track = VideoTrack(output, reader.layout)
        output.begin()
        for frame in (item for item in reader.read() if isinstance(item, Frame)):
            assert frame.rgb(160, 96)[36:60, 52:108].min() > 235
            assert not track.takes(frame.picture)
            track.write(to_format(writable(frame.picture)[0], track.format), frame.pts, frame.duration)
        track.finish()
        assert reader.frames == 4
    with open_video(tmp_path / "copy.mkv") as reader:
        copies = [item.rgb(160, 96) for item in reader.read() if isinstance(item, Frame)]
    assert len(copies) == 4
    assert min(int(copy[36:60, 52:108].min()) for copy in copies) > 215
    assert np.abs(copies[0][:24].astype(int) - (200, 40, 40)).max() < 30


@pytest.mark.parametrize("codec", ["libvpx-vp9", "libvpx"])
def test_a_transparent_film_is_turned_as_its_file_says(tmp_path: Path, codec: str) -> None:
    film = turned_matroska(transparent(tmp_path / "a.webm", codec), tmp_path / "turned.webm", 90)
    with open_video(film) as reader:
        assert (reader.layout.info.width, reader.layout.info.height) == (96, 160)
        frames = [item.rgb(96, 160) for item in reader.read() if isinstance(item, Frame)]
    assert min(int(frame[52:108, 36:60].min()) for frame in frames) > 235


def test_hevc_whose_alpha_is_not_decoded_is_refused(tmp_path: Path) -> None:
    plain = make_clip(tmp_path / "a.mkv", codec="libx265", frames=2)
    assert probe(plain).codec == "hevc"
    with av.open(str(plain)) as source, av.open(str(tmp_path / "b.mkv"), "w") as target:
        video = source.streams.video[0]
        stream = target.add_stream_from_template(video)
        record = bytearray(video.codec_context.extradata or b"")
        record[22] += 1
        stream.codec_context.extradata = bytes(record) + bytes([39, 0, 1, 0, len(_NOTE)]) + _NOTE
        for packet in source.demux(video):
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    with pytest.raises(DamagedError, match="transparency cannot be read"):
        probe(tmp_path / "b.mkv")


def test_a_track_of_alpha_beside_the_film_is_refused(tmp_path: Path) -> None:
    plain = make_clip(tmp_path / "a.mp4", frames=2)
    probe(plain)
    with av.open(str(plain)) as source, av.open(str(tmp_path / "two.mp4"), "w") as target:
        video = source.streams.video[0]
        streams = [target.add_stream_from_template(video) for _ in range(2)]
        for packet in source.demux(video):
            for stream in streams if packet.size else []:
                copy: av.Packet[av.stream.Stream] = av.Packet(bytes(packet))
                copy.pts, copy.dts, copy.time_base = packet.pts, packet.dts, packet.time_base
                copy.is_keyframe, copy.stream = packet.is_keyframe, stream
                target.mux(copy)
    handler = b"\0\0\0\0vide"
    first, second, third = (tmp_path / "two.mp4").read_bytes().split(handler)
    (tmp_path / "b.mp4").write_bytes(first + handler + second + b"\0\0\0\0auxv" + third)
    with pytest.raises(DamagedError, match="transparency cannot be read"):
        probe(tmp_path / "b.mp4")
