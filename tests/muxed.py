"""Files with more in them than one film: sounds, captions, chapters, covers; and bytes where none belong."""

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.stream import Disposition, Stream
from av.video.stream import VideoStream
from PIL import Image

from passerby.records import Floats, Pixels

RATE = 48_000
Cue = tuple[float, float, str]  # seconds and words


def muxed(
    path: Path,
    film: Path,
    *,
    films: Sequence[Path] = (),
    sounds: Sequence[Floats] = (),
    cues: Sequence[Cue] = (),
    chapters: Sequence[Cue] = (),
    cover: Pixels | None = None,
    sound_codec: str = "aac",
) -> Path:
    """The film of a file with all that; a sound is (n, channels) at RATE."""
    with av.open(str(path), "w") as out:
        sources = [av.open(str(source)) for source in (film, *films)]
        copies = [out.add_stream_from_template(source.streams.video[0]) for source in sources]
        tracks = [_sound_track(out, sound_codec, sound.shape[1]) for sound in sounds]
        captions = out.add_mux_stream("mov_text" if path.suffix in (".mp4", ".mov") else "subrip") if cues else None
        picture = _cover_track(out, cover) if cover is not None else None
        if chapters:
            out.set_chapters([_chapter(number, *chapter) for number, chapter in enumerate(chapters)])
        for source, copy in zip(sources, copies, strict=True):
            for packet in source.demux(video=0):
                if packet.dts is not None:
                    packet.stream = copy
                    out.mux(packet)
            source.close()
        for track, sound in zip(tracks, sounds, strict=True):
            _write_sound(out, track, sound)
        if captions is not None:
            for start, end, words in cues:
                text = words.encode()
                content = len(text).to_bytes(2, "big") + text if path.suffix in (".mp4", ".mov") else text
                out.mux(_packet(content, captions, round(start * 1000), round((end - start) * 1000)))
        if picture is not None and cover is not None:
            out.mux(_packet(jpeg(cover), picture, 0, 0))
    return path


def _packet(content: bytes, stream: Stream, pts: int, duration: int) -> "av.Packet[Stream]":
    packet: av.Packet[Stream] = av.Packet(content)
    packet.stream, packet.time_base, packet.pts, packet.dts = stream, Fraction(1, 1000), pts, pts
    packet.duration = duration
    return packet


def jpeg(pixels: Pixels) -> bytes:
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=95)
    return written.getvalue()


def tone(seconds: float, hertz: float = 440, level: float = 0.3) -> Floats:
    """(n,) at RATE."""
    times = np.arange(round(seconds * RATE)) / RATE
    return (level * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def _sound_track(out: av.container.OutputContainer, codec: str, channels: int) -> AudioStream:
    track = out.add_stream(codec, RATE)
    assert isinstance(track, AudioStream)
    track.codec_context.layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    track.codec_context.bit_rate = 128_000
    return track


def _write_sound(out: av.container.OutputContainer, track: AudioStream, sound: Floats) -> None:
    layout = track.codec_context.layout.name
    for start in range(0, len(sound), 1024):
        block = np.ascontiguousarray(sound[start : start + 1024].T)
        frame = av.AudioFrame.from_ndarray(block, "fltp", layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        out.mux(track.encode(frame))
    out.mux(track.encode(None))


def _cover_track(out: av.container.OutputContainer, cover: Pixels) -> VideoStream:
    track = out.add_stream("mjpeg", 1)
    assert isinstance(track, VideoStream)
    track.width, track.height, track.pix_fmt = cover.shape[1], cover.shape[0], "yuvj420p"
    track.disposition = Disposition.attached_pic
    return track


def _chapter(number: int, start: float, end: float, words: str) -> Any:
    return {
        "id": number,
        "start": round(start * 1000),
        "end": round(end * 1000),
        "time_base": Fraction(1, 1000),
        "metadata": {"title": words},
    }


def box(kind: bytes, content: bytes) -> bytes:
    """A box of an MP4."""
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def lengthened(path: Path, kind: bytes, content: bytes) -> Path:
    """Put ``content`` behind what a box of the top level of an MP4 holds."""
    data = bytearray(path.read_bytes())
    at = 0
    while bytes(data[at + 4 : at + 8]) != kind:
        at += int.from_bytes(data[at : at + 4], "big")
    length = int.from_bytes(data[at : at + 4], "big")
    data[at : at + 4] = (length + len(content)).to_bytes(4, "big")
    data[at + length : at + length] = content
    path.write_bytes(data)
    return path


def segment_lengthened(path: Path, content: bytes) -> Path:
    """Put ``content`` behind all that the segment of a Matroska file holds."""
    data = bytearray(path.read_bytes())
    at = data.index(bytes.fromhex("18538067")) + 4
    length = int.from_bytes(data[at : at + 8], "big") & ((1 << 56) - 1)
    data[at : at + 8] = (1 << 56 | (length + len(content))).to_bytes(8, "big")
    data[at + 8 + length : at + 8 + length] = content
    path.write_bytes(data)
    return path
