"""Odd sound, from the file to what is said in it: rates, channels, tracks, tags, faults."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from clips import make_clip, truncated
from fake_models import FakeModels
from passerby.pipeline.content import Source, content_id
from passerby.pipeline.plan import plan
from passerby.pipeline.run import index
from passerby.settings import Settings
from passerby.store.store import Store

CHANNELS = {"mono": 1, "stereo": 2, "7.1": 8}
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

    def samples(self) -> NDArray[np.float32]:
        """(channels, n) float32."""
        times = np.arange(SECONDS * self.rate) / self.rate
        tone = np.clip(self.level * np.sin(2 * np.pi * 440 * times), -1, 1)
        tone[(times < self.loud[0]) | (times >= self.loud[1])] = 0
        planes = np.stack([tone] * CHANNELS[self.layout]).astype(np.float32)
        if self.channel is not None:
            planes[[row for row in range(len(planes)) if row != self.channel]] = 0
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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library", create=True) as opened:
        yield opened


def said(store: Store, path: Path) -> list[tuple[float, float]]:
    """When something is said, in seconds."""
    source = Source(path, content_id(path, lambda _: None))
    index(source, plan(["speech"], Settings()), store, FakeModels(), lambda *_: None)
    base = store.resolve(path.name).time_base
    spans = [utterance.span for utterance in store.utterances(source.video_id)]
    return [(round(base.seconds(span.start), 1), round(base.seconds(span.end), 1)) for span in spans]


@pytest.mark.parametrize(
    "track",
    [
        Track((2, 4), rate=8000, layout="mono"),
        Track((2, 4), rate=11_025),
        Track((2, 4), rate=96_000),
        Track((2, 4), layout="7.1"),
        Track((2, 4), level=20),
        Track((2, 4), language="xx"),
    ],
    ids=["8 kHz", "11 kHz", "96 kHz", "7.1", "clipped", "a language that there is not"],
)
def test_odd_sound_is_heard_when_it_sounds(store: Store, tmp_path: Path, track: Track) -> None:
    assert said(store, film(tmp_path / "odd.mkv", track)) == [(2.0, 4.0)]


def test_a_voice_in_one_of_eight_channels_is_heard(store: Store, tmp_path: Path) -> None:
    track = Track((2, 4), layout="7.1", level=0.9, channel=2)
    assert said(store, film(tmp_path / "centre.mkv", track)) == [(2.0, 4.0)]


def test_of_two_tracks_the_first_is_heard(store: Store, tmp_path: Path) -> None:
    assert said(store, film(tmp_path / "two.mkv", Track((1, 2), language="ger"), Track((3, 5)))) == [(1.0, 2.0)]


def test_sound_that_breaks_off_is_heard_as_far_as_it_goes(store: Store, tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mkv", Track((1, 2)))
    found = said(store, truncated(whole, tmp_path / "broken.mkv", keep=0.7))
    assert found == [(1.0, 2.0)]
    assert store.resolve("broken.mkv").status == "damaged"


def test_silence_and_a_faint_hum_say_nothing(store: Store, tmp_path: Path) -> None:
    assert said(store, film(tmp_path / "hum.mkv", Track((0, 6), level=0.005))) == []
