"""Lines of the transcript that people have put right. What the model heard is kept as it was, beside them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Protocol

from passerby.records import SpokenWord, Utterance
from passerby.times import Span


@dataclass(frozen=True, slots=True)
class Correction:
    """What is said in one go, in the words of somebody who has listened."""

    span: Span  # of the utterance, as the model has it
    text: str  # one line
    user: str  # who says so
    changed: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """What is said in one go, in the words that count."""

    said: Utterance
    heard: str  # the words of the model
    correction: Correction | None


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


def lines_of(utterances: Iterable[Utterance], corrections: Iterable[Correction]) -> list[TranscriptLine]:
    """Utterances, each with its correction if it has one."""
    known = {correction.span: correction for correction in corrections}
    return [
        TranscriptLine(_said_so(said, known[said.span].text), said.text, known[said.span])
        if said.span in known
        else TranscriptLine(said, said.text, None)
        for said in utterances
    ]


def corrected(utterances: Iterable[Utterance], corrections: Iterable[Correction]) -> list[Utterance]:
    """Utterances in the words that count."""
    return [line.said for line in lines_of(utterances, corrections)]


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
