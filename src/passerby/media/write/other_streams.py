"""What goes into a copy besides its pictures: sound, and the other streams that were asked for.

All else that the source holds is left out, and told by its kind; metadata by its names alone.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import AttachmentStream, Disposition, Stream

from passerby.errors import OutputError
from passerby.media._av import open_container, read_only, read_packets, tick_of
from passerby.media.damage import Damage
from passerby.media.read.leftovers import leftovers
from passerby.media.read.probe import Layout, choose_audio, choose_video
from passerby.media.read.timeline import Timeline
from passerby.media.write.caption_cleaner import TEXTS, CaptionCleaner
from passerby.media.write.containers import FileKind
from passerby.media.write.headers import sound_header, without_tags
from passerby.media.write.soundtrack import Edit, Soundtrack, Spans
from passerby.media.write.video import Output
from passerby.wording import counted

StreamType = Literal["video", "sound", "subtitles", "chapters", "data", "attachments", "covers"]

_KINDS: dict[str, StreamType] = {
    "audio": "sound",
    "subtitle": "subtitles",
    "data": "data",
    "attachment": "attachments",
    "video": "video",
}
# FFmpeg's demuxers and muxers of Matroska agree on what lies before time zero; others do not.
_MATROSKA = "matroska"
_USUAL_TICK = Fraction(1, 1000)  # of chapters
_ENDING, _MIME = re.compile(r"\.[a-z0-9]{1,5}"), re.compile(r"[a-z]{1,16}/[a-z0-9.+-]{1,64}")
_NO_TITLE = "-"  # of a chapter: those with none at all are mixed up in MP4
_PLAIN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a source holds and its copy does not."""

    kind: StreamType
    codec: str
    count: int

    def __str__(self) -> str:
        return f"{self.kind} ({f'{self.count} of ' if self.count > 1 else ''}{self.codec})"


# From a cover picture in a file of its own, and the name of its codec, to what the copy gets.
CoverChange = Callable[[bytes, str], bytes]


@dataclass(frozen=True, slots=True)
class StreamSelection:
    """What a copy is to hold besides its pictures."""

    sound: bool = False
    edit: Edit = "none"  # copied as it is, where the file takes it
    spans: Spans = ()
    kinds: Collection[StreamType] = ()
    heard_only: bool = False  # of several tracks of sound, only the one that was listened to when ``spans`` were found
    cover: CoverChange | None = None  # None: as they are

    def is_edited(self, start: Fraction, end: Fraction | None) -> bool:
        """Whether the sound is edited anywhere from ``start`` up to ``end``; None: to the end of the video."""
        spans = self.spans if self.edit != "none" else ()
        return any(first < last and start < last and (end is None or first < end) for first, last in spans)


@contextmanager
def open_companions(source: Path, layout: Layout, output: Output, selection: StreamSelection) -> Iterator["Companions"]:
    """Add the tracks of what is wanted to a copy. Raises OutputError for what its kind of file does not take."""
    with open_container(source) as container:
        yield Companions(container, source, layout, output, selection)


