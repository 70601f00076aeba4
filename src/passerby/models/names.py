"""Law 2 for what people write: whether a label names somebody, or tells whose somebody is.

Names are data: common ones (``names.txt``), and words that tell what a name is of (``names.toml``). No list holds all
names, and many names are words, so this is rules that err on both sides: *Sarah*, *John Smith*, *Dr. Lee*, *my boss*
and *grandma* are found, *Rose*, *Paris*, *Victoria Station* and *St. John's Church* are left, and so is a name that no
list knows, which stands alone. A name passes where a word behind it makes it the name of a place or thing that is
called after somebody (*John Smith Street*).
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from passerby.errors import UsageError
from passerby.models.vocabulary import fold, protected_terms_in

_LEAST_JOINED = 4  # letters of each of a name and a surname written as one: shorter ones are in too many words
_LEAST = 3  # Latin letters of a name that counts alone: "an", "la" and "de" are names somewhere
_SUFFIX = re.compile(r"(?:stra(?:ss|\u00df)e|platz|allee|weg|gasse|br\u00fccke|kirche|park|straat|gatan)$")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")  # between the words of "JohnSmith"
_TAG = re.compile(r"[#@]([^\W_]+)")
_SPELT = re.compile(r"(?<![^\W_])(?:[^\W\d_][ ._-]{1,2}){2,}[^\W\d_](?![^\W_])")  # "S a r a h"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*\.?")
_SMALL = frozenset(
    [
        *(
            "a",
            "an",
            "the",
            "in",
            "on",
            "at",
            "of",
            "for",
            "and",
            "or",
            "with",
            "to",
            "by",
            "from",
            "near",
            "und",
            "von",
        ),
        *("der", "die", "das", "de", "la", "le", "el", "y", "et", "di", "e"),
    ]
)


@dataclass(frozen=True, slots=True)
class _LabelWord:
    text: str  # as it was written, without what makes it a possessive
    key: str  # folded
    owns: bool  # whether it is a possessive
    end: int

    @property
    def is_large(self) -> bool:
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class _Names:
    given: frozenset[str]
    surnames: frozenset[str]
    lists: dict[str, frozenset[str]]


def check_given(label: str) -> None:
    """Raise UsageError for what somebody wants to call a moment or a class by, if it would describe people or name one.

    Every way to give such a label leads through here.
    """
    if barred := next(filter(None, map(protected_terms_in, _readings(label))), None):
        raise UsageError(f"{label!r}: expected what is seen, found what somebody is like ({', '.join(barred)})")
    if named := name_in(label):
        raise UsageError(
            f"{label!r}: expected what is seen, found what seems to say who somebody is ({named!r}), which Passerby "
            "keeps of nobody; if it is a place or a thing, say so with a word behind it, such as street, church or logo"
        )


def name_in(label: str) -> str:
    """The part of ``label`` that names somebody or tells whose they are, as it was written; "" for none.

    >>> name_in("the house of Sarah"), name_in("John Smith Street"), name_in("my boss")
    ('Sarah', '', 'my boss')
    """
    return next(filter(None, map(_name_in, _readings(label))), "")


def _readings(label: str) -> tuple[str, ...]:
    """A label without signs that nobody sees, and as it is read where capitals or points stand for its spaces.

    >>> _readings("JohnSmith"), _readings("S.a.r.a.h")
    (('JohnSmith', 'John Smith'), ('S.a.r.a.h', 'Sarah'))
    """
    plain = unicodedata.normalize("NFKC", label)
    seen = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    apart = _HUMP.sub(" ", seen)
    spelt = _SPELT.sub(lambda match: re.sub(r"[\W_]", "", match[0]), seen)
    return tuple(dict.fromkeys((seen, apart, spelt, plain)))


def _name_in(label: str) -> str:
    words = list(_words(label))
    names = _names()
    if _is_reversed(label, words, names):
        return label
    if tag := next((tag[0] for tag in _TAG.finditer(label) if _is_joined(fold(tag[1]), names)), ""):
        return tag
    for index, word in enumerate(words):
        rest = words[index + 1 :]
        if word.key in names.lists["kin"] and not _is_called_after(rest, names):
            return word.text
        if word.key in names.lists["owners"] and (role := _role(rest, names)) is not None:
            return " ".join(part.text for part in words[index : index + 2 + role])
        if _is_named(words, index, names):
            return word.text if index + 1 == len(words) else f"{word.text} {rest[0].text}".strip()
    return _unspaced(label, names)


def _words(label: str) -> Iterator[_LabelWord]:
    for match in _WORD.finditer(label):
        text = match[0].rstrip(".")
        bare = re.sub("['\u2019]s$", "", text)
        yield _LabelWord(bare, fold(bare), bare != text, match.end())


def _role(rest: Sequence[_LabelWord], names: _Names) -> int | None:
    """How many words stand before that for what somebody is to their owner; None if there is none."""
    for place, word in enumerate(rest[:3]):
        if word.key in names.lists["roles"] or word.key.removesuffix("s") in names.lists["roles"]:
            return None if len(rest) > place + 1 and not word.owns and rest[place + 1].key not in _SMALL else place
        if word.key in _SMALL:
            return None
    return None


def _is_named(words: Sequence[_LabelWord], index: int, names: _Names) -> bool:
    """Whether somebody is named from this word on."""
    word, rest = words[index], words[index + 1 :]
    before = words[index - 1] if index else None
    of_place = any(part.key in names.lists["before_place"] for part in words[max(index - 2, 0) : index])
    if of_place or _is_called_after(rest, names):
        return False
    following = rest[0] if rest and rest[0].key not in _SMALL else None
    surname = following is not None and following.key in names.surnames - names.lists["called_after"]
    if word.key in names.lists["maybe_titles"] and following is not None and following.is_large:
        return word.is_large and following.key in names.given | names.surnames
    if word.key in names.lists["titles"]:
        return following is not None
    if word.key in names.lists["ranks"] and following is not None and following.is_large:
        return word.is_large or following.key in names.given | names.surnames
    if len(word.key) == 1 and word.is_large:  # an initial
        return surname and following is not None and following.is_large
    if word.key not in names.given:
        return False
    if word.key in names.lists["words"] or (word.key.isascii() and len(word.key) < _LEAST):
        return surname and word.is_large
    if word.key in names.lists["small_words"]:
        if not word.is_large:
            return surname and len(words) == 2
        return word.owns or (before is None if following is None else surname or following.is_large)
    return True


def _is_reversed(label: str, words: Sequence[_LabelWord], names: _Names) -> bool:
    """Whether a label is a surname and the name before it, as in lists of people: "Smith, John"."""
    if len(words) != 2 or words[0].key not in names.surnames or words[1].owns:
        return False
    has_comma = label[words[0].end :].lstrip().startswith(",")
    if len(words[1].key) == 1:
        return has_comma
    is_name = words[1].key in names.given - names.lists["words"] - names.lists["called_after"]
    return is_name and (has_comma or all(word.is_large for word in words))


def _is_joined(key: str, names: _Names) -> bool:
    """Whether a tag is a name and a surname, or the words for whose somebody is, as one: "#johnsmith", "#myboss"."""
    given, surnames = names.given - names.lists["words"], names.surnames - names.lists["called_after"]
    pairs = ((key[:place], key[place:]) for place in range(1, len(key)))
    return any(
        (one in given and other in surnames and min(len(one), len(other)) >= _LEAST_JOINED)
        or (one in names.lists["owners"] and other in names.lists["roles"])
        for one, other in pairs
    )


def _is_called_after(rest: Sequence[_LabelWord], names: _Names) -> bool:
    """Whether the words behind a name, up to a small one, make it that of a place or thing."""
    for word in rest:
        if word.key in _SMALL:
            return False
        if word.key in names.lists["called_after"] or _SUFFIX.search(word.text.lower()):
            return True
    return False


def _unspaced(label: str, names: _Names) -> str:
    """A label that is one name, or a surname and a name, in letters that put no spaces between them."""
    key = fold("".join(label.split()))
    if not key or key.isascii():
        return ""
    pairs = ((key[:place], key[place:]) for place in range(1, len(key)))
    is_name = any(one in names.surnames and other in names.given for one, other in pairs)
    return label if is_name or key in names.given or key in names.lists["kin"] else ""


@cache
def _names() -> _Names:
    folder = resources.files("passerby.models")
    document = tomllib.loads(folder.joinpath("names.toml").read_text("utf-8"))
    lists = {name: frozenset(fold(word) for word in words) for name, words in document.items()}
    lines = folder.joinpath("names.txt").read_text("utf-8").splitlines()
    border = lines.index("---")
    given, surnames = (
        frozenset(word for line in part if not line.startswith("#") for word in line.split())
        for part in (lines[:border], lines[border + 1 :])
    )
    return _Names(given | lists["more"], surnames, lists)
