"""Where what is said is cut into captions, and each of them into lines.

At most two lines of 42 columns, as the style guides of the BBC and of Netflix have it. Of all ways to cut, the one that
costs least: few captions, that end where sentences or clauses do, hold no long pause, and are about as long.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal
from unicodedata import category, east_asian_width, normalize

from passerby.times import Span

COLUMNS = 42  # of a line; letters of East Asia take two
CAPTION, PAUSE, SENTENCE_WITHIN = 100.0, 200.0, 25.0  # costs
UNEVEN = 20.0  # cost of a full caption, as far as it is shared out
WordEnd = Literal["sentence", "clause", "word", "short word"]
ENDS: dict[WordEnd, float] = {
    "sentence": 0.0,
    "clause": 30.0,
    "word": 60.0,
    "short word": 70.0,
}  # costs of a caption that ends there
LINE_ENDS: dict[WordEnd, float] = {
    "sentence": -30.0,
    "clause": -12.0,
    "word": 0.0,
    "short word": 8.0,
}  # and of a line, in columns
SENTENCE_SIGNS, CLAUSE_SIGNS = frozenset(".?!。।؟"), frozenset(",;:\u2013—،、")
SHORT = 3  # letters
CLOSING = "\"'”\u2019»)]」』"
NO_SENTENCES = frozenset({"mr.", "mrs.", "ms.", "dr.", "st.", "no.", "vs."})


@dataclass(frozen=True, slots=True)
class Uncut:
    """A part of what is said that is not cut: mostly a word."""

    text: str  # something that is seen, and the blanks around it
    span: Span


class CaptionCutter:
    """Cuts pieces, which follow one another, into captions."""

    def __init__(self, pieces: Sequence[Uncut], pause: float) -> None:
        """``pause`` is the time between two pieces, in ticks, from which one caption should not hold both."""
        texts = [piece.text for piece in pieces]
        edges = [0, *accumulate(map(columns, texts))]
        self._pieces = pieces
        # Where in one long line the first sign of each piece is, and up to where its last one reaches, in columns.
        self._starts = [edge + columns(text) - columns(text.lstrip()) for edge, text in zip(edges, texts, strict=False)]
        self._stops = [
            edge - columns(text) + columns(text.rstrip()) for edge, text in zip(edges[1:], texts, strict=True)
        ]
        self._ends = list(map(end_of, texts))
        gaps = [other.span.start - one.span.end >= pause for one, other in pairwise(pieces)]
        # What it costs to have all up to a piece in one caption.
        within = [
            SENTENCE_WITHIN * (end == "sentence") + PAUSE * gap for end, gap in zip(self._ends, gaps, strict=False)
        ]
        self._within = [0.0, *accumulate(within)]

    def captions(self) -> list[tuple[int, int]]:
        """Which pieces each caption has, from and up to which: all of them, in their order."""
        best, before = [0.0], [0]
        for end in range(1, len(self._pieces) + 1):
            cost, first = min((best[first] + self._cost(first, end), first) for first in self._firsts(end))
            best.append(cost)
            before.append(first)
        cuts, end = list[tuple[int, int]](), len(self._pieces)
        while end:
            cuts.append((before[end], end))
            end = before[end]
        return cuts[::-1]

    def in_lines(self, first: int, end: int) -> str:
        """A caption in one line if it fits, or else in two about as long, cut where a sentence or a clause ends."""
        if self._width(first, end) <= COLUMNS or end - first == 1:
            return self._text(first, end)
        place = min(range(first + 1, end), key=lambda place: self._line_cost(first, place, end))
        return f"{self._text(first, place)}\n{self._text(place, end)}"

    def _firsts(self, end: int) -> Iterator[int]:
        """With which pieces a caption may begin; one that is too wide for any line is a caption of its own."""
        yield end - 1
        for first in range(end - 2, -1, -1):
            # The first line as long as it may be leaves the second as short as it can be.
            place = min(bisect_right(self._stops, self._starts[first] + COLUMNS), end)
            if place == first or (place < end and self._width(place, end) > COLUMNS):
                return
            yield first

    def _cost(self, first: int, end: int) -> float:
        shared = self._width(first, end) / (2 * COLUMNS)
        cost = CAPTION + UNEVEN * shared * shared + self._within[end - 1] - self._within[first]
        return cost + (ENDS[self._ends[end - 1]] if end < len(self._pieces) else 0.0)

    def _line_cost(self, first: int, place: int, end: int) -> float:
        above, below = self._width(first, place), self._width(place, end)
        too_wide = 1000.0 * max(above - COLUMNS, below - COLUMNS, 0)
        return too_wide + abs(above - below) + LINE_ENDS[self._ends[place - 1]]

    def _width(self, first: int, end: int) -> int:
        return self._stops[end - 1] - self._starts[first]

    def _text(self, first: int, end: int) -> str:
        return "".join(piece.text for piece in self._pieces[first:end]).strip()


def columns(text: str) -> int:
    """How wide a text is, in Latin letters.

    >>> columns("dog"), columns("犬")
    (3, 2)
    """
    wide = sum(east_asian_width(sign) in "WF" for sign in text)
    return len(text) + wide - sum(category(sign) in ("Mn", "Me", "Cf") for sign in text)


def end_of(text: str) -> WordEnd:
    """What ends with a word; a short one mostly belongs to the next.

    >>> end_of('home."'), end_of("so, "), end_of("harbour "), end_of("Dr. "), end_of("the")
    ('sentence', 'clause', 'word', 'short word', 'short word')
    """
    bare = normalize("NFKC", text).strip().rstrip(CLOSING)  # which makes wide marks and three dots plain ones
    is_short = bare.lower() in NO_SENTENCES or (len(bare) == 2 and bare[0].isupper() and bare[0] != "I")
    if bare[-1:] in SENTENCE_SIGNS and bare and not is_short:
        return "sentence"
    if bare and bare[-1] in CLAUSE_SIGNS:
        return "clause"
    return "short word" if len(bare) <= SHORT else "word"