class Companions:
    """One pass over the streams of a source that are not its pictures."""

    def __init__(
        self, container: InputContainer, source: Path, layout: Layout, output: Output, selection: StreamSelection
    ) -> None:
        self.notes: list[str] = []
        self._container, self._layout, self._output, self._selection = container, layout, output, selection
        self._damage = Damage()
        self._tracks: dict[int, Soundtrack | _Copied] = {}
        self._kept: dict[str, None] = {}  # kinds that are as they were, in the order of the file
        self._covers = 0  # that are not
        self._streams: list[Stream] = []
        self._now = Fraction(0)  # up to where it is written, in seconds
        dropped: Counter[tuple[StreamType, str]] = Counter()
        picture = choose_video(container, source).index
        self._heard = choose_audio(container)
        for stream in container.streams:
            if stream.index != picture and not self._keep(stream):
                dropped[kind_of(stream), codec_of(stream)] += 1
        dropped.update(self._chapters())
        self._tell_passed_over(dropped)
        self._tell_kept()
        self.dropped = tuple(Dropped(kind, codec, count) for (kind, codec), count in dropped.items())
        self.tags = leftovers(source).tags  # names of metadata; a copy has none of them
        self._packets = read_packets(container, self._streams, self._damage) if self._streams else iter(())
        read_only(container, self._streams)

    @property
    def is_whole(self) -> bool:
        """Whether all that was read so far could be."""
        return not self._damage.packets and not self._damage.sounds

    @property
    def changed(self) -> tuple[Fraction, ...]:
        """How many seconds of sound were silenced or bleeped in each span, in the track where it was most."""
        tracks = [track.changed for track in self._tracks.values() if isinstance(track, Soundtrack)]
        return tuple(map(max, zip(*tracks, strict=True)))

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
        left_out = sum(track.left_out for track in self._tracks.values() if isinstance(track, _Copied))
        if left_out:
            self.notes.append(f"{counted(left_out, 'caption')} over what is muted left out")

    def _tell_passed_over(self, dropped: Counter[tuple[StreamType, str]]) -> None:
        films = 1 + sum(count for (kind, _), count in dropped.items() if kind == "video")
        if films > 1:
            self.notes.append(f"1 of {films} films is in the copy: the others were not looked at")
        unheard = sum(count for (kind, _), count in dropped.items() if kind == "sound")
        if self._selection.sound and unheard:
            self.notes.append(f"1 of {unheard + 1} tracks of sound is in the copy: the others were not listened to")

    def _tell_kept(self) -> None:
        if self._covers:
            self.notes.append(f"{counted(self._covers, 'cover picture')} kept, with the same hidden as in the film")
        if self._kept:
            muted = ", but what is over muted sound is left out" if self._selection.edit != "none" else ""
            self.notes.append(f"kept as asked: {', '.join(self._kept)}; nobody looked for names in them{muted}")

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
            unheard = self._selection.heard_only and stream is not self._heard
            return self._selection.sound and not unheard and self._add_sound(stream)
        if kind not in self._selection.kinds or kind == "video":
            return False
        if isinstance(stream, AttachmentStream):
            self._add_attachment(stream)
        else:
            self._check_taken(stream, kind)
            self._add_copy(stream, kind)
        if kind == "covers" and self._selection.cover is not None:
            self._covers += 1
        else:
            self._kept[kind] = None
        return True

    def _check_taken(self, stream: Stream, kind: StreamType) -> None:
        codec, output = codec_of(stream), self._output.kind
        taken = {
            "subtitles": codec in output.subtitles,
            "covers": output.takes_covers,
            "data": kind != "data" or _takes(output, stream),
        }
        if not taken[kind]:
            raise self._refusal(kind, codec)
        if kind == "subtitles" and self._selection.edit != "none" and codec not in TEXTS:
            raise OutputError(
                f"{self._output.path}: subtitles that are pictures ({codec}) cannot be left out where the sound is "
                "muted; drop them"
            )

    def _add_sound(self, stream: Stream) -> bool:
        known = isinstance(stream, AudioStream) and stream.codec_context is not None
        codec = codec_of(stream)
        if known and self._selection.edit == "none" and codec in self._output.kind.sounds:
            header = sound_header(codec, stream.codec_context.extradata or b"")
            if header is not None:
                self._add_copy(stream, "sound", header)
                return True
        if not isinstance(stream, AudioStream) or not known:
            raise OutputError(f"{self._output.path}: the original has sound that no decoder knows ({codec}); drop it")
        selection = self._selection
        self._add(stream, Soundtrack(self._output, stream, self._layout, self._damage, selection.edit, selection.spans))
        self.notes.append(f"sound encoded again, as {self._output.kind.sound_encoder.removeprefix('lib')}")
        return True

    def _add_copy(self, stream: Stream, kind: StreamType, header: bytes = b"") -> None:
        captions = None
        if kind == "subtitles":
            own = stream.codec_context and stream.codec_context.extradata
            captions = CaptionCleaner(codec_of(stream), own or b"")
            header = captions.header
        try:
            track = self._output.container.add_stream_from_template(stream, opaque=True)
        except ValueError as error:
            raise self._refusal(kind, codec_of(stream)) from error
        track.metadata.clear()
        if track.codec_context is not None and track.codec_context.extradata != (header or None):
            track.codec_context.extradata = header or None
        if kind == "covers":
            track.disposition = Disposition.attached_pic
        keeps_lead = _MATROSKA in self._container.format.name or codec_of(stream) == "opus"
        may_lead = keeps_lead or not self._output.kind.is_matroska
        copied = _Copied(
            self._output, stream, track, self._layout, self._damage, self._selection, captions, may_lead=may_lead
        )
        self._add(stream, copied)

    def _add(self, stream: Stream, track: "Soundtrack | _Copied") -> None:
        self._tracks[stream.index] = track
        self._streams.append(stream)

    def _add_attachment(self, stream: AttachmentStream) -> None:
        """Under a name of its own: captions know fonts by those that are in them."""
        if not self._output.kind.takes_attachments:
            raise self._refusal("attachments", codec_of(stream))
        ending, mime = Path(stream.name or "").suffix.lower(), (stream.mimetype or "").lower()
        name = f"attachment-{stream.index}{ending if _ENDING.fullmatch(ending) else ''}"
        self._output.container.add_attachment(name, mime if _MIME.fullmatch(mime) else _PLAIN, stream.data)

    def _chapters(self) -> Counter[tuple[StreamType, str]]:
        """Copy the chapters with their titles if they are wanted, or count them."""
        chapters = self._container.chapters()
        if not chapters or "chapters" not in self._selection.kinds:
            return Counter({("chapters", "chapters"): len(chapters)} if chapters else {})
        zero = self._layout.zero * self._layout.info.time_base.tick
        for chapter in chapters:
            tick = chapter["time_base"] or _USUAL_TICK
            shift = round(zero / tick)
            chapter["start"] = max(chapter["start"] - shift, 0)
            chapter["end"] = max(chapter["end"] - shift, 0)
            muted = self._selection.is_edited(chapter["start"] * tick, chapter["end"] * tick)
            title = "" if muted else chapter["metadata"].get("title", "")
            chapter["metadata"] = {"title": title or _NO_TITLE}
        self._kept["chapters"] = None
        self._output.container.set_chapters(chapters)
        return Counter()

    def _refusal(self, kind: StreamType, codec: str) -> OutputError:
        path = self._output.path
        return OutputError(
            f"{path}: such a file does not take {kind} of this kind ({codec}); drop them, or name another kind of file"
        )


