"""Films with any tracks of sound, made by code: a tone for a while."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from clips import make_clip

CHANNELS = {"mono": 1, "stereo": 2, "5.1": 6, "7.1": 8}
SECONDS = 6


@dataclass(frozen=True)
class Track:
    """Six seconds of sound with a tone from one second to the next."""

    loud: tuple[int, int]
    rate: int = 48_000
    layout: str = "stereo"
    level: float = 0.5
    language: str = "eng"
    channel: int | None = None  # the only one that sounds; None: all
    turned_over: int | None = None  # the channel that is in opposite phase to the others

    def samples(self) -> NDArray[np.float32]:
        """(channels, n) float32."""
        times = np.arange(SECONDS * self.rate) / self.rate
        tone = np.clip(self.level * np.sin(2 * np.pi * 440 * times), -1, 1)
        tone[(times < self.loud[0]) | (times >= self.loud[1])] = 0
        planes = np.stack([tone] * CHANNELS[self.layout]).astype(np.float32)
        if self.channel is not None:
            planes[[row for row in range(len(planes)) if row != self.channel]] = 0
        if self.turned_over is not None:
            planes[self.turned_over] *= -1
        return planes


def film(path: Path, *tracks: Track) -> Path:
    """A clip with these tracks of sound."""
    silent = make_clip(path.with_suffix(".silent.mkv"), size=(96, 64), rate=4, frames=4 * SECONDS)
    with av.open(str(silent)) as source, av.open(str(path), "w") as container:
        pictures = container.add_stream_from_template(source.streams.video[0])
        streams = [container.add_stream("pcm_f32le", track.rate, layout=track.layout) for track in tracks]
        for track, stream in zip(tracks, streams, strict=True):
            stream.metadata["language"] = track.language
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                container.mux(packet)
        for track, stream in zip(tracks, streams, strict=True):
            assert isinstance(stream, AudioStream)
            samples = track.samples()
            for begin in range(0, samples.shape[1], track.rate // 10):
                packed = samples[:, begin : begin + track.rate // 10].T.reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(packed), "flt", track.layout)
                frame.sample_rate, frame.pts, frame.time_base = track.rate, begin, Fraction(1, track.rate)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    return path
