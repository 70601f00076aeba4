"""Streams without an end: packets as they come, and their pictures.

What is opened is a camera's RTSP address, a device, or bytes that somebody else reads: FFmpeg opens nothing else,
whatever is written in those. No message holds the address, in which there may be a password.
"""

import errno
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NoReturn, Protocol, cast

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from passerby.errors import DamagedError, MediaError, NotVideoError, UnreadableError, UsageError
from passerby.media._av import (
    MAX_PIXELS,
    MAX_SIDE,
    bytes_formats,
    decode,
    decoder_of,
    read_only,
    tick_of,
)
from passerby.media.damage import Damage
from passerby.media.read.planes import Picture
from passerby.media.read.probe import NOT_FOOTAGE

PUSHED_JPEG = "mpjpeg"  # pictures that a server sends one after the other, without times
_RTSP_PROTOCOLS = "rtsp,rtsps,tcp,udp,rtp,srtp,tls"
_LOOK_SECONDS = 2  # into a stream, at most, to find out what is in it
_OPTIONS = {
    "analyzeduration": str(round(_LOOK_SECONDS * 1e6)),
    "fflags": "+genpts",
    "fpsprobesize": "0",  # or it is looked for a second how many pictures come in one
}
_UDP_BYTES = 4 << 20  # of the socket's memory: what comes in bursts is not lost
_REORDER_SECONDS = 0.5  # that a packet of UDP is waited for
_MOST_ERRORS_IN_A_ROW = 64  # of a demuxer: some repeat theirs for ever
_DEVICE_FORMAT = "video4linux2"
_REFUSALS = (av.HTTPUnauthorizedError, av.HTTPForbiddenError)


class ByteSource(Protocol):
    """Bytes of a stream, in their order."""

    def read(self, size: int, /) -> bytes:
        """The next ones, as soon as there are any, at most ``size``; none at the end. Raises PasserbyError."""


@dataclass(frozen=True, slots=True)
class LivePacket:
    """One packet of a stream's video, as it was sent. It shows people."""

    packet: "Packet[Stream]"
    pts: int | None  # as the stream says, in its time base
    size: int  # bytes
    is_key: bool
    lost: int  # packets of the stream before it that never came, or not whole


@contextmanager
def open_camera(address: str, transport: Literal["tcp", "udp"], patience: float) -> Iterator["LiveInput"]:
    """An address of RTSP, with a login in it if it needs one; ``patience``: seconds that it may be silent.

    Raises UnreadableError when it cannot be reached (any more), UsageError when it refuses the login or has no such
    stream, NotVideoError or DamagedError when there is no video in it that can be decoded.
    """
    options = {
        "protocol_whitelist": _RTSP_PROTOCOLS,
        "format_whitelist": "rtsp",
        "rtsp_transport": transport,
        "timeout": str(round(patience * 1e6)),
        "max_delay": str(round(_REORDER_SECONDS * 1e6)),
        "buffer_size": str(_UDP_BYTES),
    }
    if address.startswith("rtsps:"):
        authorities = ssl.get_default_verify_paths()
        options |= {"tls_verify": "1", "ca_file": authorities.cafile or authorities.openssl_cafile}
    with _opened(address, "rtsp", options, patience) as live:
        yield live


@contextmanager
def open_device(path: str, patience: float) -> Iterator["LiveInput"]:
    """A camera of this machine, such as /dev/video0. Raises as ``open_camera``."""
    with _opened(path, _DEVICE_FORMAT, {}, patience) as live:
        yield live


@contextmanager
def open_bytes(source: ByteSource, form: str | None = None) -> Iterator["LiveInput"]:
    """Bytes in ``form``, or in a format that FFmpeg is to find out.

    Raises as ``open_camera``, and what ``source`` does. Packets of mpjpeg have no times.
    """
    options = {"protocol_whitelist": "none", "format_whitelist": form or ",".join(sorted(bytes_formats()))}
    if form == PUSHED_JPEG:
        options["analyzeduration"] = "1"  # or it is read for long to find out how many come in a second
    with _opened(source, form, options, None) as live:
        yield live


@contextmanager
def _opened(
    place: "str | ByteSource", form: str | None, options: dict[str, str], patience: float | None
) -> Iterator["LiveInput"]:
    timeout = None if patience is None else (patience + _LOOK_SECONDS, patience)
    try:
        container = av.open(
            place, "r", format=form, options=_OPTIONS | options, timeout=timeout, metadata_errors="replace"
        )
    except av.FFmpegError as error:
        _raise(error, "cannot be opened over TLS" if "tls_verify" in options else "cannot be opened")
    with container:
        yield LiveInput(container)


