"""Chapters for players and for descriptions: those that people have made, or else the shots.

Sources: https://ffmpeg.org/ffmpeg-formats.html#Metadata-2 for FFMETADATA1, and for times that a description on YouTube
turns into chapters https://support.google.com/youtube/answer/9884579: the first at 0:00, each of ten seconds or more.
"""

from collections.abc import Iterator
from fractions import Fraction

from passerby.export.known import Known

ESCAPED = str.maketrans({sign: f"\\{sign}" for sign in "=;#\\"})
SHORTEST = 10  # seconds, of a shot that is told as a chapter of its own
BEFORE = "Start"  # what lies before the first chapter


def ffmetadata(known: Known) -> bytes:
    """For FFmpeg and what reads its files: each part from where to where, in the video's own ticks."""
    tick = known.video.time_base.tick
    blocks = [";FFMETADATA1\n"]
    for span, name in known.parts():
        blocks.append(
            f"[CHAPTER]\nTIMEBASE={tick.numerator}/{tick.denominator}\n"
            f"START={span.start}\nEND={span.end}\ntitle={name.translate(ESCAPED)}\n"
        )
    return "".join(blocks).encode()


def chapters_text(known: Known) -> bytes:
    """For a description: a line a chapter, with the second at which it begins; the first line is at 0:00."""
    lines = [(int(start), name) for start, name in _begun(known)]
    if lines and lines[0][0] > 0:
        lines.insert(0, (0, BEFORE))
    return "".join(f"{_clock(second)} {name}\n" for second, name in lines).encode()


def _begun(known: Known) -> Iterator[tuple[Fraction, str]]:
    """When each part begins, in seconds, and its name; shots too short for a chapter are of the one before."""
    tick, end = known.video.time_base.tick, known.video.duration * known.video.time_base.tick
    before: Fraction | None = None
    for span, name in known.parts():
        start = span.start * tick
        is_long = known.chapters or before is None or (start - before >= SHORTEST and end - start >= SHORTEST)
        if is_long:
            before = start
            yield start, name


def _clock(second: int) -> str:
    """The time as players tell it.

    >>> _clock(83), _clock(3723)
    ('1:23', '1:02:03')
    """
    minutes, rest = divmod(second, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
