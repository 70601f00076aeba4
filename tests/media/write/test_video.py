import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from clips import make_clip
from passerby.errors import OutputError, UsageError
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.planes import to_format, writable
from passerby.media.read.probe import look
from passerby.media.write.video import VideoTrack, open_output
from pictures import number_of

_TRACES = (b"x264", b"x265", b"Lavc", b"Lavf/", b"Lavf6", b"encoder")


def copied(source: Path, target: Path) -> VideoTrack:
    """A copy of all pictures, every second one of them as it was decoded where the track takes it."""
    layout = look(source)
    with open_output(target, layout) as output, open_video(source) as reader:
        track = VideoTrack(output, layout)
        output.begin()
        for index, frame in enumerate(item for item in reader.read() if isinstance(item, Frame)):
            as_it_is = index % 2 and track.takes(frame.picture)
            picture = frame.picture if as_it_is else writable(frame.picture)[0]
            track.write(to_format(picture, track.format), frame.pts, frame.duration)
        track.finish()
    return track


def frames_of(path: Path) -> list[Frame]:
    with open_video(path) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        assert reader.damage == ""
        return frames


def times(path: Path) -> list[Fraction]:
    """When each frame starts, and when the last one ends."""
    tick, frames = look(path).info.time_base.tick, frames_of(path)
    return [frame.pts * tick for frame in frames] + [(frames[-1].pts + frames[-1].duration) * tick]


_VARIABLE = [0, 3, 4, 5, 20, 21, 50, 51, 53, 90]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".m4v"])
@pytest.mark.parametrize(
    ("source", "options"),
    [
        ("plain.mp4", {"b_frames": 2}),
        ("variable.mp4", {"pts": _VARIABLE, "time_base": Fraction(1, 600), "b_frames": 3}),
        ("odd.mp4", {"pts": _VARIABLE, "time_base": Fraction(1001, 30_000)}),
        ("broadcast.ts", {"b_frames": 2, "rate": Fraction(30_000, 1001)}),
        ("milliseconds.mkv", {"pts": _VARIABLE, "time_base": Fraction(1, 1000)}),
        ("old.avi", {"rate": Fraction(24_000, 1001)}),
    ],
)
def test_times_and_lengths_are_exactly_those_of_the_source(
    tmp_path: Path, source: str, options: dict[str, object], suffix: str
) -> None:
    clip = make_clip(tmp_path / source, size=(96, 64), **{"frames": 12, **options})  # type: ignore[arg-type]
    copy = tmp_path / f"copy{suffix}"
    copied(clip, copy)
    assert times(copy) == times(clip)
    assert [number_of(frame.rgb(96, 64)) for frame in frames_of(copy)] == list(range(len(frames_of(clip))))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
def test_a_picture_that_comes_late_comes_late(tmp_path: Path, suffix: str) -> None:
    pts = [pts + 77 for pts in _VARIABLE]
    clip = make_clip(tmp_path / "clip.mp4", size=(96, 64), pts=pts, time_base=Fraction(1, 500), audio="tone")
    assert times(clip)[0] == Fraction(77, 500)
    copied(clip, tmp_path / f"copy{suffix}")
    with av.open(str(tmp_path / f"copy{suffix}")) as container:
        stream = container.streams.video[0]
        found = [frame.pts * (stream.time_base or 0) for frame in container.decode(video=0) if frame.pts is not None]
    assert found == times(clip)[:-1]


@pytest.mark.parametrize("suffix", [".mkv", ".webm"])
def test_matroska_rounds_times_to_milliseconds_and_it_is_told(tmp_path: Path, suffix: str) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=(96, 64), frames=12, b_frames=2)
    track = copied(clip, tmp_path / f"copy{suffix}")
    starts = times(tmp_path / f"copy{suffix}")[:-1]
    assert starts == [Fraction(round(start * 1000), 1000) for start in times(clip)[:-1]]
    assert any("milliseconds" in note for note in track.notes)


def test_matroska_keeps_the_times_of_matroska(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mkv", size=(96, 64), pts=_VARIABLE, time_base=Fraction(1, 1000))
    track = copied(clip, tmp_path / "copy.mkv")
    assert times(tmp_path / "copy.mkv")[:-1] == times(clip)[:-1]
    assert track.notes == ()


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_pictures_are_turned_and_mirrored_as_they_were(
    tmp_path: Path, rotation: int, mirrored: bool, suffix: str
) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=(96, 64), frames=2, rotation=rotation, mirrored=mirrored)
    copy = tmp_path / f"copy{suffix}"
    if mirrored and suffix == ".mkv":
        with pytest.raises(OutputError, match="mirrored"):
            copied(clip, copy)
        assert not copy.exists()
        return
    copied(clip, copy)
    assert look(copy).orientation == look(clip).orientation
    assert [number_of(frame.rgb(96, 64)) for frame in frames_of(copy)] == [0, 1]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("codec", ["libx264", "libx265", "libvpx-vp9"])