class LiveInput:
    """A stream that is open. Packets may be read by one thread while another decodes them."""

    def __init__(self, container: InputContainer) -> None:
        """Raises NotVideoError, DamagedError."""
        self._container = container
        self.video, self.videos = _video_of(container)  # and how many there are
        self.damage = Damage()  # of what was decoded
        self.has_times = container.format.name != PUSHED_JPEG  # or FFmpeg makes them up, from 25 pictures a second
        self.tick: Fraction = tick_of(self.video)  # seconds
        self.codec = self.video.codec_context.codec.canonical_name
        self._decoder = decoder_of(self.video)
        self._decoder.thread_type = "SLICE"  # threads for a picture each would hold pictures back
        if self.codec == "mjpeg":  # or a damaged picture, half of it another one, would pass for a whole one
            self._decoder.options = {"err_detect": "explode"}

    def packets(self) -> Iterator[LivePacket]:
        """Those of the video, up to the end of the stream. Raises UnreadableError when it breaks off."""
        read_only(self._container, [self.video])
        failures = lost = 0
        while failures <= _MOST_ERRORS_IN_A_ROW:
            try:
                for packet in _whole(cast("Iterator[Packet[Stream]]", self._container.demux(self.video))):
                    failures = 0
                    if packet.is_corrupt:  # a part of it never came
                        lost += 1
                    elif packet.size:
                        pts = packet.pts if packet.pts is not None else packet.dts
                        yield LivePacket(
                            packet,
                            pts if self.has_times else None,
                            packet.size,
                            packet.is_keyframe,
                            lost,
                        )
            except av.FFmpegError as error:
                if isinstance(error, OSError | av.ExitError):
                    _raise(error, "broke off")
                failures += 1
                lost += 1
            else:
                return
        raise UnreadableError("the stream broke off: nothing in it could be read any more")

    def decode(self, packet: LivePacket | None) -> list[Picture]:
        """The pictures that a packet makes whole, or those that are left, for None; without those that are damaged.

        Raises DamagedError for pictures that are too large.
        """
        found = decode(self._decoder, None if packet is None else packet.packet, self.damage)
        for picture in found:
            if max(picture.width, picture.height) > MAX_SIDE or picture.width * picture.height > MAX_PIXELS:
                raise DamagedError(
                    f"expected pictures of at most {MAX_SIDE} pixels a side and {MAX_PIXELS // 1_000_000} million in "
                    f"all, found {picture.width}x{picture.height}; choose a smaller stream of the camera"
                )
        whole = [picture for picture in found if not picture.is_corrupt]
        self.damage.frames += len(found) - len(whole)
        return whole


def _whole(packets: "Iterator[Packet[Stream]]") -> "Iterator[Packet[Stream]]":
    """Packets of one time as one: they are parts of one picture.

    GStreamer's senders repeat what all pictures share before each slice, and FFmpeg takes each of those for a picture;
    the first of all then has no time.
    """
    last: Packet[Stream] | None = None
    for packet in packets:
        if last is not None and _is_one(last, packet):
            packet = _joined(last, packet)
        elif last is not None:
            yield last
        last = packet
    if last is not None:
        yield last


def _is_one(first: "Packet[Stream]", second: "Packet[Stream]") -> bool:
    is_begun = first.pts is None and first.is_keyframe and second.is_keyframe
    return second.pts is not None and (first.pts == second.pts or is_begun)


def _joined(first: "Packet[Stream]", second: "Packet[Stream]") -> "Packet[Stream]":
    both: Packet[Stream] = Packet(bytes(first) + bytes(second))
    both.stream, both.time_base = second.stream, second.time_base
    both.pts, both.dts, both.is_keyframe = second.pts, second.dts, first.is_keyframe
    return both


def _video_of(container: InputContainer) -> tuple[VideoStream, int]:
    """The first video that can be decoded, and how many videos there are."""
    footage = [stream for stream in container.streams.video if not stream.disposition & NOT_FOOTAGE]
    if not footage:
        found = "only sound" if container.streams.audio else "neither picture nor sound"
        raise NotVideoError(f"expected a stream with video, found {found}; name another stream of the camera")
    known = next((stream for stream in footage if stream.codec_context is not None), None)
    if known is None:
        raise DamagedError("the video in the stream is of a kind that FFmpeg does not know; have it send H.264")
    return known, len(footage)


def _raise(error: av.FFmpegError, happened: str) -> NoReturn:
    """FFmpeg's error as one of ours, without the cause: that one holds the address."""
    raise _translated(error, happened) from None


def _translated(error: av.FFmpegError, happened: str) -> MediaError | UsageError:
    if isinstance(error, _REFUSALS):
        return UsageError(
            "the source refuses the login; name a file or a variable with the right user:password (--login)"
        )
    if isinstance(error, av.HTTPNotFoundError):
        return UsageError("the source has no such stream; check the path in its address")
    if isinstance(error, av.ExitError) or getattr(error, "errno", None) == errno.ETIMEDOUT:
        return UnreadableError(f"the stream {happened}: there was no answer in time")
    if happened.endswith("TLS") and getattr(error, "errno", None) == errno.EIO:  # the reason is in FFmpeg's log only
        return UnreadableError(
            f"the stream {happened}; is its certificate for this host, by an authority that this system trusts? "
            "SSL_CERT_FILE names a file with another one"
        )
    if isinstance(error, av.InvalidDataError):
        return NotVideoError(f"the stream {happened}: expected video, found no format that is one")
    return UnreadableError(f"the stream {happened} ({error.strerror})")
