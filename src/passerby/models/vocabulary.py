"""Law 2's vocabulary check: what must never be the name of a class, a field or an option.

The words are data (``protected.toml``), matched as words and never as parts of words, so that a *kite* is no
*kit* and a *manhole* no *man*. How a word counts depends on its list:

- ``terms`` count wherever they stand;
- ``unless_thing``: names of peoples, trades, garments and parts of bodies count, unless the phrase that they
  begin names a thing: *Egyptian cat* and *butcher shop* pass; *Egyptian*, *Egyptian man*, *butcher* do not. The
  things are a closed list, so that what nobody thought of is refused;
- ``unless_noun``: *old* counts alone and before a word for people, not before any other noun;
- ``before_people``: colours and sizes count only beside a word for people: *black man*, not *black dog*;
- ``unspaced`` are found inside of words, for scripts that put no spaces between them.

An allowed phrase (*Great Dane*, *baseball glove*) stands for one harmless noun. *Person*, *people*, *face* and
*plate* pass: they say where something is, not who or what somebody is; *person name* and *plate text* do not.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product, takewhile
from typing import Any

from passerby.errors import VocabularyError

_KINDS = ("terms", "unless_thing", "unless_noun", "before_people")
_THING = ""  # what an allowed phrase is read as
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One protected attribute."""

    name: str
    reason: str
    is_asked_for: bool  # whether a search for it gets the notice that people are not described


@dataclass(frozen=True, slots=True)
class ProtectedTerm:
    """A term in a text, as it was written there."""

    text: str
    group: Group


@dataclass(frozen=True, slots=True)
class VocabularyWord:
    """A word of a text."""

    key: str  # folded
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``protected.toml``, made ready for matching; words are folded and have their plurals."""

    people: frozenset[str]
    small: frozenset[str]
    things: frozenset[str]
    terms: Mapping[Phrase, tuple[tuple[str, Group], ...]]  # phrase -> the lists it is in
    unspaced: tuple[tuple[str, Group], ...]
    allowed: frozenset[Phrase]
    allowed_names: frozenset[Phrase]  # allowed in names of fields, options and commands only


def check_labels(labels: Iterable[str], where: str) -> None:
    """Raise VocabularyError if one of ``labels`` would describe a person or tell who they are."""
    vocabulary = protected_vocabulary()
    for label in labels:
        _refuse(label, next(_findings(label, vocabulary, vocabulary.allowed), None), where)


def check_names(names: Iterable[str], where: str) -> None:
    """As ``check_labels``, for names in code: snake_case, kebab-case, camelCase, with dots or spaces."""
    vocabulary = protected_vocabulary()
    allowed = vocabulary.allowed | vocabulary.allowed_names
    for name in names:
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
        _refuse(name, next(_findings(spaced, vocabulary, allowed), None), where)


def protected_terms_in(text: str) -> list[str]:
    """The words of a search that ask for what Passerby never describes, in their order and as typed."""
    vocabulary = protected_vocabulary()
    found = (finding.text for finding in _findings(text, vocabulary, vocabulary.allowed) if finding.group.is_asked_for)
    return list(dict.fromkeys(found))


def _refuse(name: str, finding: ProtectedTerm | None, where: str) -> None:
    if finding is not None:
        raise VocabularyError(
            f"{where}: expected names of things, found {name!r}: {finding.text!r} tells {finding.group.reason}, "
            "which Passerby never names; leave it out"
        )


def _findings(text: str, vocabulary: Vocabulary, allowed: frozenset[Phrase]) -> Iterator[ProtectedTerm]:
    text = unicodedata.normalize("NFC", text)
    words = without_allowed(split_words(text), allowed)
    keys = tuple(word.key for word in words)
    for start in range(len(keys)):
        for end in range(len(keys), start, -1):
            lists = vocabulary.terms.get(keys[start:end], ())
            group = next((group for kind, group in lists if _counts(kind, keys[:start], keys[end:], vocabulary)), None)
            if group is not None:
                yield ProtectedTerm(text[words[start].start : words[end - 1].end], group)
                break
    folded = fold(text)
    yield from (ProtectedTerm(term, group) for term, group in vocabulary.unspaced if term in folded)


def _counts(kind: str, before: Phrase, after: Phrase, vocabulary: Vocabulary) -> bool:
    """Whether a term of this list counts between these words."""
    if kind == "terms":
        return True
    phrase = tuple(takewhile(lambda word: word not in vocabulary.small, after))
    about_people = not vocabulary.people.isdisjoint(phrase)
    if kind == "unless_thing":
        return about_people or vocabulary.things.isdisjoint(phrase)
    if kind == "unless_noun":
        return about_people or not phrase
    return about_people or (not phrase and not vocabulary.people.isdisjoint(before[-1:]))


def without_allowed(words: list[VocabularyWord], allowed: frozenset[Phrase]) -> list[VocabularyWord]:
    """``words`` with each allowed phrase, the longest first, turned into one thing."""
    longest = max(map(len, allowed), default=0)
    result: list[VocabularyWord] = []
    start = 0
    while start < len(words):
        ends = range(min(start + longest, len(words)), start, -1)
        end = next((end for end in ends if tuple(word.key for word in words[start:end]) in allowed), None)
        result.append(words[start] if end is None else VocabularyWord(_THING, words[start].start, words[end - 1].end))
        start = start + 1 if end is None else end
    return result


def split_words(text: str) -> list[VocabularyWord]:
    """The words of a text, and where they stand in it."""
    plain = re.sub("['\u2019]s\\b", "  ", text)  # the possessive, with the places of all words kept
    matches = re.finditer(r"[^\W\d_]+|\d+", plain)
    return [VocabularyWord(fold(match[0]), match.start(), match.end()) for match in matches]


def fold(text: str) -> str:
    """Small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return unicodedata.normalize("NFC", "".join(c for c in letters if unicodedata.category(c) != "Mn"))