class _Copied:
    """A stream whose packets are copied: captions as they are shown, and none where the sound is edited."""

    def __init__(
        self,
        output: Output,
        stream: Stream,
        track: Stream,
        layout: Layout,
        damage: Damage,
        selection: StreamSelection,
        captions: CaptionCleaner | None,
        *,
        may_lead: bool,
    ) -> None:
        """``may_lead``: whether packets before time zero, from which a decoder starts, may be copied."""
        self.left_out = 0  # captions
        self._output, self._track, self._may_lead = output, track, may_lead
        self._selection, self._captions = selection, captions
        self._is_cover, self._codec = bool(track.disposition & Disposition.attached_pic), codec_of(stream)
        self._timeline = Timeline(stream, layout, damage)

    def push(self, packet: "Packet[Stream] | None") -> None:
        shown = None if packet is None else self._shown(packet)
        if shown is None or packet is None:
            return
        if self._is_cover:
            shown.pts = shown.dts = 0
        elif packet.pts is not None:
            at = self._place(packet.pts, packet.duration or 0)
            if at is None and not self._may_lead:
                return
            moved = (packet.pts - self._timeline.zero if at is None else at) - packet.pts
            shown.pts = packet.pts + moved
            shown.dts = None if packet.dts is None else packet.dts + moved
        shown.stream = self._track
        self._output.mux([shown])

    def _shown(self, packet: "Packet[Stream]") -> "Packet[Stream] | None":
        """What the copy gets of a packet, before its times are set; None for nothing."""
        if self._is_cover and self._selection.cover is not None:
            return _like(packet, self._hidden_cover(self._selection.cover, bytes(packet)))
        if self._captions is None:
            return self._without_tags(packet)
        words = self._captions.cue(bytes(packet))
        if self._is_over_edit(packet):
            self.left_out += 1
            return None
        return _like(packet, words) if words else None

    def _without_tags(self, packet: "Packet[Stream]") -> "Packet[Stream] | None":
        if self._track.type != "audio":
            return packet
        data = bytes(packet)
        sound = without_tags(self._codec, data)
        if sound == data:
            return packet
        return _like(packet, sound) if sound else None

    def _hidden_cover(self, change: CoverChange, data: bytes) -> bytes:
        try:
            return change(data, self._codec)
        except OutputError as error:
            raise OutputError(f"{self._output.path}: {error}") from error

    def _is_over_edit(self, packet: "Packet[Stream]") -> bool:
        start = self._timeline.seconds((packet.pts or 0) - self._timeline.zero)
        end = start + packet.duration * self._timeline.tick if packet.duration else None
        return self._selection.is_edited(start, end)

    def _place(self, stamp: int, duration: int) -> int | None:
        if self._track.type == "audio":
            return self._timeline.place(stamp, duration)
        # Long gaps are usual there, and no break in the time stamps.
        at = stamp - self._timeline.zero
        return at if at >= 0 else None


def kind_of(stream: Stream) -> StreamType:
    """What a stream is for; moving pictures beside those that are redacted are "video"."""
    if stream.type == "video" and stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails):
        return "covers"
    return _KINDS.get(stream.type, "data")


def codec_of(stream: Stream) -> str:
    """FFmpeg's name for how a stream is coded; of an attachment the ending of its name."""
    if isinstance(stream, AttachmentStream) and stream.codec_context is None:
        ending = Path(stream.name or "").suffix.lower()
        return ending if _ENDING.fullmatch(ending) else "unknown"
    if stream.codec_context is not None:
        return stream.codec_context.codec.canonical_name
    return getattr(stream, "name", None) or "unknown"


def _like(packet: "Packet[Stream]", data: bytes) -> "Packet[Stream]":
    """A packet with other bytes, and nothing else that hangs on it."""
    made: Packet[Stream] = Packet(data)
    made.pts, made.dts, made.duration, made.time_base = packet.pts, packet.dts, packet.duration, packet.time_base
    made.is_keyframe = packet.is_keyframe
    return made


def _takes(kind: FileKind, stream: Stream) -> bool:
    """Whether a file of this kind takes such a stream: tried, with one packet."""
    container = av.open(os.devnull, "w", format=kind.muxer)
    packet: Packet[Stream] = Packet(b"    ")
    packet.pts = packet.dts = 0
    packet.duration, packet.time_base = 1, tick_of(stream)
    try:
        packet.stream = container.add_stream_from_template(stream, opaque=True)
        container.mux_one(packet)
        container.close()
    except (av.FFmpegError, ValueError):
        return False
    return True
