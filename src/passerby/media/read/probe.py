"""What a file says of its video, and how its time stamps map to the timeline that is shown.

Time zero is the earliest start of the chosen video and the first sound. In MPEG-TS and MPEG-PS that is any number,
below zero, too, where their clock of 33 bits starts again soon after. Elsewhere it is never before zero, since what
MP4, Matroska or AVI place there is the run-up of a codec and is not shown. It is rounded down to a tick of the video.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.format import Flags
from av.stream import Disposition, Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from passerby.errors import DamagedError, NotVideoError
from passerby.media._av import (
    MAX_PIXELS,
    MAX_SIDE,
    decode,
    decoder_of,
    open_container,
    read_only,
    read_packets,
    tick_of,
)
from passerby.media.damage import Damage
from passerby.media.read import heif
from passerby.media.read.crop import Crop, Cropper, crop_of
from passerby.media.read.cut_off import is_cut_off
from passerby.media.read.orientation import Orientation, Placement, orientation_of
from passerby.media.read.planes import Colours, colours_of
from passerby.media.read.projection import lost_with
from passerby.media.read.recorded import recorded
from passerby.media.read.transparency import check_transparency
from passerby.records import VideoInfo
from passerby.times import TimeBase

NOT_FOOTAGE = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_USUAL_STEP = Fraction(1, 25)
_ODDEST_ASPECT = 8  # a stranger shape of pixel than this is a writer's mistake

# Leaps in time that FFmpeg, too, takes for a break in the time stamps: in formats where they are usual, in others.
_LONGEST_GAP_BROADCAST = Fraction(10)
_LONGEST_GAP = Fraction(30 * 3600)


@dataclass(frozen=True, slots=True)
class Layout:
    """What ``frames.py`` needs to know of a file besides its ``VideoInfo``."""

    info: VideoInfo
    orientation: Orientation
    zero: int  # time zero, in ticks of the video
    step: int  # ticks that a frame lasts where the file does not say
    longest_gap: Fraction  # seconds
    is_cut_off: bool  # the file ends before it should, by what it says of itself
    promised: Fraction | None  # seconds of video or sound that the header says there are
    coded_size: tuple[int, int]  # (width, height) of the pictures that are shown, not turned and not made square
    crop: Crop  # what the container cuts off of them before
    aspect: Fraction | None  # width of a pixel of theirs to its height; None where the file does not say
    rate: Fraction | None  # frames a second, on average
    colours: Colours
    lost_in_copies: tuple[str, ...]  # what no copy says of the pictures, in words

    @property
    def placement(self) -> Placement:
        return Placement(self.orientation, (self.info.width, self.info.height), self.coded_size)


def probe(path: Path) -> VideoInfo:
    """Open a file, find its video and decode the first frame of it.

    Raises UnreadableError, NotVideoError or DamagedError.
    """
    return look(path).info


def look(path: Path) -> Layout:
    """``probe`` with all that is found."""
    with open_container(path) as container:
        video = choose_video(container, path)
        crop = crop_of(path, container, video)
        picture = Cropper(crop, path, tick_of(video)).cut(_first_picture(container, video, path, decoder_of(video)))
        check_transparency(path, container, video, picture)
        return _layout(path, container, video, picture, crop)


def _orientation(path: Path, video: VideoStream, picture: VideoFrame) -> Orientation:
    """How the pictures of a video are turned, which a decoder hands on only if it is FFmpeg's choice for the file."""
    if decoder_of(video) is video.codec_context:
        return orientation_of(picture)
    with open_container(path) as container:
        same = choose_video(container, path)
        return orientation_of(_first_picture(container, same, path, same.codec_context))


def choose_video(container: InputContainer, path: Path) -> VideoStream:
    """The video stream that FFmpeg holds for the best, or the first one; cover art and thumbnails are none.

    Raises NotVideoError, or DamagedError if no decoder knows the video.
    """
    if "mov" in container.format.name.split(",") and heif.is_still(path):
        raise NotVideoError(f"{path}: expected a video, found a still image; `passerby redact` makes copies of those")
    footage = [stream for stream in container.streams.video if not stream.disposition & NOT_FOOTAGE]
    if not footage:
        raise NotVideoError(f"{path}: expected a video, found {_kinds(container)}; nothing in it can be searched")
    known = [stream for stream in footage if stream.codec_context is not None]
    if not known:
        raise DamagedError(f"{path}: the video in it is of a kind that FFmpeg does not know; convert it to H.264")
    best = container.streams.best("video")
    return next((stream for stream in known if stream is best), known[0])