def test_the_shape_of_pixels_is_kept(tmp_path: Path, suffix: str, codec: str) -> None:
    clip = make_clip(tmp_path / "clip.mkv", size=(96, 64), frames=2, codec=codec, sample_aspect=Fraction(4, 3))
    copied(clip, tmp_path / f"copy{suffix}")
    assert look(tmp_path / f"copy{suffix}").aspect == look(clip).aspect


def test_a_shape_of_pixels_that_cannot_be_kept_is_refused(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=(96, 64), frames=2, sample_aspect=Fraction(4, 3))
    with pytest.raises(OutputError, match="not square"):
        copied(clip, tmp_path / "copy.webm")


@pytest.mark.parametrize(
    ("source", "target", "pixels", "codec"),
    [
        ({"codec": "libx264"}, "copy.mp4", "yuv420p", "h264"),
        ({"codec": "libx264", "pix_fmt": "yuv420p10le"}, "copy.mp4", "yuv420p10le", "hevc"),
        ({"codec": "libx264", "pix_fmt": "yuv422p"}, "copy.mov", "yuv420p", "h264"),
        ({"codec": "libx264", "pix_fmt": "yuv444p"}, "copy.mkv", "yuv420p", "h264"),
        ({"codec": "libx265"}, "copy.mp4", "yuv420p", "hevc"),
        ({"codec": "libx265", "pix_fmt": "yuv420p10le"}, "copy.mkv", "yuv420p10le", "hevc"),
        ({"codec": "libx265", "pix_fmt": "yuv422p10le"}, "copy.mp4", "yuv420p10le", "hevc"),
        ({"codec": "libvpx-vp9"}, "copy.mp4", "yuv420p", "h264"),
        ({"codec": "libvpx-vp9"}, "copy.mkv", "yuv420p", "h264"),
        ({"codec": "libvpx-vp9"}, "copy.webm", "yuv420p", "vp9"),
        ({"codec": "libx264"}, "copy.webm", "yuv420p", "vp9"),
        ({"codec": "libx264", "pix_fmt": "yuv444p"}, "copy.webm", "yuv420p", "vp9"),
        ({"codec": "libx264", "pix_fmt": "yuv420p10le"}, "copy.webm", "yuv420p10le", "av1"),
        ({"codec": "libsvtav1", "options": {"preset": "12"}}, "copy.mp4", "yuv420p", "h264"),
        ({"codec": "ffv1", "pix_fmt": "bgr0"}, "copy.mp4", "yuv420p", "h264"),
        ({"codec": "ffv1", "pix_fmt": "yuv411p"}, "copy.mp4", "yuv420p", "h264"),
        ({"codec": "ffv1", "pix_fmt": "gray"}, "copy.mp4", "yuv420p", "h264"),
        ({"codec": "ffv1", "pix_fmt": "yuv444p16le"}, "copy.mov", "yuv420p10le", "hevc"),
        ({"codec": "mjpeg", "pix_fmt": "yuvj422p"}, "copy.mp4", "yuvj420p", "h264"),
    ],
)
def test_copies_are_in_a_codec_and_pixels_that_phones_play(
    tmp_path: Path, source: dict[str, object], target: str, pixels: str, codec: str
) -> None:
    clip = make_clip(tmp_path / "clip.mkv", size=(96, 64), frames=3, **source)  # type: ignore[arg-type]
    copied(clip, tmp_path / target)
    info = look(tmp_path / target).info
    assert (info.codec, info.pixel_format) == (codec, pixels)
    assert [number_of(frame.rgb(96, 64)) for frame in frames_of(tmp_path / target)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("codec", "pixels"), [("libx264", "yuv444p"), ("libx264", "yuv422p10le"), ("libx265", "yuv444p"), ("gif", "rgb8")]
)
def test_the_profile_is_one_that_phones_play(tmp_path: Path, codec: str, pixels: str) -> None:
    clip = make_clip(tmp_path / f"clip.{'gif' if codec == 'gif' else 'mkv'}", frames=2, codec=codec, pix_fmt=pixels)
    copied(clip, tmp_path / "copy.mp4")
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert container.streams.video[0].profile in ("High", "Main", "Main 10")


@pytest.mark.parametrize("size", [(97, 65), (96, 65), (97, 64)])
@pytest.mark.parametrize("suffix", [".webm", ".mp4", ".mov"])
def test_odd_sizes_stay_or_are_made_even_and_that_is_told(tmp_path: Path, size: tuple[int, int], suffix: str) -> None:
    clip = make_clip(tmp_path / "clip.mkv", size=size, frames=3, codec="ffv1", pix_fmt="yuv444p")
    track = copied(clip, tmp_path / f"copy{suffix}")
    info = look(tmp_path / f"copy{suffix}").info
    even = size if suffix == ".webm" else (size[0] + size[0] % 2, size[1] + size[1] % 2)
    assert (info.width, info.height, info.pixel_format) == (*even, "yuv420p")
    assert any("{}x{}".format(*size) in note for note in track.notes) == (suffix != ".webm")
    assert [number_of(frame.rgb(*even)[: size[1], : size[0]]) for frame in frames_of(tmp_path / f"copy{suffix}")] == [
        *range(3)
    ]


