"""Captions from what is said: utterances, cut by the times of their words into what can be read on screen."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import east_asian_width

from passerby.export.caption_breaks import COLUMNS, CaptionCutter, Uncut, columns
from passerby.export.known import Known, one_line
from passerby.records import Utterance
from passerby.times import Span, TimeBase

LONG_PAUSE = 1  # second between two words, which a caption does not hold if it need not


@dataclass(frozen=True, slots=True)
class Caption:
    """A text, in one line or two, and when to show it."""

    text: str
    span: Span


def captions(known: Known) -> list[Caption]:
    """All that is said, in order of time."""
    base = known.video.time_base
    pieces = (piece for said in known.utterances for piece in captions_of(said, base))
    return sorted(pieces, key=lambda piece: (piece.span.start, piece.span.end))


def captions_of(said: Utterance, base: TimeBase) -> Iterator[Caption]:
    """The utterance in captions that follow one another within its time; whole, if it is short."""
    pieces = list(_pieces(said))
    cutter = CaptionCutter(pieces, float(LONG_PAUSE / base.tick))
    cuts = cutter.captions()
    now = said.span.start
    for first, end in cuts:
        start, stop = pieces[first].span.start, pieces[end - 1].span.end
        span = said.span if len(cuts) == 1 else Span(max(now, start), max(now, start, stop))
        now = span.end
        yield Caption(cutter.in_lines(first, end), span)


def _pieces(said: Utterance) -> Iterator[Uncut]:
    """The words, each with when it is said; what is written as one is one, as the parts of a telephone number."""
    text, places = one_line(said.text), _places(said)
    for start, end in pairwise(_breaks(text, [place for place, _ in places])):
        within = [span for place, span in places if start <= place < end]
        if within:
            span = Span(within[0].start, max(within[0].start, within[-1].end))
        else:  # no word of which the time is known: as long as it is written
            share = said.span.length / max(len(text), 1)
            span = Span(said.span.start + int(start * share), said.span.start + int(end * share))
        first, last = (min(max(pts, said.span.start), said.span.end) for pts in (span.start, span.end))
        yield Uncut(text[start:end], Span(first, last))


def _breaks(text: str, starts: list[int]) -> list[int]:
    """Where ``text`` may be cut, in its signs, with both of its ends; ``starts`` are those of its words, if known."""
    found = [0]
    for place, following in pairwise([*(starts or range(1, len(text))), len(text)]):
        before, after = text[place - 1 : place], text[place : place + 1]
        if place <= found[-1] or not text[found[-1] : place].strip() or not text[place:].strip():
            continue
        is_word = before.isspace() and not after.isspace()
        is_wide = east_asian_width(after) in "WF" and after.isalpha()
        is_long = bool(starts) and columns(text[found[-1] : following].strip()) > COLUMNS
        if is_word or is_wide or is_long:
            found.append(place)
    return [*found, len(text)]


def _places(said: Utterance) -> list[tuple[int, Span]]:
    """Where in the text each of its words begins, and when; nothing if they are not the words of the text."""
    places, place = [], 0
    for word in said.words:
        at = said.text.find(word.text.strip(), place)
        if at < 0:
            return []
        places.append((at, word.span))
        place = at + len(word.text.strip())
    return [(0, places[0][1]), *places[1:]] if places else []


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
