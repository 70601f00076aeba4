"""From what a user types to what is searched for."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from passerby.errors import UsageError
from passerby.models.vocabulary import protected_terms_in
from passerby.times import parse_timecode

# Words that labels do without: "a dog on the beach" asks for dog and beach.
_SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
_PART = re.compile(r'"([^"]*)"|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for, and what was asked but is not."""

    text: str  # as typed
    words: tuple[str, ...]  # words, and phrases (which were in quotes)
    refused: tuple[str, ...]  # words that ask for what Passerby does not know of people

    @property
    def notice(self) -> str:
        """What there is to tell the user about ``refused``; "" where there is none."""
        return refusal(self.refused)


def parse(text: str) -> Query:
    """The words of ``text``, phrases in quotes, without those that ask for a protected attribute of people."""
    rest, refused = _without_protected(unicodedata.normalize("NFC", text))
    parts = [(phrase or word).strip() for phrase, word in _PART.findall(rest)]
    words = [part for part in parts if any(sign.isalnum() for sign in part)]
    telling = [word for word in words if word.lower() not in _SMALL]
    # If nothing is left beside refused words, neither are the small words between them a question.
    return Query(text, tuple(telling or (() if refused else words)), refused)


def refusal(terms: tuple[str, ...]) -> str:
    """Why ``terms`` are not searched for; "" for none."""
    listed = ", ".join(f'"{term}"' for term in terms)
    return f"Passerby does not describe people, so it does not search for {listed}." if terms else ""


def parse_like(text: str) -> tuple[str, Fraction]:
    """The video, as the user names it, and the time in seconds of ``VIDEO@TIME``. Raises UsageError."""
    video, at, time = text.rpartition("@")
    if not (video and at):
        raise UsageError(f"expected VIDEO@TIME, such as street.mp4@0:12, found {text!r}")
    try:
        return video, parse_timecode(time)
    except ValueError as error:
        raise UsageError(f"{text}: after the @: {error}") from error


def _without_protected(text: str) -> tuple[str, tuple[str, ...]]:
    refused: list[str] = []
    # What is left is looked at again: taking a word out can put two others side by side.
    while terms := protected_terms_in(text):
        refused += terms
        before = text
        for term in terms:
            text = re.sub(rf"(?<!\w){re.escape(term)}(?!\w)", " ", text, flags=re.IGNORECASE)
        if text == before:  # found inside of a word, as in scripts without spaces, or spelt in another way
            text = " ".join(word for word in text.split() if not _touches(word, terms))
        if text == before:
            text = ""
    return text, tuple(dict.fromkeys(refused))


def _touches(word: str, terms: list[str]) -> bool:
    return bool(protected_terms_in(word)) or any(term.lower() in word.lower() for term in terms)
