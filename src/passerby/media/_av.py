"""FFmpeg behind one door: files opened safely, packets read past their damage, its errors turned into ours.

FFmpeg writes nothing to stderr here: PyAV takes its log, and drops it unless a level is set; none is.
"""

import errno
import stat
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast, overload

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.codec.context import Flags
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.errors import DamagedError, MediaError, NotVideoError, UnreadableError
from passerby.files.near import near_file
from passerby.media.damage import Damage

MAX_SIDE = 16_384
MAX_PIXELS = 200_000_000

# Formats that are no video of their own: playlists and scripts name other files (and would make FFmpeg open
# them), filters are no files at all, and still pictures and text art are not footage.
_SCRIPTS = frozenset({"concat", "dash", "hls", "imf", "rtsp", "sdp", "sap", "smoothstreaming", "lavfi", "ffmetadata"})
_STILLS = frozenset({"image2", "image2pipe", "avif", "ico", "webp", "adf", "bin", "idf", "tty", "xbin"})

# FFmpeg's own decoders leave out how transparent pictures are, which shows what nobody was to see.
_TRANSPARENT = {"vp8": "libvpx", "vp9": "libvpx-vp9"}

# Errors in a row after which a file is taken to be at its end: some demuxers repeat theirs for ever.
_MAX_ERRORS_IN_A_ROW = 64

# What the first bytes of common video files are: MP4 (at 4), Matroska, GIF, FLV, Ogg, MPEG-PS, ASF; AVI (at 8).
_MP4_ATOMS = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp", b"moof")
_SIGNATURES = (b"\x1aE\xdf\xa3", b"GIF8", b"FLV", b"OggS", b"\x00\x00\x01\xba", b"0&\xb2u")
_TS_PACKET = 188


def open_container(path: Path) -> InputContainer:
    """Open a media file for reading; no other file and no network, whatever is written in it.

    Raises UnreadableError, NotVideoError or DamagedError.
    """
    head = _read_head(path)
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": ",".join(sorted(bytes_formats())),
        "max_pixels": str(MAX_PIXELS),
    }
    try:
        # With "file:", or a name such as "concat:a" would be taken for a protocol.
        return av.open(f"file:{path.absolute()}", options=options, metadata_errors="replace")
    except av.FFmpegError as error:
        raise _open_error(path, head, error) from error


def bytes_formats() -> set[str]:
    """FFmpeg's names of the formats that are video in themselves, and open nothing else."""
    return {name for name in av.formats_available - _SCRIPTS - _STILLS if not name.endswith("_pipe")}


def _read_head(path: Path) -> bytes:
    """The first bytes of a regular file that is not empty."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnreadableError(f"{path}: expected a video file, found a folder; name the files in it")
        if not stat.S_ISREG(mode):
            raise UnreadableError(f"{path}: expected a video file, found a pipe or a device; copy it to a file first")
        with path.open("rb") as file:
            head = file.read(2 * _TS_PACKET)
    except OSError as error:
        raise _os_error(path, error) from error
    if not head:
        raise NotVideoError(f"{path}: expected a video, found an empty file (0 bytes); copy it again")
    return head


def _os_error(path: Path, error: OSError) -> UnreadableError:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return UnreadableError(f"{path}: there is no such file; {near_file(path)}")
        case errno.EACCES | errno.EPERM:
            return UnreadableError(f"{path}: the file may not be read; change its permissions")
        case _:
            return UnreadableError(f"{path}: the file cannot be read ({error.strerror}); check the path and the disk")


def _open_error(path: Path, head: bytes, error: av.FFmpegError) -> MediaError:
    # The file itself can be read: EIO is what many demuxers say when it ends too soon.
    if isinstance(error, OSError) and error.errno != errno.EIO:
        return _os_error(path, error)
    if _is_known(head):
        return DamagedError(f"{path}: the video is cut short or damaged ({error.strerror}); copy it again")
    return NotVideoError(f"{path}: expected a video, found no format that is one; check what the file is")


def _is_known(head: bytes) -> bool:
    is_ts = head[:1] == b"G" and head[_TS_PACKET : _TS_PACKET + 1] == b"G"
    return is_ts or head.startswith(_SIGNATURES) or head.startswith(_MP4_ATOMS, 4) or head.startswith(b"AVI ", 8)


def tick_of(stream: Stream) -> Fraction:
    """The time base of a stream; where it has none, the one that FFmpeg starts from."""
    return stream.time_base or Fraction(1, 90_000)


def read_packets(container: InputContainer, streams: Sequence[Stream], damage: Damage) -> Iterator["Packet[Stream]"]:
    """The packets of ``streams`` in file order, past those that cannot be read."""
    failures = 0
    while failures <= _MAX_ERRORS_IN_A_ROW:
        try:
            for packet in container.demux(*streams):
                failures = 0
                if packet.size:  # the empty ones at the end only tell a decoder to flush
                    yield packet
        except av.FFmpegError:
            failures += 1
            damage.packets += 1
        except IndexError:
            # PyAV 18 raises this at the end of a file in which another stream turned up on the way.
            return
        else:
            return


def decoder_of(video: VideoStream) -> VideoCodecContext:
    """What decodes a video: FFmpeg's own decoder, or the only one that knows of transparency."""
    context = video.codec_context
    name = _TRANSPARENT.get(context.codec.canonical_name)
    if name and video.metadata.get("alpha_mode") == "1":
        context = cast(VideoCodecContext, av.CodecContext.create(name, "r"))
    # Or what the pictures say that is not shown at their left side would be, where it does not suit FFmpeg's memory.
    context.flags |= Flags.unaligned
    return context


@overload
def decode(decoder: VideoCodecContext, packet: "Packet[Stream] | None", damage: Damage) -> list[VideoFrame]: ...
@overload
def decode(decoder: AudioCodecContext, packet: "Packet[Stream] | None", damage: Damage) -> list[AudioFrame]: ...
def decode(
    decoder: VideoCodecContext | AudioCodecContext, packet: "Packet[Stream] | None", damage: Damage
) -> list[VideoFrame] | list[AudioFrame]:
    """What a decoder gives for a packet, or what it still holds for None; nothing for a damaged packet."""
    try:
        return decoder.decode(packet)
    except av.FFmpegError:
        if decoder.type == "audio":
            damage.sounds += 1
        else:
            damage.packets += 1
        return []


def read_only(container: InputContainer, streams: Sequence[Stream]) -> None:
    """Have the demuxer skip all other streams."""
    for stream in container.streams:
        stream.discard = Discard.default if stream in streams else Discard.all
