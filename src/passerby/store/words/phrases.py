"""What is asked for in words, as an expression of FTS5 has it, and what of it must be there to the letter."""

from collections.abc import Iterable, Sequence

from passerby.store import folding


def match(words: Sequence[str], every: bool) -> str:
    """An FTS5 expression: of each word, or phrase in quotes, a phrase. In quotes nothing is syntax to FTS5."""
    looked_for = [folding.search_form(word) for word in words]  # has no quotes; an empty phrase would match nothing
    phrases = [f'"{written}"' + " *" * goes_on for written, goes_on in looked_for if written]
    return (" AND " if every else " OR ").join(phrases)


def is_exact(word: str) -> bool:
    """Whether it is in quotes: it must be there to the letter."""
    return len(word) > 1 and word[0] == word[-1] == '"'


def exact_among(words: Iterable[str]) -> list[str]:
    """Those that must be there to the letter."""
    return [word for word in words if is_exact(word) and folding.search_form(word)[0]]