@pytest.mark.parametrize("size", [(2, 2), (8, 8), (18, 16)])
@pytest.mark.parametrize("codec", ["libx264", "libvpx-vp9"])
def test_tiny_pictures_can_be_written(tmp_path: Path, size: tuple[int, int], codec: str) -> None:
    clip = make_clip(tmp_path / "clip.mkv", size=size, frames=2, codec=codec, numbered=False)
    copied(clip, tmp_path / "copy.mp4")
    assert look(tmp_path / "copy.mp4").coded_size == size


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
@pytest.mark.parametrize(("full", "names"), [(1, (1, 1, 1)), (2, (9, 18, 9)), (1, (5, 6, 5))])
def test_colours_keep_their_meaning(tmp_path: Path, suffix: str, full: int, names: tuple[int, int, int]) -> None:
    clip = tmp_path / "clip.mkv"
    with av.open(str(clip), "w") as container:
        stream = container.add_stream("libx264", 24)
        stream.width, stream.height = 96, 64
        context = stream.codec_context
        context.color_range, (context.color_primaries, context.color_trc, context.colorspace) = full, names
        container.mux([*stream.encode(av.VideoFrame(96, 64)), *stream.encode(None)])
    copied(clip, tmp_path / f"copy{suffix}")
    assert look(tmp_path / f"copy{suffix}").colours == look(clip).colours
    colours = look(clip).colours
    assert ((colours.primaries, colours.transfer, colours.matrix), colours.full_range) == (names, full == 2)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm"])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_the_same_pictures_give_the_same_bytes_which_name_nothing(tmp_path: Path, suffix: str, codec: str) -> None:
    clip = make_clip(tmp_path / "clip.mkv", size=(96, 64), frames=12, codec=codec, b_frames=2)
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    copied(clip, one)
    copied(clip, two)
    assert one.read_bytes() == two.read_bytes()
    assert [trace for trace in _TRACES if trace in one.read_bytes()] == []
    assert any(trace in clip.read_bytes() for trace in _TRACES)


def test_an_mp4_can_be_played_before_it_is_there(tmp_path: Path) -> None:
    copied(make_clip(tmp_path / "clip.mp4", size=(96, 64), frames=12), tmp_path / "copy.mp4")
    data = (tmp_path / "copy.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("name", ["copy.avi", "copy", "copy.mp3"])
def test_other_kinds_of_files_are_refused_by_name(tmp_path: Path, name: str) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=(96, 64), frames=2)
    with pytest.raises(UsageError, match=r"\.mp4, \.m4v, \.mov, \.mkv, \.webm"):
        copied(clip, tmp_path / name)


def test_pictures_of_another_size_in_the_middle_are_refused(tmp_path: Path) -> None:
    one = make_clip(tmp_path / "one.ts", size=(96, 64), frames=5)
    two = make_clip(tmp_path / "two.ts", size=(128, 64), frames=5)
    both = tmp_path / "both.ts"
    both.write_bytes(one.read_bytes() + two.read_bytes())
    with pytest.raises(OutputError, match=r"96x64 in yuv420p.*128x64"):
        copied(both, tmp_path / "copy.mp4")
    assert not (tmp_path / "copy.mp4").exists()


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm"])
def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0)
    random: Callable[[int], np.ndarray[tuple[int, ...], np.dtype[np.uint8]]] = lambda _: noise.integers(  # noqa: E731
        0, 256, (64, 96, 3), np.uint8
    )
    clip = make_clip(tmp_path / "clip.mp4", size=(96, 64), frames=48, picture=random, numbered=False)
    full = tmp_path / f"full{suffix}"
    os.symlink("/dev/full", full)
    with pytest.raises(OutputError, match="No space left"):
        copied(clip, full)
    assert not full.is_symlink()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=(96, 64), frames=2)
    with pytest.raises(OutputError, match="No such file"):
        copied(clip, tmp_path / "nowhere" / "copy.mp4")


def test_captions_within_the_pictures_are_left_out(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", size=(96, 64), frames=2)
    layout = look(clip)
    with open_output(tmp_path / "copy.mp4", layout) as output:
        track = VideoTrack(output, layout)
        output.begin()
        for frame in frames_of(clip):
            # x264 tells of itself in the first picture of a clip: what it says is side data of it.
            assert track.takes(frame.picture) == (frame.pts > 0)
            assert list(writable(frame.picture)[0].side_data) == []
            track.write(to_format(writable(frame.picture)[0], track.format), frame.pts, frame.duration)
        track.finish()
