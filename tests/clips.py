"""Test clips, made by code; no test needs a downloaded file. What they show: ``pictures.py``."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from passerby.media.write.scheduling import usual_scheduling
from pictures import Picture, Size, number_of, stamp, texture

__all__ = ["Sound", "corrupted", "make_clip", "number_of", "truncated"]

# "gap": a tone, silence in the middle third, and the tone again.
Sound = Literal["tone", "silence", "gap"]

_SOUND_RATE = 48_000
_CODECS = {".webm": "libvpx-vp9", ".avi": "mpeg4", ".gif": "gif"}
_SOUND_CODECS = {".webm": "libopus", ".avi": "mp2", ".ts": "mp2", ".mpg": "mp2"}
_OPTIONS = {
    "libx264": {"preset": "veryfast", "crf": "18", "threads": "1"},
    "libx265": {"preset": "ultrafast", "crf": "18", "x265-params": "log-level=none:pools=1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "20", "b": "0", "threads": "1"},
    "mpeg4": {"qscale": "2", "threads": "1"},
    "mpeg2video": {"qscale": "2", "threads": "1"},
}


def make_clip(
    path: Path,
    *,
    size: Size = (320, 180),
    frames: int = 48,
    rate: int | Fraction = 24,
    codec: str | None = None,
    pix_fmt: str = "yuv420p",
    pts: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    b_frames: int = 0,
    rotation: int = 0,
    mirrored: bool = False,
    sample_aspect: Fraction | None = None,
    interlaced: bool = False,
    audio: Sound | None = None,
    picture: Picture | None = None,
    numbered: bool = True,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a clip and give its path; the container is that of its suffix (mp4, mkv, ts, avi, gif, webm, ...).

    ``size`` is that of the upright picture before ``sample_aspect`` widens it; ``rotation`` is by how many degrees
    clockwise a player must turn the coded picture, to mirror it then left to right if ``mirrored``. ``pts``, in
    ``time_base`` (default 1 / rate), makes variable frame rates and stands for ``frames``; the last frame lasts as
    long as the one before it. ``picture(i)`` draws frame i; ``numbered`` stamps i on it.
    """
    tick = time_base or 1 / Fraction(rate)
    starts = list(range(frames)) if pts is None else list(pts)
    last = starts[-1] - starts[-2] if len(starts) > 1 else max(1, round(1 / rate / tick))
    draw = picture or texture(size)
    codec = codec or _CODECS.get(path.suffix, "libx264")
    with av.open(str(path), "w", options=container_options or {}) as container:
        settings = {**_OPTIONS.get(codec, {}), **(options or {})}
        stream = container.add_stream(codec, rate=Fraction(rate), options=settings)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size if rotation % 180 == 0 else size[::-1]
        stream.pix_fmt = "rgb8" if codec == "gif" else pix_fmt
        stream.time_base = tick
        context = stream.codec_context
        context.time_base, context.max_b_frames = tick, b_frames
        context.flags |= Flags.frame_duration
        if interlaced:
            context.flags |= Flags.interlaced_dct | Flags.interlaced_me
        if sample_aspect:
            context.sample_aspect_ratio = sample_aspect
        if rotation or mirrored:
            stream.set_display_rotation(-rotation, hflip=mirrored)
        if codec == "libsvtav1":
            with usual_scheduling():  # or the tests that this process runs next would starve each other
                context.open()
        end = starts[-1] + last
        sound = _Soundtrack(container, path.suffix, audio, (end - starts[0]) * tick) if audio else None
        for index, (start, until) in enumerate(pairwise([*starts, end])):
            upright = stamp(draw(index), index) if numbered else draw(index)
            coded = np.rot90(upright[:, ::-1] if mirrored else upright, rotation // 90)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(coded), "rgb24")
            frame.pts, frame.duration, frame.time_base = start, until - start, tick
            container.mux(stream.encode(frame))
            if sound:
                sound.write_until((until - starts[0]) * tick)
        container.mux(stream.encode(None))
        if sound:
            sound.finish()
    return path


class _Soundtrack:
    """Sound written along with the picture, so that a reader need not hold one of them back."""

    def __init__(self, container: OutputContainer, suffix: str, kind: Sound, length: Fraction) -> None:
        stream = container.add_stream(_SOUND_CODECS.get(suffix, "aac"), rate=_SOUND_RATE)
        assert isinstance(stream, AudioStream)
        stream.layout = "stereo"
        stream.codec_context.open()
        self._container, self._stream, self._kind, self._length = container, stream, kind, length
        self._count = stream.codec_context.frame_size
        self._written = 0

    def write_until(self, seconds: Fraction) -> None:
        while Fraction(self._written, _SOUND_RATE) < seconds:
            self._container.mux(self._stream.encode(self._frame()))
            self._written += self._count

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))

    def _frame(self) -> av.AudioFrame:
        times = (self._written + np.arange(self._count)) / _SOUND_RATE
        mono = _sound(self._kind, times, float(self._length))
        planar = np.stack([mono, mono]).astype(np.float32)
        packed = np.ascontiguousarray(planar.T.reshape(1, -1))
        match self._stream.codec_context.format.name:
            case "s16":
                frame = av.AudioFrame.from_ndarray((packed * 32767).astype(np.int16), "s16", "stereo")
            case "flt":
                frame = av.AudioFrame.from_ndarray(packed, "flt", "stereo")
            case _:
                frame = av.AudioFrame.from_ndarray(planar, "fltp", "stereo")
        frame.sample_rate = _SOUND_RATE
        frame.pts, frame.time_base = self._written, Fraction(1, _SOUND_RATE)
        return frame


def _sound(kind: Sound, times: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    tone = 0.5 * np.sin(2 * np.pi * 440 * times)
    if kind == "silence":
        return np.zeros_like(tone)
    if kind == "gap":
        return np.where((times >= length / 3) & (times < 2 * length / 3), 0.0, tone)
    return tone


def truncated(source: Path, target: Path, keep: float = 0.6) -> Path:
    """A copy of ``source`` that ends after this share of its bytes."""
    data = source.read_bytes()
    target.write_bytes(data[: int(len(data) * keep)])
    return target


def corrupted(source: Path, target: Path, at: float = 0.5, length: int = 400, seed: int = 0) -> Path:
    """A copy of ``source`` with ``length`` bytes of noise at this share of it."""
    data = bytearray(source.read_bytes())
    start = int(len(data) * at)
    noise = np.random.default_rng(seed).integers(0, 256, min(length, len(data) - start), np.uint8)
    data[start : start + len(noise)] = noise.tobytes()
    target.write_bytes(bytes(data))
    return target
