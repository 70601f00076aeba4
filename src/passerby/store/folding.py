"""How words are written in the index, so that what is the same to a reader is the same to a search.

Words of ASCII alone stay as they are: the tokenizer of FTS5 sees to capitals and English endings. Of others the way of
writing goes (full width, ligatures, presentation forms), capitals, marks that are put above, below and between letters,
and what only some of a script's writers tell apart. Scripts that put no spaces between words are written as pairs of
signs that overlap, so that any part of a run is found: "北京站" as "北京 京站 站". The last sign alone stands at the
end, for what follows to be next to it.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence

# Kana, Han, Hangul, Thai, Lao, Myanmar and Khmer, without their signs of punctuation and money.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0eff\u1000-\u1049\u1050-\u109f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007"
    "\u3041-\u309f\u30a1-\u30fa\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uaa60-\uaa7f"
    "\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_RUN, _LAST_RUN = re.compile(f"[{_UNSPACED}]+"), re.compile(f"[{_UNSPACED}]+$")
# What has no marks that can be taken away, by its plainest neighbour: the Turkish i without a dot, letters with a
# stroke, and the Arabic letters (kaf, alef, yeh, heh) that each language writes in its own way.
_PLAIN = {
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "\u06a9": "\u0643",
    "\u0671": "\u0627",
    **dict(zip("\u0131øđħłŧð", "iodhltd", strict=True)),
    **dict.fromkeys("\u0649\u06cc\u06d0\u06d2", "\u064a"),
    **dict.fromkeys("\u0629\u06c1\u06be", "\u0647"),
}
_TABLE = str.maketrans(_PLAIN)
_TATWEEL = "\u0640"


def folded(text: str) -> str:
    """``text`` as it is in the index. Words that have spaces between them stay as many, in their order.

    >>> folded("Café IĞDIR Straße"), folded("كِتَاب"), folded("iPhone手机")
    ('cafe igdir strasse', 'كتاب', 'iphone 手机 机')
    """
    return text if text.isascii() else "".join(map(_folded_part, re.split(r"([ \n])", text)))


def places(line: str) -> list[int]:
    """For each of the words of ``folded(line)``, separated by spaces, which word of the line it is of.

    >>> places("see 北京站 now")
    [0, 1, 1, 1, 2]
    """
    return [place for place, word in enumerate(line.split(" ")) for _ in folded(word).split(" ")]


def search_form(text: str) -> tuple[str, bool]:
    """A word or phrase as it is looked for, and whether it may go on: a single sign begins a pair.

    >>> search_form("车站"), search_form("站"), search_form("station")
    (('车站', False), ('站', True), ('station', False))
    """
    words = _words(text)
    written = " ".join(folded(words).split())
    last = _LAST_RUN.search("" if words.isascii() else _plain(words))
    if last is None or len(last[0]) == 1:
        return written, last is not None
    return written.rpartition(" ")[0], False


def holds(phrases: str, *texts: str) -> bool:
    """Whether each phrase of a JSON list is in one of ``texts``, which are as in the index, word by word as it is.

    >>> holds('["news"]', "news stand"), holds('["news"]', "new bridge"), holds('["ews"]', "news")
    (True, False, False)
    """
    written = [_spaced(text) for text in texts]
    return all(any(_looked_for(phrase) in text for text in written) for phrase in json.loads(phrases))


def original_spelling(columns: Sequence[str]) -> str:
    """What to keep beside columns of the index so that they can be told as they were written: JSON, or "" for nothing.

    >>> original_spelling(["plain", "words"]), original_spelling(["café", ""])
    ('', '["café", ""]')
    """
    return "" if all(map(str.isascii, columns)) else json.dumps(columns, ensure_ascii=False)


def _looked_for(phrase: str) -> str:
    written, goes_on = search_form(phrase)
    return _spaced(written).rstrip(" ") if goes_on else _spaced(written)


def _spaced(text: str) -> str:
    return f" {_words(text.lower())} "


def _words(text: str) -> str:
    """``text`` without what is no letter, digit or mark of one, as the tokenizer cuts it."""
    return " ".join("".join(char if _is_of_word(char) else " " for char in text).split())


def _is_of_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M" or unicodedata.category(char) == "Cf"


def _folded_part(part: str) -> str:
    return part if part.isascii() else " ".join(" ".join(_runs(_plain(part))).split())


def _plain(word: str) -> str:
    level = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold()).translate(_TABLE)
    letters = "".join(char for char in unicodedata.normalize("NFD", level) if not _is_mark(char))
    return "".join(map(_digit, unicodedata.normalize("NFC", letters).translate(_TABLE)))


def _is_mark(char: str) -> bool:
    """Whether a sign only goes with a letter, or joins some; in the scripts of India and beyond such are vowels."""
    code = ord(char)
    if unicodedata.category(char) == "Cf" or char == _TATWEEL:
        return True
    is_vowel = 0x0900 <= code < 0x1AB0 or 0x1B00 <= code < 0x1DC0 or 0x2E80 <= code < 0xFE00
    return unicodedata.category(char) in ("Mn", "Me") and not is_vowel


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _runs(word: str) -> Iterator[str]:
    """A word cut where its script changes to one without spaces or back, those in pairs."""
    at = 0
    for run in _RUN.finditer(word):
        yield word[at : run.start()]
        yield from (run[0][place : place + 2] for place in range(len(run[0])))
        at = run.end()
    yield word[at:]
