"""Law 2 in prose: whether a comment or a description says what somebody is like.

Prose is not refused for a word, as a label is: *the Turkish embassy*, *old bridge*, *German subtitles* and *please hide
the child* are what people have to say to each other, and half of such sentences hold a word that no label may. Refused
is a word for what people are like where it stands with somebody:

- right before one person, or some that are counted: *an Asian woman*, *two young men*, not *Afghan women protest*;
- said of one: *he is Uyghur*, *the man looks Arab*;
- as a field of a profile: *ethnicity: Uyghur*.

The words are data: ``protected.toml``, and ``prose.toml`` for how they stand (docs/decisions/0077).
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from passerby.errors import UsageError
from passerby.models.vocabulary import (
    Phrase,
    Vocabulary,
    fold,
    phrases_of,
    protected_vocabulary,
    split_words,
    without_allowed,
)

_CLAUSE = re.compile(r"[.,;:!?()\[\]\"\u201c\u201d/|\n\u2026\u2013\u2014]")
_MOST_BETWEEN = 2  # words between one that describes and the word for somebody
_MOST_FILLERS = 3


@dataclass(frozen=True, slots=True)
class _ProseWords:
    vocabulary: Vocabulary
    one: frozenset[str]  # of whom somebody speaks
    many: frozenset[str]
    pronouns: frozenset[str]
    counts: frozenset[str]
    links: frozenset[str]
    fillers: frozenset[str]
    before: frozenset[Phrase]  # what may not be said right before them
    after: frozenset[Phrase]  # nor after "is"
    field: re.Pattern[str]


def check_prose(what: str, text: str) -> None:
    """Raise UsageError for a comment or a description, ``what``, that says what somebody is like."""
    if said := described_in(text):
        raise UsageError(
            f"{what}: expected what happens, and where, found what somebody is like ({said!r}), which Passerby keeps "
            "of nobody; say where they are, as in 'the person at the left'"
        )


def described_in(text: str) -> str:
    """The first part of a text that says what somebody is like, as it was written; "" for none.

    >>> described_in("Blur the Asian woman, please"), described_in("German subtitles for the woman")
    ('Asian woman', '')
    """
    words = _prose_words()
    if field := words.field.search(text):
        return field[0].strip()
    return next(filter(None, (_described(clause, words) for clause in _CLAUSE.split(text))), "")


def _described(clause: str, words: _ProseWords) -> str:
    parts = without_allowed(split_words(clause), words.vocabulary.allowed)
    keys = tuple(part.key for part in parts)
    for index, key in enumerate(keys):
        span = None
        if key in words.one or (key in words.many and _is_counted(keys[:index], words)):
            span = _before(keys, index, words)
        if span is None and key in words.one | words.pronouns:
            span = _after(keys, index, words)
        if span is not None:
            return clause[parts[span[0]].start : parts[span[1] - 1].end]
    return ""


def _is_counted(before: Phrase, words: _ProseWords) -> bool:
    return any(key in words.counts or key.isdigit() for key in before[-_MOST_BETWEEN - 1 :])


def _before(keys: Phrase, index: int, words: _ProseWords) -> tuple[int, int] | None:
    """From where to where somebody, whose word is at ``index``, is described by words right before it."""
    vocabulary = words.vocabulary
    for end in range(index, max(index - _MOST_BETWEEN - 1, 0), -1):
        for start in range(end):
            if keys[start:end] in words.before:
                return start, index + 1
        if keys[end - 1] in vocabulary.small | vocabulary.things:
            return None
    return None


def _after(keys: Phrase, index: int, words: _ProseWords) -> tuple[int, int] | None:
    """From where to where somebody is described by words after a link: "he is Turkish", not "... a Turkish cook"."""
    start = index + 1
    if start < len(keys) and keys[start] in words.links:
        start += 1
    elif keys[index] not in words.pronouns:  # "he's", of which "he" is left
        return None
    while start < len(keys) and keys[start] in words.fillers and start - index <= _MOST_FILLERS:
        start += 1
    for end in range(len(keys), start, -1):
        follows = keys[end] if end < len(keys) else ""
        ends = not follows or follows in words.vocabulary.small | words.vocabulary.people
        if ends and keys[start:end] in words.after:
            return index, end
    return None


@cache
def _prose_words() -> _ProseWords:
    document = tomllib.loads(resources.files("passerby.models").joinpath("prose.toml").read_text("utf-8"))
    lists = {name: frozenset(fold(word) for word in listed) for name, listed in document.items()}
    vocabulary = protected_vocabulary()
    traits = frozenset(phrase for trait in document["traits"] for phrase in phrases_of(trait))
    colours = frozenset((fold(colour),) for colour in document["colours"])
    after = _terms(vocabulary, lists["of_somebody"], ("terms", "unless_thing", "unless_noun"))
    fields = "|".join(sorted((re.escape(field) for field in document["fields"]), key=len, reverse=True))
    return _ProseWords(
        vocabulary,
        one=lists["somebody"],
        many=frozenset(form for word in document["somebody"] for (form,) in _plurals(word)),
        pronouns=lists["pronouns"],
        counts=lists["counts"],
        links=lists["links"],
        fillers=lists["fillers"],
        before=frozenset(_terms(vocabulary, lists["before_somebody"])) | traits,
        after=frozenset(after) | traits | colours,
        field=re.compile(rf"\b(?:{fields})\s*[:=]\s*\w+", re.IGNORECASE),
    )


def _plurals(word: str) -> Iterator[Phrase]:
    return (phrase for phrase in phrases_of(word) if len(phrase) == 1 and phrase != (fold(word),))


def _terms(vocabulary: Vocabulary, groups: frozenset[str], kinds: Sequence[str] = ()) -> Iterator[Phrase]:
    """The terms of these groups, and of these lists if any are named."""
    for phrase, lists in vocabulary.terms.items():
        if any(group.name in groups and (not kinds or kind in kinds) for kind, group in lists):
            yield phrase
