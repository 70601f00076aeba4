import threading
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips import corrupted, make_clip, truncated
from passerby.errors import MediaError
from passerby.media.read.frames import AudioChunk, Frame, frame_at, open_video, sample_size
from passerby.media.read.prefetch import prefetch
from passerby.records import VideoInfo
from passerby.times import TimeBase
from pictures import number_of

_MS = Fraction(1, 1000)
_UNEVEN = [0, 10, 50, 90, 91, 200, 300, 400, 640, 650]

_VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "mp4": ("a.mp4", {}),
    "mov": ("a.mov", {}),
    "mkv": ("a.mkv", {}),
    "webm": ("a.webm", {}),
    "ts": ("a.ts", {}),
    "avi": ("a.avi", {}),
    "flv": ("a.flv", {}),
    "mpeg program stream": ("a.mpg", {"codec": "mpeg2video"}),
    "raw h264, no time stamps": ("a.h264", {"rate": 25}),
    "ntsc": ("a.mp4", {"rate": Fraction(30000, 1001)}),
    "b-frames in mp4": ("a.mp4", {"b_frames": 3}),
    "b-frames in mkv": ("a.mkv", {"b_frames": 3}),
    "b-frames in ts": ("a.ts", {"b_frames": 3}),
    "fragments": ("a.mp4", {"b_frames": 2, "container_options": {"movflags": "frag_keyframe+empty_moov"}}),
    "variable rate in mp4": ("a.mp4", {"pts": _UNEVEN, "time_base": _MS, "b_frames": 2}),
    "variable rate in mkv": ("a.mkv", {"pts": _UNEVEN, "time_base": _MS, "b_frames": 2}),
    "variable rate in ts": ("a.ts", {"pts": _UNEVEN, "time_base": _MS}),
    "no duration": ("a.mkv", {"container_options": {"live": "1"}}),
    "one frame": ("a.mp4", {"frames": 1}),
    "interlaced": ("a.ts", {"codec": "mpeg2video", "interlaced": True}),
    "10 bit": ("a.mp4", {"pix_fmt": "yuv420p10le"}),
    "10 bit 4:2:2 hevc": ("a.mkv", {"codec": "libx265", "pix_fmt": "yuv422p10le", "frames": 12}),
    "12 bit with alpha": ("a.mov", {"codec": "prores_ks", "pix_fmt": "yuva444p10le", "frames": 6}),
    "odd size": ("a.mp4", {"size": (321, 181), "pix_fmt": "yuv444p"}),
    "odd size 4:2:0": ("a.mkv", {"size": (321, 181), "codec": "ffv1", "frames": 12}),
    "gray": ("a.mkv", {"codec": "ffv1", "pix_fmt": "gray", "frames": 12}),
    "tiny": ("a.mp4", {"size": (64, 48)}),
}


@pytest.mark.parametrize("variant", _VARIANTS)
def test_every_frame_comes_once_at_its_time(tmp_path: Path, variant: str, capfd: pytest.CaptureFixture[str]) -> None:
    name, given_options = _VARIANTS[variant]
    clip = make_clip(tmp_path / name, **given_options)
    rate = Fraction(given_options.get("rate", 24))
    stamps = given_options.get("pts", range(given_options.get("frames", 48)))
    unit = given_options.get("time_base", 1 / rate)
    with open_video(clip) as reader:
        tick = reader.info.time_base.tick
        size = sample_size(reader.info)
        numbers = []
        for (index, stamp), frame in zip(enumerate(stamps), reader.read(), strict=True):
            assert isinstance(frame, Frame)
            assert abs(frame.pts * tick - stamp * unit) <= tick / 2, index
            numbers.append(number_of(frame.rgb(*size)))
            assert number_of(frame.rgb(48, 27)) == index
    assert numbers == list(range(len(stamps)))
    assert reader.frames == len(stamps)
    last = stamps[-1] - stamps[-2] if len(stamps) > 1 else 1
    if variant != "variable rate in ts":  # which stores no durations
        assert abs(reader.end * tick - (stamps[-1] + last) * unit) <= tick
    assert reader.damage == ""
    assert capfd.readouterr().err == ""


def test_a_gif_keeps_its_delays(tmp_path: Path) -> None:
    stamps = [0, 10, 50, 90, 93, 200, 300, 400]
    clip = make_clip(tmp_path / "a.gif", pts=stamps, time_base=Fraction(1, 100))
    with open_video(clip) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        assert [frame.pts * reader.info.time_base.tick * 100 for frame in frames] == stamps
        assert reader.end * reader.info.time_base.tick == 5
        assert [number_of(frame.rgb(160, 90)) for frame in frames] == list(range(8))


