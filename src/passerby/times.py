"""Exact time: integer pts in a stream's time base; seconds only at the edges.

A *pts* here counts ticks from the start of the timeline that a player shows (0 is what a player calls
0:00), so that it can be stored, compared and subtracted without rounding. How media files are mapped to it:
``media/read/probe.py``.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

SecondsSpan = tuple[Fraction, Fraction]  # from the first up to the second
Time = TypeVar("Time", int, float, Fraction)

_MOST_DIGITS = 18  # of a number in a time: longer ones are none that anybody means


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of pts: ``start`` is in it, ``end`` is not."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"expected end >= start, found {self.start}..{self.end}")

    @property
    def length(self) -> int:
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class TimeBase:
    """The length of one tick as an exact fraction of a second."""

    tick: Fraction

    def __post_init__(self) -> None:
        if self.tick <= 0:
            raise ValueError(f"expected a positive time base, found {self.tick}")

    def seconds(self, pts: int) -> float:
        """The time of ``pts`` in seconds: the nearest float to the exact value."""
        return pts * self.tick.numerator / self.tick.denominator  # Python divides integers to the nearest float

    def pts_at(self, seconds: float | Fraction) -> int:
        """The last tick at or before ``seconds``."""
        return math.floor(Fraction(seconds) / self.tick)

    def ticks(self, seconds: float | Fraction) -> int:
        """The least number of ticks that last ``seconds`` or longer."""
        return math.ceil(Fraction(seconds) / self.tick)


def parse_timecode(text: str) -> Fraction:
    """Seconds from ``SS``, ``MM:SS`` or ``HH:MM:SS``, the last part with decimals if wanted.

    >>> parse_timecode("1:02.5")
    Fraction(125, 2)

    Raises ValueError if ``text`` is none of these. Minutes and seconds behind a colon are below 60.
    """
    parts = text.strip().split(":")
    whole, last = parts[:-1], parts[-1]
    if len(parts) > 3 or not all(map(_is_whole, whole)) or not _is_whole(last.replace(".", "", 1)):
        raise ValueError(f"expected a time such as 75, 1:15 or 0:01:15.5, found {text!r}")
    if any(Fraction(part) >= 60 for part in parts[1:]):
        raise ValueError(f"expected minutes and seconds below 60, as in 1:15, found {text!r}")
    seconds = Fraction(0)
    for part in parts:
        seconds = seconds * 60 + Fraction(part)
    return seconds


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def format_timecode(seconds: float) -> str:
    """``H:MM:SS.mmm``, without the hours where there are none.

    >>> format_timecode(75.5)
    '1:15.500'
    """
    millis = round(seconds * 1000)
    minutes, rest = divmod(millis, 60_000)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 1000:02d}.{rest % 1000:03d}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def merged_spans(spans: Iterable[tuple[Time, Time]]) -> tuple[tuple[Time, Time], ...]:
    """Spans in order, each that begins within the one before joined to it.

    >>> merged_spans([(5, 6), (0, 2), (1, 3)])
    ((0, 3), (5, 6))
    """
    whole: list[tuple[Time, Time]] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        else:
            whole.append((start, end))
    return tuple(whole)
