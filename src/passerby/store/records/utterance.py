"""What is said. A moment has the words that begin in it."""

import json
from collections.abc import Mapping, Sequence

from passerby.records import SpokenWord, Utterance
from passerby.store.records.base import Lines, MomentSpans, RecordTable, moments_within
from passerby.times import Span


def _said(utterances: Sequence[Utterance], spans: MomentSpans) -> Mapping[int, Sequence[str]]:
    heard = _heard(spans, utterances)
    within = moments_within(heard)
    found: dict[int, list[str]] = {moment: [] for moment in heard}
    for said in utterances:
        for moment in within(*_reach(said)):
            if part := _said_in(said, heard[moment]):
                found[moment].append(part)
    return found


def _heard(spans: MomentSpans, utterances: Sequence[Utterance]) -> MomentSpans:
    """When sound belongs to each moment: that before the first picture or after the last is the nearest moment's."""
    heard = dict(spans)
    if heard and utterances:
        first, last = next(iter(heard)), next(reversed(heard))
        earliest = min(said.span.start for said in utterances)
        latest = max(said.span.end for said in utterances) + 1  # a word can begin where its utterance ends
        heard[first] = Span(min(heard[first].start, earliest), heard[first].end)
        heard[last] = Span(heard[last].start, max(heard[last].end, latest))
    return heard


def _reach(said: Utterance) -> tuple[int, int]:
    """The first and the last time (pts) at which a moment can have anything of an utterance."""
    begun = [word.span.start for word in said.words]
    return (min(begun), max(begun)) if begun else (said.span.start, said.span.end)


def _said_in(said: Utterance, span: Span) -> str:
    """What of an utterance is said in a moment: the words that begin in it; all of it if their times are not known."""
    if not said.words:
        return said.text if said.span.overlaps(span) else ""
    return " ".join(word.text.strip() for word in said.words if span.start <= word.span.start < span.end)


def _words(said: Utterance) -> str:
    return json.dumps([[word.text, word.span.start, word.span.end] for word in said.words], ensure_ascii=False)


def _utterance(text: str, language: str, start: int, end: int, words: str) -> Utterance:
    spoken = tuple(SpokenWord(word, Span(first, last)) for word, first, last in json.loads(words))
    return Utterance(text, Span(start, end), language, spoken)


TABLE = RecordTable(
    kind=Utterance,
    name="utterances",
    columns={"text": "text", "language": "text", "start_pts": "integer", "end_pts": "integer", "words": "text"},
    to_row=lambda said: (said.text, said.language, said.span.start, said.span.end, _words(said)),
    from_row=_utterance,
    of="video",
    lines=Lines("speech", _said),
    # An empty result has no row that tells what it is of, so that here the stage itself has to be named.
    silent_stages=("speech",),
)
