"""What goes into a copy besides its pictures: sound, and the other streams that were asked for.

All else that the source holds is left out, and told by its kind; metadata by its names alone.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import AttachmentStream, Disposition, Stream

from passerby.errors import OutputError
from passerby.media._av import open_container, read_only, read_packets
from passerby.media.damage import Damage
from passerby.media.leftovers import leftovers
from passerby.media.probe import Layout, choose_audio, choose_video
from passerby.media.soundtrack import Edit, Soundtrack, Spans
from passerby.media.timeline import Timeline
from passerby.media.write import Output

StreamKind = Literal["video", "sound", "subtitles", "chapters", "data", "attachments", "covers"]

_KINDS: dict[str, StreamKind] = {
    "audio": "sound",
    "subtitle": "subtitles",
    "data": "data",
    "attachment": "attachments",
    "video": "video",
}
# FFmpeg's demuxers and muxers of Matroska agree on what lies before time zero; others do not.
_MATROSKA = "matroska"
_USUAL_TICK = Fraction(1, 1000)  # of chapters


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a source holds and its copy does not."""

    kind: StreamKind
    codec: str
    count: int

    def __str__(self) -> str:
        return f"{self.kind} ({f'{self.count} of ' if self.count > 1 else ''}{self.codec})"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a copy is to hold besides its pictures."""

    sound: bool = False
    edit: Edit = "none"  # copied as it is, where the file takes it
    spans: Spans = ()
    kinds: Collection[StreamKind] = ()
    heard_only: bool = False  # of several tracks of sound, only the one that was listened to when ``spans`` were found


@contextmanager
def open_companions(source: Path, layout: Layout, output: Output, wanted: Wanted) -> Iterator["Companions"]:
    """Add the tracks of what is wanted to a copy. Raises OutputError for what its kind of file does not take."""
    with open_container(source) as container:
        yield Companions(container, source, layout, output, wanted)


class Companions:
    """One pass over the streams of a source that are not its pictures."""

    def __init__(self, container: InputContainer, source: Path, layout: Layout, output: Output, wanted: Wanted) -> None:
        self.notes: list[str] = []
        self._container, self._layout, self._output, self._wanted = container, layout, output, wanted
        self._damage = Damage()
        self._tracks: dict[int, Soundtrack | _Copied] = {}
        self._streams: list[Stream] = []
        self._now = Fraction(0)  # up to where it is written, in seconds
        dropped: Counter[tuple[StreamKind, str]] = Counter()
        picture = choose_video(container, source).index
        self._heard = choose_audio(container)
        for stream in container.streams:
            if stream.index != picture and not self._keep(stream):
                dropped[kind_of(stream), codec_of(stream)] += 1
        dropped.update(self._chapters())
        self.dropped = tuple(Dropped(kind, codec, count) for (kind, codec), count in dropped.items())
        self.tags = leftovers(source).tags  # names of metadata; a copy has none of them
        self._packets = read_packets(container, self._streams, self._damage) if self._streams else iter(())
        read_only(container, self._streams)

    @property
    def is_whole(self) -> bool:
        """Whether all that was read so far could be."""
        return not self._damage.packets and not self._damage.sounds

    def write_until(self, seconds: Fraction) -> None:
        """Write what the source has up to this time; all of it is written by ``finish``. Raises OutputError."""
        while self._now < seconds:
            packet = next(self._packets, None)
            if packet is None:
                return
            self._push(packet)

    def finish(self) -> None:
        """Write all that is left. Raises OutputError."""
        for packet in self._packets:
            self._push(packet)
        for track in self._tracks.values():
            track.push(None)

    def _push(self, packet: "Packet[Stream]") -> None:
        stamp = packet.pts if packet.dts is None else packet.dts
        if stamp is not None and packet.time_base:
            zero = self._layout.zero * self._layout.info.time_base.tick
            self._now = max(self._now, stamp * packet.time_base - zero)
        self._tracks[packet.stream_index].push(packet)

    def _keep(self, stream: Stream) -> bool:
        """Add a track for this stream, if it is wanted."""
        kind = kind_of(stream)
        if kind == "sound":
            unheard = self._wanted.heard_only and stream is not self._heard
            return self._wanted.sound and not unheard and self._add_sound(stream)
        if kind not in self._wanted.kinds or kind == "video":
            return False
        if isinstance(stream, AttachmentStream):
            self._add_attachment(stream)
            return True
        taken = {
            "subtitles": codec_of(stream) in self._output.kind.subtitles,
            "covers": self._output.kind.takes_covers,
        }
        if not taken.get(kind, True):
            raise self._refusal(kind, codec_of(stream))
        self._add_copy(stream, kind)
        return True

    def _add_sound(self, stream: Stream) -> bool:
        known = isinstance(stream, AudioStream) and stream.codec_context is not None
        codec = codec_of(stream)
        if known and self._wanted.edit == "none" and codec in self._output.kind.sounds:
            self._add_copy(stream, "sound")
            return True
        if not isinstance(stream, AudioStream) or not known:
            raise OutputError(f"{self._output.path}: the original has sound that no decoder knows ({codec}); drop it")
        wanted = self._wanted
        self._add(stream, Soundtrack(self._output, stream, self._layout, self._damage, wanted.edit, wanted.spans))
        self.notes.append(f"sound encoded again, as {self._output.kind.sound_encoder.removeprefix('lib')}")
        return True

    def _add_copy(self, stream: Stream, kind: StreamKind) -> None:
        try:
            track = self._output.container.add_stream_from_template(stream, opaque=True)
        except ValueError as error:
            raise self._refusal(kind, codec_of(stream)) from error
        track.metadata.clear()
        if kind == "covers":
            track.disposition = Disposition.attached_pic
        keeps_lead = _MATROSKA in self._container.format.name or codec_of(stream) == "opus"
        may_lead = keeps_lead or not self._output.kind.is_matroska
        self._add(stream, _Copied(self._output, stream, track, self._layout, self._damage, may_lead=may_lead))

    def _add(self, stream: Stream, track: "Soundtrack | _Copied") -> None:
        self._tracks[stream.index] = track
        self._streams.append(stream)

    def _add_attachment(self, stream: AttachmentStream) -> None:
        if not self._output.kind.takes_attachments:
            raise self._refusal("attachments", codec_of(stream))
        mime = stream.mimetype or "application/octet-stream"
        self._output.container.add_attachment(stream.name or "attachment", mime, stream.data)

    def _chapters(self) -> Counter[tuple[StreamKind, str]]:
        """Copy the chapters with their titles if they are wanted, or count them."""
        chapters = self._container.chapters()
        if not chapters or "chapters" not in self._wanted.kinds:
            return Counter({("chapters", "chapters"): len(chapters)} if chapters else {})
        zero = self._layout.zero * self._layout.info.time_base.tick
        for chapter in chapters:
            shift = round(zero / (chapter["time_base"] or _USUAL_TICK))
            chapter["start"] = max(chapter["start"] - shift, 0)
            chapter["end"] = max(chapter["end"] - shift, 0)
            title = chapter["metadata"].get("title")
            chapter["metadata"] = {} if title is None else {"title": title}
        self._output.container.set_chapters(chapters)
        return Counter()

    def _refusal(self, kind: StreamKind, codec: str) -> OutputError:
        path = self._output.path
        return OutputError(
            f"{path}: such a file does not take {kind} of this kind ({codec}); drop them, or name another kind of file"
        )


class _Copied:
    """A stream whose packets are copied."""

    def __init__(
        self, output: Output, stream: Stream, track: Stream, layout: Layout, damage: Damage, *, may_lead: bool
    ) -> None:
        """``may_lead``: whether packets before time zero, from which a decoder starts, may be copied."""
        self._output, self._track, self._may_lead = output, track, may_lead
        self._is_cover = bool(track.disposition & Disposition.attached_pic)
        self._timeline = Timeline(stream, layout, damage)

    def push(self, packet: "Packet[Stream] | None") -> None:
        if packet is None:
            return
        if self._is_cover:
            packet.pts = packet.dts = 0
        elif packet.pts is not None:
            at = self._place(packet.pts, packet.duration or 0)
            if at is None and not self._may_lead:
                return
            moved = (packet.pts - self._timeline.zero if at is None else at) - packet.pts
            packet.pts += moved
            packet.dts = None if packet.dts is None else packet.dts + moved
        packet.stream = self._track
        self._output.mux([packet])

    def _place(self, stamp: int, duration: int) -> int | None:
        if self._track.type == "audio":
            return self._timeline.place(stamp, duration)
        # Long gaps are usual there, and no break in the time stamps.
        at = stamp - self._timeline.zero
        return at if at >= 0 else None


def kind_of(stream: Stream) -> StreamKind:
    """What a stream is for; moving pictures beside those that are redacted are "video"."""
    if stream.type == "video" and stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails):
        return "covers"
    return _KINDS.get(stream.type, "data")


def codec_of(stream: Stream) -> str:
    """FFmpeg's name for how a stream is coded."""
    if stream.codec_context is not None:
        return stream.codec_context.codec.canonical_name
    return getattr(stream, "name", None) or "unknown"
