"""From what a user types to what is searched for."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from passerby.dates import parse_date
from passerby.errors import UsageError
from passerby.models.names import name_in
from passerby.models.vocabulary import protected_terms_in
from passerby.records import StoredVideo
from passerby.times import Span, format_timecode, parse_timecode

# Words that labels do without: "a dog on the beach" asks for dog and beach.
_SMALL = frozenset(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
_PART = re.compile(r'"([^"]*)"|([^\s"]+)')
_TIME = re.compile(r"\b(after|before)\s+(\d+(?::\d{1,2}){1,2}(?:\.\d+)?)(?![\w:.])", re.IGNORECASE)
_ROUNDED = Fraction(1, 1000)
_ALWAYS = (0.0, float("inf"))
MOST_SIGNS = 2000  # of what is asked: as many as a server takes


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for, and what was asked but is not: all that law 2 says of a search is decided here."""

    text: str  # as typed
    words: tuple[str, ...]  # words, and phrases (which were in quotes)
    exact: tuple[str, ...]  # those of them that were in quotes
    seconds: tuple[float, float] | None  # "after 10:00", "before 1:02:03"
    label: str | None  # of an object or a tag
    refused: tuple[str, ...]  # words, among the text and the label, that ask for what Passerby does not know of people
    is_label_refused: bool  # without its label a search is another one, so it finds nothing

    @property
    def terms(self) -> tuple[str, ...]:
        """The words, and the phrases in their quotes."""
        return tuple(f'"{word}"' if word in self.exact else word for word in self.words)

    @property
    def for_models(self) -> str:
        """The words as models may hear them; "" where none may.

        What is in quotes is meant to the letter. Without the small words between them, words can come to ask for what
        people are like: no model hears that, nor the name of anybody.
        """
        text = " ".join(self.words)
        return "" if self.exact or protected_terms_in(text) or name_in(text) else text


def parse(text: str, label: str | None = None) -> Query:
    """The words of ``text``, phrases in quotes, and ``label``, without what asks for a protected attribute of people.

    Raises UsageError if one of them is too long.
    """
    require_short(text)
    require_short(label or "")
    rest, refused = _without_protected(unicodedata.normalize("NFC", text))
    seconds, rest = _times(rest)
    words = tuple(word.strip('"').strip() for word in words_of(rest))
    exact = tuple(phrase.strip() for phrase, _ in _PART.findall(rest) if phrase.strip() in words)
    telling = tuple(word for word in words if word in exact or word.lower() not in _SMALL)
    # Without the small words others stand side by side, which may ask together what neither asks alone.
    plain, more = _without_protected(" ".join(word for word in telling if word not in exact))
    if more:
        telling, refused = (*words_of(plain), *exact), (*refused, *more)
    # If nothing is left beside refused words, neither are the small words between them a question.
    words = telling or (() if refused else words)
    barred = protected_terms_in(label or "")
    return Query(text, words, exact, seconds, None if barred else label, (*refused, *barred), bool(barred))


def words_of(text: str) -> tuple[str, ...]:
    """The words of ``text``, and its phrases in their quotes.

    >>> words_of('a "market hall" , today')
    ('a', '"market hall"', 'today')

    Raises UsageError if it is too long.
    """
    require_short(text)
    found = _PART.findall(unicodedata.normalize("NFC", text))
    parts = [f'"{phrase.strip()}"' if phrase else word.strip() for phrase, word in found]
    return tuple(part for part in parts if any(sign.isalnum() for sign in part))


def require_short(text: str) -> None:
    """Raise UsageError for a text that is too long to be searched for."""
    if len(text) > MOST_SIGNS:
        raise UsageError(f"expected at most {MOST_SIGNS:,} characters to search for, found {len(text):,}")


def _times(text: str) -> tuple[tuple[float, float] | None, str]:
    """The seconds between which a question wants its moments, and the rest of it.

    >>> _times("boats after 10:00 before 11:30")
    ((600.0, 690.0), 'boats  ')
    """
    start, end = _ALWAYS
    for word, time in _TIME.findall(text):
        seconds = float(parse_timecode(time))
        start, end = (max(start, seconds), end) if word.lower() == "after" else (start, min(end, seconds))
    return (None if (start, end) == _ALWAYS else (start, end)), _TIME.sub("", text)


def parse_like(text: str) -> tuple[str, Fraction]:
    """The video, as the user names it, and the time in seconds of ``VIDEO@TIME``. Raises UsageError."""
    video, at, time = text.rpartition("@")
    if not (video and at):
        raise UsageError(f"expected VIDEO@TIME, such as street.mp4@0:12, found {text!r}")
    try:
        return video, parse_timecode(time)
    except ValueError as error:
        raise UsageError(f"{text}: after the @: {error}") from error


def dates_between(after: str | None, before: str | None) -> tuple[int | None, int | None]:
    """The Unix times of two ISO dates. Raises UsageError, also where nothing lies between them."""
    start, end = _date(after), _date(before)
    if start is not None and end is not None and start >= end:
        raise UsageError(f"expected dates with something between them, found from {after} on and before {before}")
    return start, end


def _date(text: str | None) -> int | None:
    try:
        return None if text is None else parse_date(text)
    except ValueError as error:
        raise UsageError(
            f"expected a date such as 2024-05-31 or 2024-05-31T18:00+02:00, found {text!r}; a time within a video "
            'goes among the words: "after 10:00"'
        ) from error


def stretch(text: str, video: StoredVideo) -> Span:
    """The pts of ``START-END``, all of it in a video. Raises UsageError."""
    start, dash, end = text.partition("-")
    try:
        seconds = parse_timecode(start), parse_timecode(end)
    except ValueError as error:
        raise UsageError(f"expected a stretch such as 0:10-0:20, found {text!r}") from error
    length = Fraction(video.duration) * video.time_base.tick
    # An end is told to the thousandth: one that was read off may be rounded up.
    if not (dash and seconds[0] < seconds[1] <= length + _ROUNDED and seconds[0] < length):
        told = format_timecode(float(length))
        raise UsageError(f"{text}: expected a stretch that lies in {video.name}, of {told}, and ends after it begins")
    first, last = (video.time_base.pts_at(moment) for moment in seconds)
    return Span(first, max(min(last, video.duration), first + 1))


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
