"""The frames and the sound of a video, read once from the first to the last."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av import FFmpegError
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame

from passerby.errors import DamagedError
from passerby.media._av import decode, decoder_of, open_container, read_only, read_packets
from passerby.media.damage import Damage
from passerby.media.read.clock import FrameClock
from passerby.media.read.crop import Cropper
from passerby.media.read.decode_order import DecodeOrder, has_decoding_times_only
from passerby.media.read.deinterlace import Deinterlacer
from passerby.media.read.passed_over import passed_over
from passerby.media.read.probe import Layout, choose_audio, choose_video, look
from passerby.media.read.scale import Scaler
from passerby.media.read.sound import channels, mono
from passerby.media.read.timeline import SoundReader
from passerby.records import Floats, Pixels, VideoInfo

# MPEG-PS gives the times of some pictures only, AVI those of decoding. From where reading begins, those of the first
# pictures are guesses.
_PROGRAM_STREAM = "mpeg"
_UNSETTLED = 32  # pictures, at most
_LEAD = 2  # seconds from which to go there, to be past them

_INDEXED = "mov"  # FFmpeg's name for what keeps a full index


@dataclass(frozen=True, slots=True)
class Frame:
    """One decoded frame: its time, and its picture at any size. The picture itself is never changed."""

    pts: int  # ticks from the start of the shown timeline
    duration: int  # ticks, as the file says; the next frame may come sooner or later
    picture: VideoFrame
    scaler: Scaler

    def rgb(self, width: int, height: int) -> Pixels:
        """The upright picture (height, width, 3), scaled to exactly this size, in an array of its own."""
        return self.scaler.rgb(self.picture, width, height)


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """A stretch of sound."""

    start: Fraction  # seconds on the shown timeline
    rate: int  # samples a second
    samples: Floats  # (n,) mostly in [-1, 1]: the mean of the channels
    channels: Floats  # (n, channels)


def sample_size(info: VideoInfo, long_side: int = 640) -> tuple[int, int]:
    """The upright (width, height) at which models look at a video: even, in its shape, never scaled up."""
    scale = min(1.0, long_side / max(info.width, info.height))
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (info.width, info.height))
    return min(width, max(2, info.width // 2 * 2)), min(height, max(2, info.height // 2 * 2))


@contextmanager
def open_video(path: Path) -> Iterator["Reader"]:
    """Open a video for one reading.

    Raises UnreadableError, NotVideoError or DamagedError.
    """
    layout = look(path)
    with open_container(path) as container:
        yield Reader(container, layout, path)


def frame_at(path: Path, pts: int) -> Frame:
    """The frame that is shown at a time, found from the key frame before it; the first, or the last, out of the video.

    Where time stamps break off in the file, times behind the break are those of the file, as in players.
    Raises as ``open_video`` and ``Reader.read`` do.
    """
    with suppress(DamagedError), open_video(path) as reader:
        if reader.seek(pts):
            found = _last_until(reader, pts)
            if found.pts <= pts and reader.is_settled:
                return found
    with open_video(path) as reader:  # an index may lead past the frame, or there may be none
        return _last_until(reader, pts)


def _last_until(reader: "Reader", pts: int) -> Frame:
    """The last frame that begins up to ``pts``, or else the first. Raises DamagedError if there is none."""
    frames = (item for item in reader.read() if isinstance(item, Frame))
    last = next(frames)
    for frame in frames:
        if frame.pts > pts:
            break
        last = frame
    return last


class Reader:
    """One pass over the frames and the sound of a video; what it counts, ``end`` and ``damage`` are final after it."""

    def __init__(self, container: InputContainer, layout: Layout, path: Path) -> None:
        self.info = layout.info
        self.layout = layout
        self.frames = 0
        self.key_frames = 0  # as the container marks them
        self._unsettled = 0
        self._container, self._path = container, path
        self._damage = Damage()
        self._tick = layout.info.time_base.tick
        self._clock = FrameClock(layout.zero, layout.step, int(layout.longest_gap / self._tick), self._damage)
        self._deinterlacer = Deinterlacer(self._tick)
        self._scaler = Scaler(layout.orientation)
        self._cropper = Cropper(layout.crop, path, self._tick)
        self._video = choose_video(container, path)
        self._decoder = decoder_of(self._video)
        is_avi = container.format.name == "avi"
        is_by_order = has_decoding_times_only(container, self._video)
        self._order = DecodeOrder(is_first_at_start=is_avi) if is_by_order else None
        sound = choose_audio(container)
        self._sound = None if sound is None else SoundReader(sound, layout, self._damage)
        if sound is None and container.streams.audio:
            self._damage.lost_sound = True
        self.passed_over = passed_over(container)

    @property
    def is_settled(self) -> bool:
        """Whether the times of what was read last are those of the file, wherever reading began."""
        return self.frames > self._unsettled

    @property
    def end(self) -> int:
        """Where the last frame ends: the length of the video in ticks."""
        return self._clock.end

    @property
    def damage(self) -> str:
        """What could not be read, in one line; empty when all was well."""
        heard = Fraction(0) if self._sound is None else self._sound.end
        precision = self.layout.step * self._tick / 2 if self.layout.is_cut_off else None
        return self._damage.describe(max(self.end * self._tick, heard), self.layout.promised, precision)

    def seek(self, pts: int) -> bool:
        """Go to the last key frame up to a time, before anything is read; False where the file cannot do that."""
        self._sound = None
        is_guessed = self._container.format.name == _PROGRAM_STREAM or self._order is not None
        self._unsettled = _UNSETTLED if is_guessed else 0
        earlier = int(_LEAD / self._tick) if self._unsettled else 0
        try:
            self._container.seek(pts + self.layout.zero - earlier, stream=self._video)
        except FFmpegError:
            return False
        return True

    def read(self) -> Iterator[Frame | AudioChunk]:
        """All frames and all sound in the order of the file, past what is damaged.

        Raises DamagedError at the end if there was no frame to show.
        """
        self._decoder.thread_type = "AUTO"
        streams: list[Stream] = [self._video] if self._sound is None else [self._video, self._sound.stream]
        read_only(self._container, streams)
        counts = Counter[int]()
        for packet in read_packets(self._container, streams, self._damage):
            counts[packet.stream_index] += 1
            if packet.stream_index == self._video.index:
                self.key_frames += packet.is_keyframe
                yield from self._frames(packet)
            elif self._sound is not None:
                yield from _chunks(self._sound, packet)
        yield from self._frames(None)
        yield from self._made(self._deinterlacer.flush())
        if self._sound is not None:
            yield from _chunks(self._sound, None)
        missing = (_indexed(self._container, stream) - counts[stream.index] for stream in streams)
        self._damage.missing = max(0, *missing)
        if not self.frames:
            raise DamagedError(f"{self._path}: expected video, found no frame that is shown; copy it again")

    def read_sound(self) -> Iterator[AudioChunk]:
        """The sound alone, as ``read`` gives it; no picture is decoded, and ``frames`` and ``end`` stay 0."""
        if self._sound is None:
            return
        read_only(self._container, [self._sound.stream])
        for packet in read_packets(self._container, [self._sound.stream], self._damage):
            yield from _chunks(self._sound, packet)
        yield from _chunks(self._sound, None)

    def _frames(self, packet: "Packet[Stream] | None") -> Iterator[Frame]:
        if packet is not None and self._order is not None:
            self._order.push(packet)
        for picture in map(self._cropper.cut, decode(self._decoder, packet, self._damage)):
            if self._order is not None:
                self._order.take(picture)
            stamp = picture.dts if picture.pts is None else picture.pts
            at = self._clock.place(stamp, picture.duration)
            if at is not None:
                self._damage.frames += picture.is_corrupt
                picture.pts, picture.duration = at, self._clock.end - at
                yield from self._made(self._deinterlacer.push(picture))

    def _made(self, pictures: Iterator[VideoFrame]) -> Iterator[Frame]:
        for picture in pictures:
            self.frames += 1
            yield Frame(picture.pts or 0, picture.duration, picture, self._scaler)


def _indexed(container: InputContainer, stream: Stream) -> int:
    """How many packets the index of a file names, where it names them all: in MP4 and its kin."""
    if _INDEXED not in container.format.name.split(","):
        return 0
    return sum(entry.size > 0 for entry in stream.index_entries)


def _chunks(sound: SoundReader, packet: "Packet[Stream] | None") -> Iterator[AudioChunk]:
    for start, frame in sound.frames(packet):
        yield AudioChunk(start, frame.sample_rate, mono(frame), channels(frame))
