"""Streams that go with a video, on its timeline."""

import math
from collections.abc import Iterator
from fractions import Fraction

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet
from av.stream import Stream

from passerby.media._av import decode, tick_of
from passerby.media.damage import Damage
from passerby.media.read.clock import FrameClock
from passerby.media.read.probe import Layout

_USUAL_LENGTH = Fraction(1024, 48_000)  # seconds of sound in one packet


class Timeline:
    """Places what a stream holds on the timeline of a video, in ticks of the stream."""

    def __init__(self, stream: Stream, layout: Layout, damage: Damage) -> None:
        self.tick = tick_of(stream)
        zero = layout.zero * layout.info.time_base.tick
        self.zero = math.ceil(zero / self.tick)
        self._shift = self.zero * self.tick - zero
        step = max(1, round(_USUAL_LENGTH / self.tick))
        # Of sound in Matroska, whose ticks are milliseconds, some packets are shorter than that (TrueHD's).
        longest = int(layout.longest_gap / self.tick)
        self._clock = FrameClock(self.zero, step, longest, damage, may_stand=stream.type == "audio")

    def place(self, stamp: int | None, duration: int) -> int | None:
        """The time of what comes next; None where it lies before time zero."""
        return self._clock.place(stamp, duration)

    def seconds(self, at: int) -> Fraction:
        """The exact time of a tick."""
        return at * self.tick + self._shift

    @property
    def end(self) -> Fraction:
        """Where what was placed so far ends, in seconds."""
        return self.seconds(self._clock.end)


class SoundReader:
    """The sound of one stream, decoded, on the timeline of a video."""

    def __init__(self, stream: AudioStream, layout: Layout, damage: Damage) -> None:
        self.stream = stream
        self._timeline, self._damage = Timeline(stream, layout, damage), damage

    @property
    def end(self) -> Fraction:
        """Where the sound read so far ends, in seconds."""
        return self._timeline.end

    def frames(self, packet: "Packet[Stream] | None") -> Iterator[tuple[Fraction, AudioFrame]]:
        """What the decoder gives for a packet, or still holds for None, each with its start in seconds."""
        for frame in decode(self.stream.codec_context, packet, self._damage):
            length = Fraction(frame.samples, frame.sample_rate)
            at = self._timeline.place(frame.pts, round(length / self._timeline.tick))
            if at is not None:
                yield self._timeline.seconds(at), frame
