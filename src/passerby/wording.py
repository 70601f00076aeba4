"""Numbers in sentences, and whatever files are called: on one line that cannot deceive, and in documents."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from passerby.errors import UsageError

# Part of how emoji and the words of some languages are written; like spaces other than " ", not "printable".
_JOINERS = "\u200c\u200d"
# Controls, ends of lines, and what turns the direction of reading over or within a stretch.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
ALIKE = 0.78  # of names, from 0 to 1
# Halves of pairs that stand for no byte of a name.
_OTHER_SURROGATES = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def written_out(text: str) -> str:
    """``text`` on one line: what would break it, move the cursor or turn the direction of reading is written out.

    >>> written_out("a\\u202egpj.mp4"), written_out("two\\nlines")
    ('a\\\\u202egpj.mp4', 'two\\\\nlines')
    """
    return "".join(char if _is_shown(char) else repr(char)[1:-1] for char in text)


def _is_shown(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs" or char in _JOINERS


def hidden_sign_in(text: str) -> str:
    """The first sign of ``text`` that cannot be seen and breaks the line, moves the cursor or turns the reading; or "".

    >>> hidden_sign_in("caf\u00e9 \u05e9\u05dc\u05d5\u05dd"), hidden_sign_in("a\u202egpj.mp4") == "\u202e"
    ('', True)
    """
    found = _HIDDEN.search(text)
    return found[0] if found else ""


def require_plain(what: str, text: str, longest: int) -> None:
    """Raise UsageError for a text of a user's that is empty or too long, or has signs that nobody sees."""
    if not text.strip() or len(text) > longest:
        raise UsageError(f"{what}: expected 1 to {longest} characters, found {len(text)}")
    if written_out(text) != text:
        raise UsageError(f"{what}: expected signs that can be seen, found {written_out(text)}")


def in_unicode(text: str) -> str:
    """``text`` with signs of replacement for what of a file's name is no UTF-8: Python holds it, and no document can.

    >>> in_unicode("a\\udcff.mp4") == in_unicode("a\\ud800.mp4") == "a\\ufffd.mp4"
    True
    """
    no_bytes = _OTHER_SURROGATES.sub("\ufffd", text)
    return no_bytes.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def all_in_unicode(document: Any) -> Any:
    """A document of mappings and lists with all of its texts so."""
    if isinstance(document, str):
        return in_unicode(document)
    if isinstance(document, dict):
        return {name: all_in_unicode(value) for name, value in document.items()}
    if isinstance(document, list):
        return [all_in_unicode(value) for value in document]
    return document


def counted(number: int, singular: str) -> str:
    """A number of things, called ``singular`` if it is 1.

    >>> counted(1, "track"), counted(0, "face")
    ('1 track', '0 faces')
    """
    return f"{number} {singular}" if number == 1 else f"{number} {singular}s"


def meant_instead(name: str, known: Iterable[str]) -> str:
    """The end of an error about a name that is not known: the one that is nearly the same, or else all there are.

    Capitals, blanks, dashes and underscores do not count.

    >>> meant_instead("Night_desk", ["day-desk", "night-desk"]), meant_instead("x", ["car", "dog"])
    ('do you mean night-desk?', 'expected one of: car, dog')
    """
    folded = {_folded(each): each for each in known}
    near = get_close_matches(_folded(name), folded, 1, ALIKE)
    near = near or [each for each in folded if name and each.startswith(_folded(name))]
    return f"do you mean {folded[near[0]]}?" if near else f"expected one of: {', '.join(folded.values())}"


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.casefold()).strip()
