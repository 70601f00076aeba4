"""Numbers in sentences, and whatever files are called or people write on one line that cannot deceive."""

import unicodedata

# Part of how emoji and the words of some languages are written; like spaces other than " ", not "printable".
_JOINERS = "\u200c\u200d"


def written_out(text: str) -> str:
    """``text`` on one line: what would break it, move the cursor or turn the direction of reading is written out.

    >>> written_out("a\\u202egpj.mp4"), written_out("two\\nlines")
    ('a\\\\u202egpj.mp4', 'two\\\\nlines')
    """
    return "".join(char if _is_shown(char) else repr(char)[1:-1] for char in text)


def _is_shown(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs" or char in _JOINERS


def counted(number: int, one: str) -> str:
    """A number of things, called ``one`` if it is 1.

    >>> counted(1, "track"), counted(0, "face")
    ('1 track', '0 faces')
    """
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