def test_what_an_edit_list_cuts_off_is_not_shown(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", pts=list(range(-12, 36)), b_frames=2)
    with open_video(clip) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        assert [frame.pts * reader.info.time_base.tick * 24 for frame in frames] == list(range(36))
        assert [number_of(frame.rgb(160, 90)) for frame in frames] == list(range(12, 48))
        assert reader.damage == ""


@pytest.mark.parametrize("name", ["a.ts", "a.mpg"])
def test_time_starts_where_the_earlier_of_picture_and_sound_does(tmp_path: Path, name: str) -> None:
    codec = "mpeg2video" if name == "a.mpg" else "libx264"
    clip = make_clip(tmp_path / name, codec=codec, audio="tone", container_options={"muxpreload": "7"})
    with open_video(clip) as reader:
        items = list(reader.read())
        tick = reader.info.time_base.tick
    sounds = [item for item in items if isinstance(item, AudioChunk)]
    frames = [item for item in items if isinstance(item, Frame)]
    assert 0 <= sounds[0].start < tick  # MPEG sound starts a little early: the run-up of its coder
    assert 0 < frames[0].pts * tick < Fraction(1, 20)
    assert {after.pts - before.pts for before, after in pairwise(frames)} == {1 / tick / 24}


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts", "a.avi", "a.webm"])
def test_sound_comes_with_the_picture_in_the_order_of_the_file(tmp_path: Path, name: str) -> None:
    clip = make_clip(tmp_path / name, frames=72, audio="gap")
    with open_video(clip) as reader:
        items = list(reader.read())
        tick = reader.info.time_base.tick
        assert reader.info.has_audio
        assert reader.damage == ""
    chunks = [item for item in items if isinstance(item, AudioChunk)]
    assert all(abs(b.start - a.start - Fraction(len(a.samples), a.rate)) < _MS * 2 for a, b in pairwise(chunks))
    assert abs(chunks[-1].start - 3) < 0.1
    loud = {float(chunk.start): float(np.sqrt(np.mean(chunk.samples**2))) for chunk in chunks}
    assert all(level > 0.3 for time, level in loud.items() if 0.05 < time < 0.9 or 2.1 < time < 2.9)
    assert all(level < 0.01 for time, level in loud.items() if 1.1 < time < 1.9)
    times = [item.start if isinstance(item, AudioChunk) else item.pts * tick for item in items]
    assert all(abs(time - before) < 1 for before, time in pairwise(times))


def test_sound_that_no_decoder_knows_costs_the_sound_only(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mkv", audio="tone")
    clip.write_bytes(clip.read_bytes().replace(b"A_AAC", b"A_ZZZ"))
    with open_video(clip) as reader:
        assert not reader.info.has_audio
        assert [type(item) for item in reader.read()] == [Frame] * 48
        assert reader.damage == "sound of an unknown kind, left out"


def test_broken_sound_costs_the_sound_only(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", audio="tone")
    data = bytearray(clip.read_bytes())
    with av.open(str(clip)) as container:
        packets = [(packet.pos or 0, packet.size) for packet in container.demux(audio=0) if packet.size]
    for start, size in packets[1:]:
        data[start : start + size] = b"\xff" * size
    clip.write_bytes(data)
    with open_video(clip) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        assert reader.damage == f"{len(packets) - 1} damaged packets of sound"
    assert [number_of(frame.rgb(160, 90)) for frame in frames] == list(range(48))


@pytest.mark.parametrize("name", ["a.mkv", "a.ts", "a.webm", "a.gif"])
def test_a_broken_tail_leaves_what_is_before_it(tmp_path: Path, name: str) -> None:
    whole = make_clip(tmp_path / name, frames=96)
    clip = truncated(whole, tmp_path / f"cut-{name}", 0.6)
    with open_video(clip) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
    assert 30 < len(frames) < 90
    assert [number_of(frame.rgb(160, 90)) for frame in frames[:-1]] == list(range(len(frames) - 1))


def test_a_broken_tail_is_told_of(tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "a.mkv", frames=96)
    with open_video(truncated(whole, tmp_path / "cut.mkv", 0.5)) as reader:
        for _ in reader.read():
            pass
        seconds = float(reader.end * reader.info.time_base.tick)
        assert reader.damage.endswith(f"readable to {seconds:.3f} s of 4.000 s")


def test_after_a_corrupt_middle_the_rest_is_read(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    whole = make_clip(tmp_path / "a.mp4", frames=96, b_frames=2, options={"g": "12"})
    with open_video(corrupted(whole, tmp_path / "b.mp4", at=0.5, length=600)) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        assert "damaged" in reader.damage
        tick = reader.info.time_base.tick
    numbers = {number_of(frame.rgb(160, 90)): frame.pts * tick * 24 for frame in frames[:24] + frames[-24:]}
    assert all(number == time for number, time in numbers.items())
    assert {0, 23, 72, 95} <= numbers.keys()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", ["a.mp4", "a.ts", "a.mkv", "a.avi"])
def test_noise_ends_in_frames_or_in_one_of_our_errors(tmp_path: Path, name: str, seed: int) -> None:
    whole = make_clip(tmp_path / name, size=(96, 64), frames=24, b_frames=2, audio="tone")
    clip = whole
    for place in np.random.default_rng(seed).random(6):
        clip = corrupted(clip, tmp_path / f"noise-{name}", at=float(place), length=60, seed=seed)
    try:
        with open_video(clip) as reader:
            times = [item.pts for item in reader.read() if isinstance(item, Frame)]
    except MediaError:
        return
    assert times == sorted(set(times))
    assert reader.end > times[-1] >= 0


def test_joined_recordings_play_one_after_the_other(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.ts", frames=48)
    twice = tmp_path / "twice.ts"
    twice.write_bytes(clip.read_bytes() * 2)
    with open_video(twice) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        assert [frame.pts * reader.info.time_base.tick * 24 for frame in frames] == list(range(96))
        assert reader.damage == "1 repaired time stamp"


def test_sound_that_turns_up_on_the_way_is_no_harm(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (240, 96, 160, 3), np.uint8)
    long = make_clip(tmp_path / "long.ts", size=(160, 96), frames=240, picture=lambda index: noise[index])
    heard = make_clip(tmp_path / "heard.ts", size=(160, 96), frames=24, audio="tone")
    joined = tmp_path / "joined.ts"  # so long that FFmpeg meets the sound neither at the start nor at the end
    joined.write_bytes(long.read_bytes() + heard.read_bytes() + long.read_bytes())
    with open_video(joined) as reader:
        numbers = [number_of(item.rgb(160, 96)) for item in reader.read() if isinstance(item, Frame)]
    assert numbers == [*range(240), *range(24), *range(240)]


def test_reading_ahead_ends_with_its_threads(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", frames=96, audio="tone")
    before = threading.active_count()
    with open_video(clip) as reader, prefetch(reader.read(), 4) as items:
        first = next(item for item in items if isinstance(item, Frame))
    assert threading.active_count() == before
    assert number_of(first.rgb(160, 90)) == 0  # a frame outlives its reader


def _info(width: int, height: int) -> VideoInfo:
    return VideoInfo(width, height, TimeBase(Fraction(1, 25)), 0, "h264", "yuv420p", False, None, None)


@given(st.integers(1, 16_384), st.integers(1, 16_384), st.integers(1, 1000).map(lambda half: 2 * half))
def test_samples_are_even_and_never_larger_than_the_frame(width: int, height: int, long_side: int) -> None:
    sample = sample_size(_info(width, height), long_side)
    for side, whole in zip(sample, (width, height), strict=True):
        assert side % 2 == 0
        assert 2 <= side <= max(2, min(whole, long_side))


@pytest.mark.parametrize(
    ("size", "sample"),
    [((1920, 1080), (640, 360)), ((1080, 1920), (360, 640)), ((480, 270), (480, 270)), ((321, 181), (320, 180))],
)
def test_samples_keep_their_shape(size: tuple[int, int], sample: tuple[int, int]) -> None:
    assert sample_size(_info(*size)) == sample


@pytest.mark.parametrize("variant", _VARIANTS)
def test_a_frame_is_found_by_its_time(tmp_path: Path, variant: str) -> None:
    name, given_options = _VARIANTS[variant]
    clip = make_clip(
        tmp_path / name, **(given_options if "codec" in given_options else {"options": {"g": "8"}, **given_options})
    )
    with open_video(clip) as reader:
        size = sample_size(reader.info, 160)
        frames = [(item.pts, item.rgb(*size)) for item in reader.read() if isinstance(item, Frame)]
    for index in {0, 1, len(frames) // 3, len(frames) // 2, len(frames) - 1} & set(range(len(frames))):
        pts, pixels = frames[index]
        found = frame_at(clip, pts)
        assert found.pts == pts
        np.testing.assert_array_equal(found.rgb(*size), pixels)
    assert frame_at(clip, frames[-1][0] + 10**6).pts == frames[-1][0]
    between = [a[0] + 1 for a, b in pairwise(frames) if b[0] - a[0] > 1]
    if between:
        assert frame_at(clip, between[-1]).pts == between[-1] - 1
