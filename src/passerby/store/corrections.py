"""Lines of the transcript that people have put right. What the model heard is kept as it was, beside them.

A new look at a video may cut what is said in other places: a correction then goes to the line that is said at the same
time. One that is like no line is kept and told, and not put where it would stand in the place of other words.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Protocol, Self

from passerby.records import SpokenWord, Utterance
from passerby.times import Span


@dataclass(frozen=True, slots=True)
class Correction:
    """What is said in one go, in the words of somebody who has listened."""

    span: Span  # of the utterance, as the model had it then
    text: str  # one line
    user: str  # who says so
    changed: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """What is said in one go, in the words that count."""

    said: Utterance
    heard: str  # the words of the model
    correction: Correction | None


@dataclass(frozen=True, slots=True)
class CorrectedTranscript:
    """What is said in a video, line by line."""

    lines: tuple[TranscriptLine, ...]
    unplaced: tuple[Correction, ...]  # for which there is no line (any more), in order of time

    @classmethod
    def of(cls, utterances: Iterable[Utterance], corrections: Iterable[Correction]) -> Self:
        """All utterances of a video, each with its correction if it has one."""
        said, known = tuple(utterances), tuple(corrections)
        placed = _placed([utterance.span for utterance in said], [correction.span for correction in known])
        lines = (_line(utterance, placed, number, known) for number, utterance in enumerate(said))
        there = {*placed.values()}
        return cls(tuple(lines), tuple(each for number, each in enumerate(known) if number not in there))


class CorrectionStore(Protocol):
    """The corrections of a library; no stage ever changes one. One whose utterance is not there any more is kept."""

    def put(self, video_id: str, correction: Correction) -> None:
        """Keep one in the place of any other of the same span.

        Raises ForgottenError if the video is not in the library (any more).
        """

    def remove(self, video_id: str, span: Span) -> bool:
        """Go back to what the model heard there; whether there was a correction."""

    def of(self, video_id: str) -> list[Correction]:
        """Those of a video, in order of time."""


def corrected(utterances: Iterable[Utterance], corrections: Iterable[Correction]) -> list[Utterance]:
    """All utterances of a video in the words that count."""
    return [line.said for line in CorrectedTranscript.of(utterances, corrections).lines]


def _line(said: Utterance, placed: Mapping[int, int], number: int, known: Sequence[Correction]) -> TranscriptLine:
    if number not in placed:
        return TranscriptLine(said, said.text, None)
    correction = known[placed[number]]
    return TranscriptLine(_said_so(said, correction.text), said.text, correction)


def _placed(lines: Sequence[Span], corrections: Sequence[Span]) -> dict[int, int]:
    """Which line has which correction, each by its number: that of the same span, or else the most alike in time."""
    numbers = {span: number for number, span in enumerate(corrections)}
    placed = {number: numbers.pop(span) for number, span in enumerate(lines) if span in numbers}
    there = {*placed.values()}
    left = [(number, span) for number, span in enumerate(corrections) if number not in there]
    alike = sorted(_alike([(n, span) for n, span in enumerate(lines) if n not in placed], left))
    for _, line, correction in alike:
        if line not in placed and correction not in there:
            placed[line] = correction
            there.add(correction)
    return placed


def _alike(
    lines: Iterable[tuple[int, Span]], corrections: Iterable[tuple[int, Span]]
) -> Iterator[tuple[float, int, int]]:
    """How much of lines and corrections is not at the same time, with the numbers of both, where most of it is."""
    ordered = sorted(lines, key=lambda line: line[1].start)
    starts, ends = [span.start for _, span in ordered], [*accumulate((span.end for _, span in ordered), max)]
    for correction, span in corrections:
        for line, said in ordered[bisect_right(ends, span.start) : bisect_left(starts, span.end)]:
            both = min(said.end, span.end) - max(said.start, span.start)
            either = max(said.end, span.end) - min(said.start, span.start)
            if both * 2 > either:
                yield 1 - both / either, line, correction


def _said_so(said: Utterance, text: str) -> Utterance:
    return replace(said, text=text, words=tuple(_timed(said, text.split())))


def _timed(said: Utterance, words: Sequence[str]) -> Iterator[SpokenWord]:
    """When each word is said: as before where it is one that was heard, else within the time of those around it."""
    if not said.words:
        return
    heard = [word.text.strip() for word in said.words]
    for kind, first, last, begin, end in SequenceMatcher(None, heard, words, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from said.words[first:last]
        else:
            yield from _divided(words[begin:end], _between(said, first, last))


def _between(said: Utterance, first: int, last: int) -> Span:
    """From the start of the heard word ``first`` up to the end of the one before ``last``; between two, if none is."""
    if last > first:
        return Span(said.words[first].span.start, max(word.span.end for word in said.words[first:last]))
    start = said.words[first - 1].span.end if first else said.span.start
    end = said.words[first].span.start if first < len(said.words) else said.span.end
    return Span(start, max(start, end))


def _divided(words: Sequence[str], span: Span) -> Iterator[SpokenWord]:
    bounds = [span.start + span.length * number // max(len(words), 1) for number in range(len(words) + 1)]
    for number, word in enumerate(words):
        yield SpokenWord(word, Span(bounds[number], bounds[number + 1]))
