"""Sound with some spans of it silenced or bleeped, encoded again.

What is handed to the encoder within a span does not depend on what was there (law 3, for samples).
"""

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal, cast

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.packet import Packet
from av.stream import Stream

from passerby.errors import OutputError
from passerby.media.damage import Damage
from passerby.media.read.probe import Layout
from passerby.media.read.sound import channels
from passerby.media.read.timeline import SoundReader
from passerby.media.write.video import Output
from passerby.records import Floats

Edit = Literal["none", "mute", "bleep"]
Spans = tuple[tuple[Fraction, Fraction], ...]  # seconds on the timeline of the video

TONE_HERTZ = 1000
_TONE_LEVEL = 0.2
# Time stamps that are off by less say nothing of a gap: containers round them.
_TOLERANCE = Fraction(1, 100)
# What each encoder knows; other rates are resampled to 48 kHz.
_RATES: Mapping[str, frozenset[int]] = {
    "aac": frozenset({96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000}),
    "libopus": frozenset({48_000, 24_000, 16_000, 12_000, 8000}),
}
_OTHER_RATE = 48_000
_BITS_PER_CHANNEL: Mapping[str, int] = {"aac": 96_000, "libopus": 64_000}
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 8: "7.1"}
_OPUS_LAYOUTS = {**_LAYOUTS, 4: "quad", 7: "6.1"}


def edited(samples: Floats, start: Fraction, rate: int, edit: Edit, spans: Spans) -> Floats:
    """The samples (n, channels) that begin at ``start`` seconds, with those within ``spans`` silenced or bleeped.

    A sample is within a span if its time is: from the start, up to the end.
    """
    made = samples.copy()
    for span in spans:
        first, last = samples_within(span, start, rate, len(made))
        if edit == "bleep":
            times = (round(start * rate) + np.arange(first, last)) * (TONE_HERTZ / rate)
            made[first:last] = _TONE_LEVEL * np.sin(2 * np.pi * times)[:, None]
        elif edit == "mute":
            made[first:last] = 0
    return made


def samples_within(span: tuple[Fraction, Fraction], start: Fraction, rate: int, count: int) -> tuple[int, int]:
    """The first of ``count`` samples from ``start`` on that is in a span, and the first behind it."""
    first, last = (min(max(math.ceil((edge - start) * rate), 0), count) for edge in span)
    return first, last


class Soundtrack:
    """One stream of sound of a source, edited and encoded. Its time stamps are those of its samples, from zero on."""

    def __init__(self, output: Output, stream: AudioStream, layout: Layout, damage: Damage, edit: Edit, spans: Spans):
        self._output, self._edit, self._spans = output, edit, spans
        self._reader = SoundReader(stream, layout, damage)
        self._rate, self._channels = stream.codec_context.sample_rate, stream.codec_context.channels
        self._written = 0  # samples
        self._changed = [0] * len(spans)  # samples, in each span
        name = output.kind.sound_encoder
        self._layout = (_OPUS_LAYOUTS if name == "libopus" else _LAYOUTS).get(self._channels, "")
        if not self._layout:
            raise OutputError(f"{output.path}: sound of {self._channels} channels cannot be encoded; drop or keep it")
        rate = self._rate if self._rate in _RATES[name] else _OTHER_RATE
        with output.errors():
            self._track = cast(AudioStream, output.container.add_stream(name, rate))
        context = self._track.codec_context
        context.layout, context.flags = self._layout, context.flags | Flags.bitexact
        context.bit_rate = _BITS_PER_CHANNEL[name] * self._channels

    def push(self, packet: "Packet[Stream] | None") -> None:
        """Take in the next packet of the source, or None at its end. Raises OutputError."""
        for start, frame in self._reader.frames(packet):
            if (frame.sample_rate, frame.layout.nb_channels) != (self._rate, self._channels):
                raise OutputError(f"{self._output.path}: the sound changes its rate or channels; drop or keep it")
            samples = edited(channels(frame), start, self._rate, self._edit, self._spans)
            for number, span in enumerate(self._spans):
                first, last = samples_within(span, start, self._rate, len(samples))
                self._changed[number] += last - first
            for block in self._in_line(samples, start):
                self._encode(block)
        if packet is None:
            with self._output.errors():
                packets = self._track.encode(None)
            self._output.mux(packets)

    @property
    def changed(self) -> tuple[Fraction, ...]:
        """How many seconds of sound were silenced or bleeped in each span."""
        return tuple(Fraction(samples, self._rate) for samples in self._changed)

    def _in_line(self, samples: Floats, start: Fraction) -> Iterator[Floats]:
        """The samples, after silence where there is a gap before them, without those that come twice."""
        gap = round(start * self._rate) - self._written
        if abs(gap) <= self._rate * _TOLERANCE:
            gap = 0
        for begin in range(0, gap, self._rate):
            yield np.zeros((min(self._rate, gap - begin), self._channels), np.float32)
        rest = samples[-gap:] if gap < 0 else samples
        if len(rest):
            yield rest

    def _encode(self, samples: Floats) -> None:
        frame = AudioFrame("fltp", self._layout, len(samples))
        for plane, channel in zip(frame.planes, samples.T, strict=False):  # PyAV counts one too many of eight
            plane.update(channel.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = self._rate, self._written, Fraction(1, self._rate)
        self._written += len(samples)
        with self._output.errors():
            packets = self._track.encode(frame)
        self._output.mux(packets)
