"""Whether a copy is silent where it was to be muted, in each channel of each of its tracks of sound.

What is heard there is measured against what the original has there: coding leaves traces of what lies beside a silence,
so both ends of a span are left out, and what stays below a tenth of the original.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from av.audio.stream import AudioStream

from passerby.media._av import open_container, read_only, read_packets
from passerby.media.damage import Damage
from passerby.media.read.probe import Layout, look
from passerby.media.read.sound import channels
from passerby.media.read.timeline import SoundReader
from passerby.media.write.soundtrack import TONE_HERTZ, Spans
from passerby.records import Floats
from passerby.times import format_timecode
from passerby.wording import counted

SoundPieces = Iterator[tuple[Fraction, int, Floats]]  # start in seconds, rate, samples (n, channels)

_EDGE_SAMPLES = 2112  # of a span at each end: a coder's windows reach so far
_EDGE_SHARE = Fraction(1, 4)  # and at most so much of it
_BESIDE_SPAN = Fraction(1, 10)  # seconds around a span that tell how loud it may have been
_LEAST = 64  # samples that tell anything
_SILENT = 0.0003  # root mean square, full scale 1
_SHARE = 0.1  # of the original's loudness
_TONE_SHARE = 0.1  # of what is heard in a bleep that may be something else


@dataclass(frozen=True, slots=True)
class LoudStretch:
    """What is heard where nothing should be."""

    start: Fraction  # seconds, of the span
    track: int  # from 1
    channel: int  # from 1


def heard_in_words(original: Path, copy: Path, spans: Spans, edit: Literal["mute", "bleep"]) -> Iterator[str]:
    """What is wrong with the sound of a copy whose ``spans`` were to be muted or bleeped.

    Raises as ``open_container`` does.
    """
    if not spans:
        return
    merged = _merged(spans)
    damage = Damage()
    heard = list(_heard(copy, merged, _loudness(original, merged), edit, damage))
    if damage.sounds or damage.packets:
        yield "parts of its sound cannot be read, and were not compared"
    if heard:
        first = min(heard, key=lambda each: each.start)
        count = len({each.start for each in heard})
        yield (
            f"something is heard in {count} of {counted(len(merged), 'span')} that were to be "
            f"{'muted' if edit == 'mute' else 'bleeped'}, the first from {format_timecode(float(first.start))} on, "
            f"in channel {first.channel} of track {first.track} of the sound"
        )


def _merged(spans: Spans) -> Spans:
    """``spans`` in order, those that touch as one."""
    merged: list[tuple[Fraction, Fraction]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def _loudness(path: Path, spans: Spans) -> list[float]:
    """How loud the loudest channel of any track is in and around each span: root mean squares."""
    loudest = [0.0] * len(spans)
    for _, pieces in sound_tracks(path, Damage()):
        squares = [np.zeros(1)] * len(spans)
        counts = [0] * len(spans)
        for start, rate, samples in pieces:
            for index, (begin, end) in enumerate(spans):
                part = _cut(samples, start, rate, begin - _BESIDE_SPAN, end + _BESIDE_SPAN)
                if len(part):
                    squares[index] = squares[index] + (part.astype(np.float64) ** 2).sum(axis=0)
                    counts[index] += len(part)
        for index, count in enumerate(counts):
            if count:
                loudest[index] = max(loudest[index], float(np.sqrt(squares[index].max() / count)))
    return loudest


def _heard(
    path: Path, spans: Spans, loudness: list[float], edit: Literal["mute", "bleep"], damage: Damage
) -> Iterator[LoudStretch]:
    limits = [max(_SILENT, _SHARE * loud) for loud in loudness]
    for track, pieces in sound_tracks(path, damage):
        for start, rate, samples in pieces:
            for (begin, end), limit in zip(spans, limits, strict=True):
                edge = min(Fraction(_EDGE_SAMPLES, rate), _EDGE_SHARE * (end - begin))
                part = _cut(samples, start, rate, begin + edge, end - edge)
                if len(part) < _LEAST:
                    continue
                at = round(start * rate) + max(round((begin + edge - start) * rate), 0)
                rest, limit_here = (part, limit) if edit == "mute" else _without_tone(part, at, rate, limit)
                loud = np.sqrt((rest.astype(np.float64) ** 2).mean(axis=0))
                if loud.max() > limit_here:
                    yield LoudStretch(begin, track, int(loud.argmax()) + 1)


def sound_tracks(path: Path, damage: Damage) -> Iterator[tuple[int, SoundPieces]]:
    """The tracks of sound of a file, from 1; each piece with its start in seconds and its rate."""
    layout = look(path)
    with open_container(path) as container:
        count = len(container.streams.audio)
    for index in range(count):
        yield index + 1, _pieces(path, index, layout, damage)


def _pieces(path: Path, index: int, layout: Layout, damage: Damage) -> SoundPieces:
    with open_container(path) as container:
        stream: AudioStream = container.streams.audio[index]
        if stream.codec_context is None:
            damage.sounds += 1
            return
        reader = SoundReader(stream, layout, damage)
        read_only(container, [stream])
        for packet in (*read_packets(container, [stream], damage), None):
            for start, frame in reader.frames(packet):
                yield start, frame.sample_rate, channels(frame)


def _cut(samples: Floats, start: Fraction, rate: int, begin: Fraction, end: Fraction) -> Floats:
    """Those of ``samples`` (n, channels) from ``start`` on whose times lie from ``begin`` up to ``end``."""
    first, last = (min(max(round((edge - start) * rate), 0), len(samples)) for edge in (begin, end))
    return samples[first:last]


def _without_tone(part: Floats, at: int, rate: int, limit: float) -> tuple[Floats, float]:
    """``part`` (n, channels) without what of it is the bleep, and how loud the rest may be."""
    times = (at + np.arange(len(part))) * (TONE_HERTZ / rate) * 2 * np.pi
    base = np.stack([np.sin(times), np.cos(times)], axis=1)
    fitted, *_ = np.linalg.lstsq(base, part.astype(np.float64), rcond=None)
    tone = base @ fitted
    own = float(np.sqrt((tone**2).mean()))
    return (part - tone).astype(np.float32), max(limit, _TONE_SHARE * own)
