"""Writing a copy: a new file without metadata, and the track of its pictures.

The same pictures at the same times give the same bytes, on the same machine and with the same FFmpeg.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import cast

import av
from av.bitstream import BitStreamFilterContext
from av.codec.context import Flags
from av.container import OutputContainer
from av.packet import Packet
from av.sidedata.sidedata import Type
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream

from passerby.errors import OutputError
from passerby.media.read.orientation import Orientation
from passerby.media.read.planes import FrameFormat
from passerby.media.read.probe import Layout
from passerby.media.read.side_data import has_names_only, side_data
from passerby.media.write.containers import FileKind, kind_of_file
from passerby.media.write.encoders import AS_USUAL, CodingWish, choose_encoding
from passerby.media.write.scheduling import usual_scheduling

_SEI = 6  # the kind of H.264's units for notes: ITU-T H.264, 7.4.1
_MILLISECOND = Fraction(1, 1000)
USUAL_RATE = Fraction(25)
# Half a second each; what is written is on its way to the disk at once.
FRAGMENTS = {
    "movflags": "empty_moov+default_base_moof",
    "frag_duration": "500000",
    "flush_packets": "1",
}
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


class Output:
    """A file that is being written. All its tracks are there before the first packet."""

    def __init__(self, path: Path, kind: FileKind, container: OutputContainer) -> None:
        self.path, self.kind, self.container = path, kind, container

    def begin(self) -> None:
        """Write the header. Raises OutputError."""
        with self.errors():
            self.container.start_encoding()

    def mux(self, packets: "Iterable[Packet[Stream]]") -> None:
        """Write packets of its tracks, their times in any time base. Raises OutputError."""
        with self.errors():
            for packet in packets:
                self.container.mux_one(packet)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """FFmpeg's errors as ours."""
        try:
            yield
        except (av.FFmpegError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise OutputError(f"{self.path}: cannot be written ({reason}); check the disk and the folder") from error


@contextmanager
def open_output(path: Path, layout: Layout, *, fragmented: bool = False) -> Iterator[Output]:
    """A new file for a copy of the video that ``layout`` tells of; it is gone after any error.

    A ``fragmented`` one can be played up to its last fragment at any time while it is written, and stays after errors.

    Raises UsageError for a suffix that stands for no kind of file, OutputError when it cannot be written.
    """
    kind = kind_of_file(path)
    options = {"fflags": "+bitexact"}
    if fragmented:
        options |= FRAGMENTS
    elif not kind.is_matroska:
        # By default lengths are in milliseconds, and the last frame may be cut off.
        options |= {"movflags": "+faststart", "movie_timescale": str(_timescale(layout))}
    # With "file:", or a name such as "pipe:1" would be taken for a protocol.
    container = av.open(f"file:{path.absolute()}", "w", format=kind.muxer, container_options=options)
    output = Output(path, kind, container)
    with ExitStack() as undo:
        if not fragmented:
            undo.callback(path.unlink, missing_ok=True)
        undo.callback(_abandon, container)
        yield output
        with output.errors():
            container.close()
        undo.pop_all()  # it is whole, and stays


def _timescale(layout: Layout) -> int:
    """The ticks a second of an MP4 file in which those of the video are whole: FFmpeg's own for a track."""
    scale = layout.info.time_base.tick.denominator
    while scale < 10_000:
        scale *= 2
    return scale


def _abandon(container: OutputContainer) -> None:
    try:
        container.close()
    except (av.FFmpegError, ValueError):
        return  # it could not be written in the first place


class VideoTrack:
    """The pictures of a copy, encoded."""

    def __init__(
        self, output: Output, layout: Layout, wish: CodingWish = AS_USUAL, options: Mapping[str, str] = NO_OPTIONS
    ) -> None:
        """A track like that of the source in size, shape, colours, turn and times. Raises OutputError.

        ``options`` of the encoder come on top of those that it has by ``wish``.
        """
        encoding = choose_encoding(output.kind, layout, wish)
        self.codec, self.format = encoding.name, encoding.format  # of the pictures that it takes
        self.notes = (*encoding.notes, *notes_on(output.kind, layout))
        self._output, self._layout = output, layout
        self._durations: dict[int, int] = {}  # of the pictures within the encoder, by pts
        self._last: VideoFrame | None = None  # its length is known when the next one comes
        self._filter: BitStreamFilterContext | None = None
        if encoding.encoder == "libsvtav1":
            os.environ.setdefault("SVT_LOG", "1")  # it would tell of itself on stderr
        with output.errors():
            settings = {**encoding.options, **options}
            stream = output.container.add_stream(encoding.encoder, layout.rate or USUAL_RATE, options=settings)
        self._stream = cast(VideoStream, stream)
        self._set_up()

    def _set_up(self) -> None:
        layout, context = self._layout, self._stream.codec_context
        configure(context, layout, self.format)
        self._stream.time_base = context.time_base
        if context.name == "libx265" and not self._output.kind.is_matroska:
            context.codec_tag = "hvc1"  # Apple's players know HEVC by this name alone
        turn(self._stream, layout.orientation, self._output.kind)
        if context.name == "libsvtav1":
            with self._output.errors(), usual_scheduling():
                context.open()

    def takes(self, picture: VideoFrame) -> bool:
        """Whether the samples of a decoded picture can be written as they are, with nothing at it that would go along.

        Raises OutputError if it is not as the first one was.
        """
        self._check(picture)
        if picture.format.name != self.format.pixels or not has_names_only(picture):
            return False
        return all(data.type is Type.DISPLAYMATRIX for data in side_data(picture))

    def _check(self, picture: VideoFrame) -> None:
        found = picture.width, picture.height, picture.format.name
        expected = *self._layout.coded_size, self._layout.info.pixel_format
        if found != expected:
            raise OutputError(
                f"{self._output.path}: expected pictures of {_words(expected)}, as the first one is, found one of "
                f"{_words(found)}; convert the original to one size and format first"
            )

    def write(self, picture: VideoFrame, pts: int, duration: int, *, key: bool = False) -> None:
        """Encode a picture of the track's format; its time and kind are set here: a ``key`` frame, or what suits.

        ``pts``, rising, and ``duration`` are in ticks of the source. A picture lasts until the next one; the duration
        of the last one counts. Raises OutputError.
        """
        picture.pts, picture.duration, picture.time_base = pts, duration, self._layout.info.time_base.tick
        kind = PictureType.I if key else PictureType.NONE
        picture.pict_type = kind  # or the encoder would make it of the kind that it was
        if self._last is not None:
            self._last.duration = pts - (self._last.pts or 0)
            self._encode(self._last)
        self._last = picture

    def finish(self) -> None:
        """Write what is left. Raises OutputError."""
        if self._last is not None:
            self._encode(self._last)
        self._encode(None)
        self._last = None
        if self._durations:
            raise OutputError(f"{self._output.path}: {len(self._durations)} pictures did not come out of the encoder")

    def _encode(self, picture: VideoFrame | None) -> None:
        if picture is not None:
            self._durations[picture.pts or 0] = picture.duration
        with self._output.errors():
            packets = self._stream.encode(picture)
        for packet in packets:
            packet.duration = self._durations.pop(packet.pts or 0)
            self._output.mux(self._without_notes(packet))

    def _without_notes(self, packet: "Packet[Stream]") -> "list[Packet[Stream]]":
        """x264 writes its version and all its settings into the first packet: left out."""
        if self._stream.codec_context.name != "libx264":
            return [packet]
        if self._filter is None:
            self._filter = BitStreamFilterContext(f"filter_units=remove_types={_SEI}", self._stream)
        filtered = self._filter.filter(packet)
        for one in filtered:
            one.stream = self._stream
        return filtered


def configure(encoder: VideoCodecContext, layout: Layout, frames: FrameFormat) -> None:
    """Set an encoder up for pictures like those of the source in shape, colours and times."""
    colours = layout.colours
    encoder.width, encoder.height = frames.size
    encoder.pix_fmt = frames.pixels
    encoder.time_base = layout.info.time_base.tick
    encoder.flags |= Flags.bitexact
    encoder.thread_type = "FRAME"  # slices, PyAV's default, cost some of the quality
    if layout.aspect:
        encoder.sample_aspect_ratio = layout.aspect
    encoder.color_range = ColorRange.JPEG if colours.full_range else ColorRange.MPEG
    encoder.color_primaries, encoder.color_trc = colours.primaries, colours.transfer
    encoder.colorspace = colours.matrix


def turn(stream: VideoStream, orientation: Orientation, kind: FileKind) -> None:
    """Have players turn and mirror a track as they do the source."""
    if orientation == Orientation():
        return
    if orientation.turned_then_mirrored and kind.is_matroska:
        raise OutputError("the original is mirrored when it is played, which a .mkv or .webm file cannot say; use .mp4")
    stream.set_display_rotation(-orientation.rotation, hflip=orientation.turned_then_mirrored)


def notes_on(kind: FileKind, layout: Layout) -> list[str]:
    """In what a copy in such a file is not as the source, however it is encoded."""
    notes = [f"lost: {what}" for what in layout.lost_in_copies]
    if kind.is_matroska and (layout.info.time_base.tick / _MILLISECOND).denominator != 1:
        notes.append("times are rounded to milliseconds: such a file knows no others")
    return notes


def _words(shape: tuple[int, int, str]) -> str:
    return "{}x{} in {}".format(*shape)
