"""Spoken words as one would write them: whole words, and digits for the words of digits, with the way back to them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from passerby.records import SpokenWord, Utterance
from passerby.times import Span

# Speech models write most numbers in figures, in any language; this is for those that they write out.
_TO_NINETEEN = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: str(number) for number, word in enumerate(_TO_NINETEEN)} | {
    word: str(20 + 10 * place) for place, word in enumerate(_TENS)
}
# From nought to nine, those that English lacks: in German, Dutch, French, Spanish, Italian, Portuguese.
_NUMBERS |= {
    word: str(digit)
    for digit, words in enumerate(
        (
            "null nul z\u00e9ro cero",
            "eins een un uno",
            "zwei zwo twee deux dos due dois",
            "drei drie trois tres tre tr\u00eas",
            "vier quatre cuatro quattro quatro",
            "f\u00fcnf vijf cinq cinco cinque",
            "sechs zes seis sei",
            "sieben zeven sept siete sette sete",
            "acht huit ocho otto oito",
            "neun negen neuf nueve nove",
        )
    )
    for word in words.split()
}
# Those between which the French say a number.
_NUMBERS |= {
    word: str(number)
    for number, word in (
        *enumerate(["dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"], 10),
        *zip((20, 30, 40, 50, 60), ["vingt", "trente", "quarante", "cinquante", "soixante"], strict=True),
    )
}
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
_NOUGHT = ("oh", "o")
# Said of what stands between the groups of a number.
_BETWEEN = frozenset(
    ["dash", "hyphen", "minus", "slash", "space", "dot", "point", "bracket", "strich", "bindestrich", "tiret", "guion"]
)
_HUNDRED = ("hundred",)
# Said while one thinks, in the middle of a number too.
_FILLERS = frozenset(
    ["uh", "um", "uhm", "er", "erm", "eh", "ah", "hm", "hmm", "mhm", "\u00e4h", "\u00e4hm", "euh", "ehm"]
)
# Signs within names, numbers and addresses, at which speech models part a word in two: "nampl" and ".com".
_SIGNS = ".@'\u2019-_/+"
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and the word that each of its letters is of."""

    text: str
    words: tuple[SpokenWord, ...]
    owners: tuple[int, ...]  # for each letter the index of its word

    def words_in(self, start: int, end: int) -> tuple[SpokenWord, ...]:
        """The words that letters ``start`` up to ``end`` belong to, in order."""
        return tuple(self.words[index] for index in sorted(set(self.owners[start:end])))


def as_written(words: Sequence[SpokenWord]) -> Said:
    """The words with spaces between them, and digits for digits.

    >>> from passerby.times import Span
    >>> as_written([SpokenWord(word, Span(0, 1)) for word in "call five double six, oh one".split()]).text
    'call 5 66, 0 1'
    """
    words = [word for word in words if word.text.strip(".,;:!?- ").lower() not in _FILLERS]
    texts: list[str] = []
    owners: list[int] = []
    for index in range(len(words)):
        if written := _written(words, index):
            texts.append(written)
            owners += [index] * (len(written) + 1)
    return Said(" ".join(texts), tuple(words), tuple(owners))


def whole_words(utterance: Utterance) -> Iterator[SpokenWord]:
    """The words of an utterance, those joined of which its text tells that they were said as one.

    >>> parts = tuple(SpokenWord(text, Span(0, 1)) for text in ("at", "nampl", ".com."))
    >>> [word.text for word in whole_words(Utterance("at nampl.com.", Span(0, 1), "en", parts))]
    ['at', 'nampl.com.']
    """
    joined: SpokenWord | None = None
    at = 0
    for word in utterance.words:
        start = utterance.text.find(word.text, at)
        parted = start > at if start >= 0 else None
        at = max(start, at) + len(word.text) if start >= 0 else at
        if joined is not None and goes_on(joined, word, parted=parted):
            joined = as_one(joined, word)
            continue
        if joined is not None:
            yield joined
        joined = word
    if joined is not None:
        yield joined


def goes_on(word: SpokenWord, part: SpokenWord, *, parted: bool | None = None) -> bool:
    """Whether ``part`` goes on with ``word``: they meet at a sign, with no space if it is known whether they are
    ``parted`` by one. What is not known is told by the signs: ".com" is no word, and "jane@" is none.
    """
    if parted is not None:
        return not parted and (word.text[-1] in _SIGNS or part.text[0] in _SIGNS)
    begun = part.text[0] in ".@-_" and part.text[1:2].isalnum()
    return (begun and word.text[-1].isalnum()) or (word.text[-1] in "@-_" and part.text[0].isalnum())


def as_one(word: SpokenWord, part: SpokenWord) -> SpokenWord:
    """Both as one word, from the start of the one to the end of the other."""
    return SpokenWord(word.text + part.text, Span(word.span.start, max(word.span.end, part.span.end)))


def _written(words: Sequence[SpokenWord], index: int) -> str:
    """A word in figures if it stands for some, "" if the next one tells it too."""
    text = words[index].text
    bare, after = _bare(text)
    if bare in _TIMES and index + 1 < len(words) and _digits(words, index + 1):
        return ""
    if bare in _BETWEEN and 0 < index < len(words) - 1 and _digits(words, index - 1):
        following = _bare(words[index + 1].text)[0]
        return "" if _digits(words, index + 1) or following in _TIMES else text
    figures = _digits(words, index)
    if figures:
        times = _TIMES.get(_bare(words[index - 1].text)[0], 1) if index else 1
        return figures * times + after
    if bare in _HUNDRED and index and _digits(words, index - 1):
        return "00" + after  # as in "eight hundred five five five"
    return _AMOUNT.sub("#", text)  # a number with commas in it is an amount


def _digits(words: Sequence[SpokenWord], index: int) -> str:
    bare, _ = _bare(words[index].text)
    if bare.isdigit():
        return bare
    if bare in _NOUGHT:
        beside = [words[place].text for place in (index - 1, index + 1) if 0 <= place < len(words)]
        return "0" if any(_bare(text)[0] in _NUMBERS or text[:1].isdigit() for text in beside) else ""
    return "".join(_NUMBERS[part] for part in bare.split("-")) if set(bare.split("-")) <= _NUMBERS.keys() else ""


def _bare(text: str) -> tuple[str, str]:
    """A word in small letters, and the punctuation behind it."""
    bare = text.rstrip(".,;:!?")
    return bare.lower(), text[len(bare) :]
