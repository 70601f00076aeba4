"""Moments that words ask for: by the words themselves, by what they mean, and by what pictures show."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from passerby.records import Floats
from passerby.search.fusion import fused_by_blocks
from passerby.search.image_text import LEAST, TextEncoder, by_image_text
from passerby.search.notices import Notice, replaced, some_of
from passerby.search.query import Query
from passerby.search.ranking import Ranking, Scored, relative
from passerby.store.folding import folded
from passerby.store.library import Store
from passerby.store.search import MEANING, Narrow, Ranked

CANDIDATES = 100  # moments of each way of looking that are fused at once
FURTHER = 10  # times as many are taken where the first were too few
# Cosine of MiniLM from which a moment counts as meant: between what should be found and what should not in
# tests/search/test_meant.py. What it finds is scored by `benchmarks/search.py --recall`.
MEANT = 0.5

# The vector of a text, of the length of those in the library's table MEANING.
Embed = Callable[[str], Floats]


@dataclass(frozen=True, slots=True)
class QueryModels:
    """What models know of words."""

    embed: Embed | None = None  # what a text means
    encoders: Sequence[TextEncoder] = ()  # what a text looks like, to each model for images and texts
    things: Collection[str] = ()  # the names that the detector of objects knows


NO_MODELS = QueryModels()
NO_PLACES: Mapping[int, int] = MappingProxyType({})


class WordForm(NamedTuple):
    """Words as they are looked for."""

    words: tuple[str, ...]
    every: bool  # all of them, or any
    notices: tuple[Notice, ...]  # what is to be known of what it finds


def by_words(store: Store, query: Query, narrow: Narrow, models: QueryModels, limit: int) -> Ranking:
    """Words first; where some are not known, what they may be slips of; what means the like, and what looks like it.

    Their order is the same for every ``limit``.
    """
    taken = -(-limit // CANDIDATES) * CANDIDATES
    ranking, is_all = _of_first(store, query, narrow, models, taken)
    while not is_all and len(ranking.moments) < limit:  # many of those that are near do not count
        taken *= FURTHER
        ranking, is_all = _of_first(store, query, narrow, models, taken)
    return replace(ranking, moments=ranking.moments[:limit])


def _of_first(store: Store, query: Query, narrow: Narrow, models: QueryModels, taken: int) -> tuple[Ranking, bool]:
    """The order of the first ``taken`` of each way of looking, and whether these are all."""
    indexed = _by_index(store, query, narrow, models.things, taken)
    text = query.for_models
    near = near_in_meaning(store, text, narrow, models, taken)
    looks = fitting(store, text, narrow, models.encoders, taken)
    is_all = all(len(way) < taken for way in (indexed.moments, near, *looks))
    places = {moment: place for place, (moment, _) in enumerate(indexed.moments)}
    meant = _blocks(near, with_more_than_objects(store, near, text, models.things), places)
    alike = [_blocks(way, {moment for moment, share in way if share >= LEAST}) for way in looks]
    others = [blocks for blocks in (meant, *alike) if any(blocks)]
    if not others:
        return replace(indexed, moments=relative(indexed.moments)), is_all
    together = fused_by_blocks(_blocks(indexed.moments, places.keys()), *others, block=CANDIDATES)
    why = {moment: f'looks like "{text}" {share:.2f}' for way in looks for moment, share in way if share >= LEAST}
    by_meaning = frozenset(moment for block in meant for moment in block)
    return replace(indexed, moments=together, by_meaning=by_meaning, likeness_reasons=why), is_all


def _blocks(near: Scored, counting: Set[int], places: Mapping[int, int] = NO_PLACES) -> list[list[int]]:
    """By CANDIDATES places those moments that count: also those that have a place in the index before their block ends.

    So what is among the first does not depend on how many were taken.
    """
    blocks = ((start + CANDIDATES, near[start : start + CANDIDATES]) for start in range(0, len(near), CANDIDATES))
    return [
        [moment for moment, _ in block if moment in counting or places.get(moment, end) < end] for end, block in blocks
    ]


def _by_index(store: Store, query: Query, narrow: Narrow, things: Collection[str], limit: int) -> Ranking:
    """What the first form of the words finds that finds anything; else nothing, by the last."""
    ranking = Ranking(())
    for form in forms(store, query, things):
        found = ranked(store, form.words, form.every, narrow, limit)
        if found.moments:
            return Ranking(found.moments, found.complete, form.notices, form.words)
        if form.every:
            ranking = Ranking((), notices=form.notices, words=form.words)
    return ranking


def ranked(store: Store, words: Sequence[str], every: bool, narrow: Narrow, limit: int) -> Ranked:
    """As ``SearchIndex.by_words``; of too many to compare, those that were not compared follow, the newest first."""
    found = store.search.by_words(words, every=every, narrow=narrow, limit=limit)
    if found.complete or not found.moments or len(found.moments) >= limit:
        return found
    others = store.search.moments_with(words, every=every, narrow=narrow) - {moment for moment, _ in found.moments}
    least = found.moments[-1][1]
    rest = [(moment, least) for moment in sorted(others, reverse=True)]
    return Ranked([*found.moments, *rest][:limit], found.complete)


def forms(store: Store, query: Query, things: Collection[str]) -> Iterator[WordForm]:
    """All words; then with what slips among them may mean; then some of them: each where the one before is nowhere."""
    yield WordForm(query.terms, True, ())
    words, notices = _without_slips(store, query, things)
    if notices:
        yield WordForm(words, True, notices)
    if len(words) > 1:
        yield WordForm(words, False, (*notices, some_of(words)))


def _without_slips(store: Store, query: Query, things: Collection[str]) -> tuple[tuple[str, ...], tuple[Notice, ...]]:
    """The words, those that are nowhere replaced by what may be meant, and what was replaced.

    Who asks for a thing that the detector knows means it, though there is none.
    """
    words, notices = [], []
    for word in query.terms:
        is_meant = word not in query.words or _names_one_of(word, things)  # in quotes, or known by name
        near = None if is_meant or store.search.is_known(word) else store.search.near_word(word)
        words.append(near or word)
        if near:
            notices.append(replaced(word, near))
    return tuple(words), tuple(notices)


def near_in_meaning(store: Store, text: str, narrow: Narrow, models: QueryModels, limit: int) -> Scored:
    """Moments of which is known what means the like of ``text``."""
    # The model of sentences has read English: in letters that are not Latin all means the like.
    if models.embed is None or not text or not folded(text).isascii():
        return []
    return store.search.nearest(models.embed(text), limit, table=MEANING, least_cosine=MEANT, narrow=narrow)


def with_more_than_objects(store: Store, near: Scored, text: str, things: Collection[str]) -> set[int]:
    """Those of moments that are near in meaning that count, also where the index does not find them.

    Who asks for a thing by its name gets none of which only the objects are known: they are near since they are of a
    kind, a motorcycle for a bicycle.
    """
    moments = {moment for moment, _ in near}
    return store.search.with_more_than_objects(moments) if moments and _names_one_of(text, things) else moments


def fitting(store: Store, text: str, narrow: Narrow, encoders: Sequence[TextEncoder], limit: int) -> list[Scored]:
    """What ``text`` fits, and how well, by each model for images and texts that the library has vectors of."""
    if not text:
        return []
    held = store.search.encoders()
    return [by_image_text(store, text, encoder, limit, narrow) for encoder in encoders if encoder.images in held]


def _names_one_of(text: str, things: Collection[str]) -> bool:
    """Whether a text has one of these names in it, also as more than one.

    >>> [_names_one_of(text, ["bicycle", "bus"]) for text in ("red Bicycles", "two buses", "busy")]
    [True, True, False]
    """
    folded = f" {text.casefold()} "
    return any(f" {name}{ending} " in folded for name in things for ending in ("", "s", "es"))
