"""What may narrow a search: where its moments are, by what they were found, and which labels their videos have."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple

from passerby.search.find import SearchResult
from passerby.search.query import parse
from passerby.store.library import Store
from passerby.store.listing import ALL_VIDEOS, FacetCount
from passerby.store.search import ReasonKind

COUNTED = 200  # moments
MOST_VIDEOS, MOST_NEAR = 12, 6


class FoundIn(NamedTuple):
    """A video of which moments were found."""

    id: str
    name: str
    moments: int


@dataclass(frozen=True, slots=True)
class SearchFacets:
    """Counts over the first ``COUNTED`` moments that answer, most first."""

    moments: int
    more: bool  # whether there are others, which were not counted
    videos: Sequence[FoundIn]
    kinds: Sequence[tuple[ReasonKind, int]]  # by what moments were found; one may be found by several
    labels: Sequence[FacetCount]  # of the videos that were found
    near: Sequence[str]  # what may be meant, if nothing was found


def facets_of(store: Store, result: SearchResult) -> SearchFacets:
    """What ``result``, the first moments that answer, may be narrowed by."""
    videos = Counter((hit.video, hit.name) for hit in result)
    kinds = Counter(kind for hit in result for kind in {reason.kind for reason in hit.reasons})
    labels = store.listing.labels_of({video for video, _ in videos})
    return SearchFacets(
        len(result),
        result.more,
        [FoundIn(video, name, moments) for (video, name), moments in videos.most_common(MOST_VIDEOS)],
        kinds.most_common(),
        labels,
        () if result.hits else _near(store, result.query),
    )


def _near(store: Store, text: str) -> tuple[str, ...]:
    """Words of the library that are spelled alike, and labels that are, of what may be searched for."""
    words = [word for word in parse(text).words if len(word) > 2]
    labels = [facet.value for facet in store.listing.facets(ALL_VIDEOS) if facet.kind == "label"]
    found = [label for word in words for label in (*_with(word, labels), *get_close_matches(word, labels))]
    found += filter(None, map(store.search.near_word, words))
    return tuple(dict.fromkeys(each for each in found if each not in words))[:MOST_NEAR]


def _with(word: str, labels: Sequence[str]) -> list[str]:
    return [label for label in labels if word.casefold() in label.casefold()]
