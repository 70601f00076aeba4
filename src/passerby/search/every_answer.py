"""All moments that answer to a search, in no order: those that ``find.search`` would give page after page."""

from collections.abc import Set
from dataclasses import dataclass

from passerby.search.image_text import LEAST
from passerby.search.likeness import by_likeness
from passerby.search.question import Question
from passerby.search.word_search import (
    fitting,
    forms,
    near_in_meaning,
    with_more_than_objects,
)
from passerby.store.library import Store

ALL = 1 << 40  # more moments than there can be


@dataclass(frozen=True, slots=True)
class EveryAnswer:
    """The moments, by their ids in the library."""

    indexed: Set[int]  # by what narrows, and by all or any of the words
    likewise: Set[int]  # by what they mean, and by how they look
    words: tuple[str, ...] = ()  # that were looked for in the end
    every: bool = True  # whether those by words have all of them

    @property
    def moments(self) -> Set[int]:
        return self.indexed | self.likewise

    @property
    def may_have_less(self) -> bool:
        """Whether there are moments without the words: where these alone are left, some of the words will do."""
        return self.every and len(self.words) > 1 and not self.likewise <= self.indexed


def every_answer(store: Store, asked: Question) -> EveryAnswer:
    """Raises UsageError if it is not known how the moment looks that is to be looked like."""
    query, narrow, models = asked.query, asked.narrow, asked.models
    if asked.like is not None:
        near = by_likeness(store, query, narrow, asked.like, ALL)
        return EveryAnswer({moment for moment, _ in near.moments}, frozenset())
    if not query.words:
        return EveryAnswer(store.search.moments_with(narrow=narrow), frozenset())
    text = query.for_models
    near_ones = near_in_meaning(store, text, narrow, models, ALL)
    likewise = with_more_than_objects(store, near_ones, text, models.things)
    for way in fitting(store, text, narrow, models.encoders, ALL):
        likewise.update(moment for moment, share in way if share >= LEAST)
    indexed, words, every = set[int](), query.terms, True
    for form in forms(store, query, models.things):
        indexed, words, every = store.search.moments_with(form.words, every=form.every, narrow=narrow), *form[:2]
        if indexed:
            break
    return EveryAnswer(indexed, likewise, words, every)
