"""What may narrow a search: where its moments are, by what they were found, and which labels they have.

All moments that answer are counted, and each count is how many answer to the search that is narrowed by that.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from difflib import get_close_matches
from heapq import nsmallest
from typing import NamedTuple, TypeVar

from passerby.search.every_answer import EveryAnswer, every_answer
from passerby.search.query import parse
from passerby.search.question import Question, told_by
from passerby.store.library import Store
from passerby.store.listing import ALL_VIDEOS
from passerby.store.records.people_masks import PERSON
from passerby.store.search import ReasonKind

MOST_VIDEOS, MOST_NEAR, MOST_LABELS = 12, 6, 60
T = TypeVar("T", bound=str)
Counts = Mapping[T, int]
Count = Callable[[Set[int]], Counts[str]]  # of moments, how many have each value


class FoundIn(NamedTuple):
    """A video of which moments were found."""

    id: str
    name: str
    moments: int


@dataclass(frozen=True, slots=True)
class SearchFacets:
    """Counts over all moments that answer, most first."""

    moments: int
    in_videos: int  # in how many they are
    videos: Sequence[FoundIn]  # a search in one video: what it would find in others
    kinds: Sequence[tuple[ReasonKind, int]]  # by what moments were found; one may be found by several
    labels: Sequence[tuple[str, int]]  # beside which they are; a search for a label: what it would find of others
    near: Sequence[str]  # what may be meant, if nothing was found


NOTHING_FOUND = SearchFacets(0, 0, (), (), (), ())


def facets_of(store: Store, asked: Question) -> SearchFacets:
    """What the moments that answer may be narrowed by. Raises UsageError as ``find.search`` does."""
    found = every_answer(store, asked) if asked.asks else None
    if found is None or not found.moments:
        return replace(NOTHING_FOUND, near=near_words(store, asked.query.text) if asked.asks else ())
    of_videos = _counted(store, asked, found, store.search.video_counts)
    kinds = store.search.kind_counts(found.moments, told_by(found.words or asked.query.terms, asked.narrow))
    return SearchFacets(
        len(found.moments),
        len(of_videos),
        _videos(store, asked, of_videos),
        _first(kinds, len(kinds)),
        _labels(store, asked, found),
        (),
    )


def _videos(store: Store, asked: Question, counts: Counts[str]) -> list[FoundIn]:
    if asked.narrow.videos is not None:
        counts = _in_wider(store, replace(asked, narrow=replace(asked.narrow, videos=None)), store.search.video_counts)
    best = _first(counts, MOST_VIDEOS)
    videos = {video.id: video for video in store.videos.with_ids([video for video, _ in best])}
    return [FoundIn(video, videos[video].name, moments) for video, moments in best if video in videos]


def _labels(store: Store, asked: Question, found: EveryAnswer) -> list[tuple[str, int]]:
    counts = _counted(store, asked, found, store.search.label_counts)
    if asked.narrow.label is not None:
        wider = replace(asked, narrow=replace(asked.narrow, label=None))
        others = _in_wider(store, wider, store.search.label_counts)
        # Where a label is all that is asked for, those that stand beside it are of interest.
        counts = others if wider.asks else {label: others[label] for label in counts if label in others}
    return _first({label: moments for label, moments in counts.items() if label != PERSON}, MOST_LABELS)


def _in_wider(store: Store, wider: Question, count: Count) -> Counts[str]:
    """How many answer to a search without what a facet would set anew."""
    return _counted(store, wider, every_answer(store, wider), count)


def _counted(store: Store, asked: Question, found: EveryAnswer, count: Count) -> Counts[str]:
    """How many of the moments have each value; and what a search narrowed to a value finds where none has the words."""
    counts = count(found.moments)
    if not found.may_have_less:
        return counts
    with_words = count(found.indexed)
    if counts.keys() == with_words.keys():
        return counts
    some = store.search.moments_with(found.words, every=False, narrow=asked.narrow)
    wider = count(some | found.likewise)
    return {value: moments if value in with_words else wider[value] for value, moments in counts.items()}


def _first(counts: Counts[T], limit: int) -> list[tuple[T, int]]:
    return nsmallest(limit, counts.items(), key=lambda counted: (-counted[1], counted[0]))


def near_words(store: Store, text: str) -> tuple[str, ...]:
    """Words and labels of the library that are spelled like words of ``text``, or hold one, but for what is refused."""
    words = [word for word in parse(text).words if len(word) > 2]
    labels = [facet.value for facet in store.listing.facets(ALL_VIDEOS) if facet.kind == "label"]
    found = [label for word in words for label in (*_with(word, labels), *get_close_matches(word, labels))]
    found += filter(None, map(store.search.near_word, words))
    return tuple(dict.fromkeys(each for each in found if each not in words))[:MOST_NEAR]


def _with(word: str, labels: Sequence[str]) -> list[str]:
    return [label for label in labels if word.casefold() in label.casefold()]