def choose_audio(container: InputContainer) -> AudioStream | None:
    """The first sound that a decoder knows."""
    return next((stream for stream in container.streams.audio if stream.codec_context is not None), None)


def _kinds(container: InputContainer) -> str:
    found = {
        "sound": container.streams.audio,
        "subtitles": container.streams.subtitles,
        "a cover picture": container.streams.video,
    }
    names = [name for name, streams in found.items() if streams]
    return f"only {' and '.join(names)}" if names else "no picture and no sound"


def _check_size(width: int, height: int, path: Path) -> None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise DamagedError(
            f"{path}: expected at most {MAX_SIDE} pixels a side and {MAX_PIXELS // 1_000_000} million in all, "
            f"found {width}x{height}; scale the video down"
        )


def _first_picture(container: InputContainer, video: VideoStream, path: Path, decoder: VideoCodecContext) -> VideoFrame:
    _check_size(video.codec_context.width, video.codec_context.height, path)
    # Threads that work on a frame each would all be given one before the first is out.
    decoder.thread_type = "SLICE"
    read_only(container, [video])
    packets = chain(read_packets(container, [video], Damage()), [None])
    picture = next((picture for packet in packets for picture in decode(decoder, packet, Damage())), None)
    if picture is None:
        raise DamagedError(f"{path}: expected video, found not one whole frame that can be decoded; copy it again")
    _check_size(picture.width, picture.height, path)
    return picture


def _layout(path: Path, container: InputContainer, video: VideoStream, picture: VideoFrame, crop: Crop) -> Layout:
    audio = choose_audio(container)
    streams: list[Stream] = [video] if audio is None else [video, audio]
    starts = [stream.start_time * tick_of(stream) for stream in streams if stream.start_time is not None]
    lengths = [length for stream in streams if (length := _length(container, stream)) is not None]
    whole = None if container.duration is None else Fraction(container.duration, av.time_base)
    tick = tick_of(video)
    rate = video.average_rate or video.guessed_rate
    flags = Flags(container.format.flags)
    is_broadcast = Flags.ts_discont in flags
    orientation = _orientation(path, video, picture)
    width, height = orientation.size(*_square(picture.width, picture.height, video.sample_aspect_ratio))
    return Layout(
        info=VideoInfo(
            width=width,
            height=height,
            time_base=TimeBase(tick),
            rotation=orientation.rotation,
            codec=video.codec_context.codec.canonical_name,
            pixel_format=picture.format.name,
            has_audio=audio is not None,
            estimated_seconds=None if whole is None else float(whole),
            frame_rate=float(rate) if rate else None,
            recorded=recorded(container, video),
        ),
        orientation=orientation,
        zero=math.floor(_zero(starts, is_broadcast=is_broadcast) / tick),
        step=max(1, round((1 / rate if rate else _USUAL_STEP) / tick)),
        longest_gap=_LONGEST_GAP_BROADCAST if is_broadcast else _LONGEST_GAP,
        is_cut_off=is_cut_off(path, container.format.name),
        promised=None if Flags.no_timestamps in flags else max(lengths, default=whole),
        coded_size=(picture.width, picture.height),
        crop=crop,
        aspect=video.sample_aspect_ratio or None,
        rate=rate or None,
        colours=colours_of(picture),
        lost_in_copies=lost_with(path, container, video, picture),
    )


def _length(container: InputContainer, stream: Stream) -> Fraction | None:
    """How long a stream is by its header: that of AVI counts ticks, and FFmpeg guesses where the index is cut off."""
    ticks = stream.frames if container.format.name == "avi" and stream.type == "video" else stream.duration
    return None if ticks is None else ticks * tick_of(stream)


def _zero(starts: list[Fraction], *, is_broadcast: bool) -> Fraction:
    first = min(starts, default=Fraction(0))
    return first if is_broadcast else max(Fraction(0), first)


def _square(width: int, height: int, aspect: Fraction | None) -> tuple[int, int]:
    """The size with square pixels: the shorter way is stretched, so that nothing is lost (as mpv does)."""
    if not aspect or not 1 / _ODDEST_ASPECT <= aspect <= _ODDEST_ASPECT:
        return width, height
    if aspect > 1:
        return round(width * aspect), height
    return width, round(height / aspect)


def ffmpeg_version() -> str:
    """The version of the FFmpeg libraries that read and write video."""
    return str(av.ffmpeg_version_info)