def phrases_of(phrase: str) -> list[Phrase]:
    """``phrase`` as words, once for each form of its last word."""
    *first, last = (word.key for word in split_words(phrase))
    return [(*first, form) for form in _forms(last)]


def _forms(word: str) -> list[str]:
    """A word and its plurals; forms that no language has do no harm."""
    forms = [word, word + "s"]
    if word.endswith(("s", "x", "z", "ch", "sh")):
        forms.append(word + "es")
    if word.endswith("y"):
        forms.append(word[:-1] + "ies")
    if word.endswith("man"):
        forms.append(word[:-2] + "en")
    return forms


@cache
def protected_vocabulary() -> Vocabulary:
    """``protected.toml``, read once."""
    text = resources.files("passerby.models").joinpath("protected.toml").read_text("utf-8")
    document = tomllib.loads(text)
    groups = {name: Group(name, table["reason"], table["asked"]) for name, table in document["groups"].items()}
    return Vocabulary(
        people=_people(document),
        small=frozenset(document["small"]),
        things=frozenset((_THING, *(form for word in document["things"] for form in _forms(word)))),
        terms=_terms(document, groups),
        unspaced=tuple(
            (fold(term), groups[name])
            for name, table in document["groups"].items()
            for term in table.get("unspaced", ())
        ),
        allowed=_allowed(document["allowed"]),
        allowed_names=_allowed(document["allowed_names"]),
    )


def _people(document: dict[str, Any]) -> frozenset[str]:
    """Words for people: those that may be said, and those that may not."""
    groups = document["groups"]
    words = (*document["people"], *groups["gender"]["terms"], *groups["age"]["terms"])
    return frozenset(form for word in words for form in _forms(fold(word)))


def _terms(document: dict[str, Any], groups: Mapping[str, Group]) -> dict[Phrase, tuple[tuple[str, Group], ...]]:
    tables = document["groups"].items()
    listed = [(kind, name, term) for name, table in tables for kind in _KINDS for term in table.get(kind, ())]
    paired = [("terms", pair["group"], term) for pair in document["pairs"] for term in _paired(pair)]
    terms: dict[Phrase, tuple[tuple[str, Group], ...]] = {}
    for kind, name, term in (*listed, *paired):
        for words in phrases_of(term):
            terms[words] = (*terms.get(words, ()), (kind, groups[name]))
    return terms


def _paired(pair: dict[str, Any]) -> Iterator[str]:
    for subject, facet in product(pair["subjects"], pair["facets"]):
        yield from (f"{subject} {facet}", f"{facet} of {subject}", f"{facet} for {subject}")


def _allowed(tables: list[dict[str, Any]]) -> frozenset[Phrase]:
    return frozenset(words for table in tables for phrase in table["phrases"] for words in phrases_of(phrase))
