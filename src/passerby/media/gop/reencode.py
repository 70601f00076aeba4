"""Neighbouring groups of pictures, decoded, changed and encoded again, to take their own place among the others."""

from array import array
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

import av
from av.codec.context import Flags
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from passerby.errors import GopCopyError, OutputError
from passerby.media._av import decode
from passerby.media.damage import Damage
from passerby.media.gop.gops import Gops, pictures_only
from passerby.media.gop.h264 import ParameterSets, UnitKind, join, kind_of, split
from passerby.media.gop.splice_check import JointCheck
from passerby.media.read.frames import Frame
from passerby.media.read.scale import Scaler
from passerby.media.write.encoders import OPTIONS
from passerby.media.write.video import USUAL_RATE, configure
from passerby.records import Ticks

# From a frame that is shown to the picture that is encoded in its place; pure.
Change = Callable[[Frame], VideoFrame]

_PROFILES = {66: "baseline", 77: "main", 100: "high"}
_LEVEL_1B = 9
_NUMBERS = range(32)  # that a sequence parameter set may have: 7.4.2.1.1


class Stamps(NamedTuple):
    """The times of a packet, in ticks of the video."""

    pts: int
    dts: int
    duration: int


def make_packet(units: list[bytes], stamps: Stamps, tick: Fraction) -> "Packet[Stream]":
    """A packet of these units; a key packet if one of them is of an IDR picture."""
    packet: Packet[Stream] = Packet(join(units))
    packet.pts, packet.dts, packet.duration = stamps
    packet.time_base = tick
    packet.is_keyframe = any(kind_of(unit) == UnitKind.IDR_SLICE for unit in units)
    return packet


def open_encoder(encoder: VideoCodecContext, gops: Gops) -> None:
    """Open an x264 encoder for pictures like those of ``gops``, with parameter sets under a number of their own.

    It makes no B-frames: what is shown in order can be decoded at the times of any pictures that were there before.
    """
    layout, level = gops.layout, gops.sequence.level
    configure(encoder, layout, gops.format)
    encoder.framerate = layout.rate or USUAL_RATE
    encoder.flags |= Flags.global_header
    encoder.options = {
        **OPTIONS["libx264"],
        "profile": _PROFILES[gops.sequence.profile],
        "level": "1b" if level == _LEVEL_1B else str(level),
        "x264-params": f"sps-id={_free_number(gops.sets)}",
    }
    encoder.open()


def _free_number(sets: ParameterSets) -> int:
    number = next((number for number in _NUMBERS if number not in sets.ids), None)
    if number is None:
        raise GopCopyError("it leaves no number for parameter sets")
    return number


class Run:
    """The encoding of one run of groups: packets go in as they are read, packets come out."""

    def __init__(
        self, video: VideoStream, gops: Gops, shown: Ticks, decoding: Ticks, change: Change, check: JointCheck
    ) -> None:
        """``shown`` and ``decoding``: when its pictures are shown and decoded, each in order."""
        self._encoder = av.CodecContext.create("libx264", "w")
        open_encoder(self._encoder, gops)
        self._video, self._layout = video, gops.layout
        self._scaler = Scaler(gops.layout.orientation)
        self._shown, self._decoding = shown, decoding
        self._change, self._check = change, check
        self._durations = array("q")  # of the pictures that went to the encoder
        self._made = 0

    def push(self, packet: "Packet[Stream] | None") -> Iterator["Packet[Stream]"]:
        """Take in the next packet, or None for what the decoder still holds."""
        damage = Damage()
        for picture in decode(self._video.codec_context, packet, damage):
            if picture.pts is not None and picture.pts >= self._layout.zero:
                yield from self._encode(self._changed(picture))
        if damage.packets:
            raise GopCopyError("parts of it are damaged")

    def finish(self) -> Iterator["Packet[Stream]"]:
        """What is left. The decoder can then go on elsewhere."""
        yield from self.push(None)
        self._video.codec_context.flush_buffers()
        if self._durations:
            yield from self._encode(None)
        if self._made != len(self._shown):
            raise GopCopyError(f"of {len(self._shown)} pictures of a group only {self._made} came out of the coder")
        self._check.end_run()

    def _changed(self, picture: VideoFrame) -> VideoFrame:
        number = len(self._durations)
        at = (picture.pts or 0) - self._layout.zero
        if picture.is_corrupt or picture.interlaced_frame:
            raise GopCopyError("some of its pictures are damaged or interlaced")
        if number == len(self._shown) or self._shown[number] != at:
            raise GopCopyError("its pictures are not shown when its packets say")
        picture.pts, picture.duration = at, picture.duration if picture.duration > 0 else self._layout.step
        self._durations.append(picture.duration)
        changed = self._change(Frame(at, picture.duration, picture, self._scaler))
        changed.pts, changed.duration, changed.time_base = at, picture.duration, self._encoder.time_base
        changed.pict_type = PictureType.NONE  # or the encoder would make it of the kind that it was
        self._check.fed(changed)
        return changed

    def _encode(self, picture: VideoFrame | None) -> Iterator["Packet[Stream]"]:
        try:
            packets = self._encoder.encode(picture)
        except av.FFmpegError as error:
            raise OutputError(f"pictures cannot be encoded as H.264: {error.strerror}") from error
        for packet in packets:
            number, self._made = self._made, self._made + 1
            stamps = Stamps(int(self._shown[number]), int(self._decoding[number]), self._durations[number])
            if packet.pts != stamps.pts:
                raise GopCopyError("the encoder does not give pictures in their order")
            copy = make_packet(pictures_only(split(bytes(packet), None)), stamps, self._encoder.time_base)
            self._check.encoded(copy)
            yield copy
