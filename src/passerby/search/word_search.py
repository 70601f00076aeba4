"""Moments that words ask for: by the words themselves, by what they mean, and by what pictures show."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from passerby.records import Floats
from passerby.search.fusion import fused_by_blocks
from passerby.search.image_text import TextEncoder, by_image_text
from passerby.search.notices import Notice, replaced, some_of
from passerby.search.query import Query
from passerby.search.ranking import Ranking, Scored, relative
from passerby.store.folding import folded
from passerby.store.library import Store
from passerby.store.search import MEANING, Narrow, Ranked

CANDIDATES = 100  # moments of each way of looking that are fused at once
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


def by_words(store: Store, query: Query, narrow: Narrow, models: QueryModels, limit: int) -> Ranking:
    """Words first; where some are not known, what they may be slips of; what means the like, and what looks like it."""
    wanted = -(-limit // CANDIDATES) * CANDIDATES
    indexed = _by_index(store, query, narrow, models.things, wanted)
    text = query.for_models
    meant = _by_meaning(store, text, narrow, indexed, models, wanted)
    alike = _by_image_text(store, text, narrow, models.encoders, wanted)
    others = [ranking for ranking in (meant, *alike) if ranking]
    if not others:
        return replace(indexed, moments=relative(indexed.moments)[:limit])
    ranked = ([moment for moment, _ in ranking] for ranking in (indexed.moments, *others))
    together = fused_by_blocks(*ranked, block=CANDIDATES)
    why = {moment: f'looks like "{text}" {share:.2f}' for ranking in alike for moment, share in ranking}
    return replace(
        indexed, moments=together[:limit], by_meaning=frozenset(moment for moment, _ in meant), likeness_reasons=why
    )


def _by_index(store: Store, query: Query, narrow: Narrow, things: Collection[str], limit: int) -> Ranking:
    """Moments with all words; else with what slips among them may mean; else with some of the words."""
    words, notices = query.terms, tuple[Notice, ...]()

    def ranked(*, every: bool) -> Ranked:
        return store.search.by_words(words, every=every, narrow=narrow, limit=limit)

    found = ranked(every=True)
    if not found.moments:
        words, notices = _without_slips(store, query, things)
        found = ranked(every=True) if notices else found
    if not found.moments and len(words) > 1:
        found = ranked(every=False)
        notices += (some_of(words),) if found.moments else ()
    return Ranking(found.moments, found.complete, notices, words)


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


def _by_meaning(
    store: Store,
    text: str,
    narrow: Narrow,
    indexed: Ranking,
    models: QueryModels,
    limit: int,
) -> Scored:
    """Moments of which is known what means the like of ``text``."""
    # The model of sentences has read English: in letters that are not Latin all means the like.
    if models.embed is None or not text or not folded(text).isascii():
        return []
    near = store.search.nearest(models.embed(text), limit, table=MEANING, least_cosine=MEANT, narrow=narrow)
    if not _names_one_of(text, models.things):
        return near
    # What is known by its objects alone is near since they are of a kind: a motorcycle, asked for a bicycle.
    telling = store.search.with_more_than_objects(moment for moment, _ in near)
    telling.update(moment for moment, _ in indexed.moments)
    return [found for found in near if found[0] in telling]


def _by_image_text(
    store: Store, text: str, narrow: Narrow, encoders: Sequence[TextEncoder], limit: int
) -> list[Scored]:
    """What ``text`` fits by each model for images and texts that the library has vectors of."""
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
