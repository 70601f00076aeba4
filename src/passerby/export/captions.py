"""Captions from what is said: utterances, cut where words begin into pieces that can be read on screen."""

from collections.abc import Iterator
from dataclasses import dataclass

from passerby.export.known import Known, one_line
from passerby.records import Utterance
from passerby.times import Span, TimeBase

MOST_SIGNS = 84  # of a caption: two lines of 42


@dataclass(frozen=True, slots=True)
class Caption:
    """A text and when to show it."""

    text: str
    span: Span


def captions(known: Known) -> list[Caption]:
    """All that is said, in order of time."""
    pieces = (piece for said in known.utterances for piece in _pieces(said))
    return sorted(pieces, key=lambda piece: (piece.span.start, piece.span.end))


def _pieces(said: Utterance) -> Iterator[Caption]:
    """The utterance as it is if it is short, or the times of its words are not known."""
    text, starts = one_line(said.text), _starts(said)
    if len(text) <= MOST_SIGNS or not starts:
        yield Caption(text, said.span)
        return
    bounds, first = [*starts, len(text)], 0
    for place in range(1, len(starts)):
        if bounds[place + 1] - bounds[first] > MOST_SIGNS:
            yield _piece(said, text, bounds, first, place)
            first = place
    yield _piece(said, text, bounds, first, len(starts))


def _piece(said: Utterance, text: str, bounds: list[int], first: int, end: int) -> Caption:
    """The words from ``first`` up to ``end``."""
    span = Span(said.words[first].span.start, said.words[end - 1].span.end)
    return Caption(text[bounds[first] : bounds[end]].strip(), span)


def _starts(said: Utterance) -> list[int]:
    """Where in the text each of its words begins; nothing if they are not the words of the text."""
    starts, place = [], 0
    for word in said.words:
        at = said.text.find(word.text.strip(), place)
        if at < 0:
            return []
        starts.append(at)
        place = at + len(word.text.strip())
    return [0, *starts[1:]] if starts else []


def clock(span: Span, base: TimeBase, point: str) -> tuple[str, str]:
    """When a caption begins and ends, as ``HH:MM:SS.mmm``, each to the nearest millisecond, and at least one apart."""
    start, end = (round(pts * base.tick * 1000) for pts in (span.start, span.end))
    return _stamp(start, point), _stamp(max(end, start + 1), point)


def _stamp(millis: int, point: str) -> str:
    """The time with two digits of hours or more.

    >>> _stamp(3_723_004, ",")
    '01:02:03,004'
    """
    seconds, rest = divmod(millis, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{point}{rest:03d}"
