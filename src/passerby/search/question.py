"""What is searched for: words as they were understood, what narrows them, and the models that hear them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from passerby.errors import UsageError
from passerby.search.likeness import SearchExample
from passerby.search.query import Query, parse
from passerby.search.word_search import QueryModels
from passerby.store.search import Narrow


@dataclass(frozen=True, slots=True)
class Question:
    """All that is asked for. ``narrow`` has the label and the times that were found in the words, too."""

    query: Query
    narrow: Narrow
    like: SearchExample | None
    models: QueryModels

    @property
    def asks(self) -> bool:
        """Whether it asks for anything, once what is refused is left out."""
        narrow = self.narrow
        asked = self.query.words or narrow.label or narrow.on_screen or narrow.said or self.like is not None
        return bool(asked) and not self.query.is_label_refused


def question(text: str, narrow: Narrow, like: SearchExample | None, models: QueryModels) -> Question:
    """What ``text`` and the rest ask for. Raises UsageError where that is nothing, or too long."""
    query = parse(text, narrow.label)
    narrow = replace(narrow, label=query.label, seconds=_within_both(query.seconds, narrow.seconds))
    asked = Question(query, narrow, like, models)
    if not asked.asks and not query.refused:
        raise UsageError("expected something to search for: words, a label, or a moment to look like")
    return asked


def told_by(words: Sequence[str], narrow: Narrow) -> list[str]:
    """The words that explain a moment, of which ``words`` were looked for in the end."""
    return [*words, *filter(None, [narrow.label]), *narrow.on_screen, *narrow.said]


def _within_both(one: tuple[float, float] | None, other: tuple[float, float] | None) -> tuple[float, float] | None:
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), min(one[1], other[1])
