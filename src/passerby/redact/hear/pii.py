"""What tells who somebody is or how to reach them, found in words by rules: nothing here is learnt or guessed.

E-mail addresses, phone and card numbers, and names where they are told as such ("my name is", "Dr."). The rules would
rather take a serial number for a phone number than leave one: they decide what is hidden, never what is kept.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from passerby.extras import Extra, import_extra
from passerby.records import SpokenWord, Utterance
from passerby.redact.hear.numerals import as_one, as_written, goes_on, whole_words
from passerby.times import SecondsSpan, TimeBase

EXTRA = Extra("pii", "phonenumbers")
# Word times of speech models are off by some tenths of a second.
MARGIN_SECONDS = 0.3
# What is said after a longer pause does not go on with a number or a name.
PAUSE_SECONDS = 5
LEAST_DIGITS = 7  # of a phone number with its area
MOST_PHONE_DIGITS, CARD_DIGITS = 15, range(13, 20)  # ITU-T E.164; ISO/IEC 7812

_EMAIL = re.compile(r"[\w.%+-]+\s?@\s?[\w-]+(?:\s?\.\s?[\w-]+)+")
# How the signs of an address are said: in English, German, Dutch, Danish, Polish, Russian, Spanish and Portuguese,
# French, Italian.
_SAID_SIGNS = (
    ("at(?:[ -]sign)?", "dot|period|full stop"),
    ("at (?:the rate(?: of)?|symbol)", "dot|point"),
    ("(?:\u00e4t|at|et|klammeraffe)(?:-?zeichen)?", "punkt|dot"),
    ("apenstaartje", "punt|dot"),
    ("snabel-?a", "punkt|punktum|dot"),
    ("ma[\u0142l]pa", "kropka|dot"),
    ("sobaka|\u0441\u043e\u0431\u0430\u043a\u0430", "tochka|\u0442\u043e\u0447\u043a\u0430"),
    ("arroba", "punto|ponto|dot"),
    ("arobase|arrobas", "point|dot"),
    ("chiocciola", "punto|dot"),
)
# What may end an address behind a full stop that a space follows, and is no word that begins a sentence.
_ENDS = "com|org|net|edu|gov|info|co|io|eu|de|fr|uk|ch|nl|br|ru|ua|pl|se"


def _spoken_email(at: str, dot: str) -> str:
    between = rf"(?:{dot}|underscore|dash|hyphen|minus|plus|unterstrich|bindestrich|guion|tiret)"
    name = rf"(?:\w+ {between} |\b\w )*[\w.+-]+"
    end = rf"(?:,? (?:{dot}),? [^\W\d_]{{2,}}|\.[a-z]{{2,}}|\. ?(?:{_ENDS}))"
    signed = rf"[\w.+-]+ ?@ ?[\w-]+ (?:{dot}) [^\W\d_]{{2,}}"
    return rf"{name},? (?:{at}),? (?:[\w-]+,? (?:{dot}),? |\b\w )*[\w-]+{end}\b|{signed}\b"


_SPOKEN_EMAIL = re.compile("|".join(_spoken_email(at, dot) for at, dot in _SAID_SIGNS), re.IGNORECASE)
# As it is written to keep it from programs that gather addresses: "jane (at) example [dot] com".
_DISGUISED_EMAIL = re.compile(
    r"[\w.%+-]+\s?(?:[(\[{<]\s?(?:at|\u00e4t|arroba|arobase)\s?[)\]}>]|\bat\b)\s?[\w-]+"
    r"(?:\s?(?:[(\[{<]\s?(?:dot|punkt|punto|point|ponto)\s?[)\]}>]|\bdot\b)\s?[\w-]+)+"
    r"|[\w.%+-]+\s?[(\[{<]\s?(?:at|\u00e4t|arroba|arobase)\s?[)\]}>]\s?[\w-]+(?:\.[\w-]+)+",
    re.IGNORECASE,
)
_DIGITS = re.compile(
    r"(?<!\w)(?<!\d\.)\+?\(?\d(?:[ ().\-/\u2010-\u2015\xa0\xb7\u2022_]{0,3}\d)+(?:(?!\w)|(?=(?i:x|ext)\.?\d))"
)
_SPOKEN_DIGITS = re.compile(r"\+?\d(?:[ ,.()\-/]{0,3}\d)+")
_DATE = re.compile(r"\d{4}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2\d{4}|\d{4}\s?[-\u2013/]\s?\d{4}")
_CARD_GROUPS = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5}")

# Up to four words with capitals, and small ones that stand between them.
_CAPITAL = r"[^\W\d_a-z][\w'\u2019-]+"
_BEFORE = r"(?:(?:van|von|zu|de|der|den|di|da|do|dos|bin|ben|al|el|la|le) |[^\W\d_a-z](?:\. ?| ))*"
_NAME = rf"(?P<it>{_BEFORE}{_CAPITAL}(?: {_BEFORE}{_CAPITAL}){{0,3}})"
_TOLD_NAME = re.compile(
    r"\b(?i:names? (?:is|was|are)|name's|name:|i am|i'm|this is|called|call me|named|"
    r"hei(?:\u00df|ss)(?:e|t|en)|name ist|ich bin(?: der| die)?|m'appelle|s'appelle|nom est|je suis|me llamo|se llama|"
    r"nombre es|(?:yo )?soy|mi chiamo|si chiama|sono|nome \u00e9|nome \u00e8|me chamo|eu sou|ik heet|naam is|ik ben),? "
    + _NAME
)
# With a full stop or a space behind it: in English, German and Dutch, French, Spanish and Portuguese, Italian and
# Polish, Russian.
_TITLE = (
    r"mr|mrs|ms|mx|miss|mister|missus|dr|doctor|prof|professor|sir|lord|lady",
    r"herrn?|hr|frau|fr|frl|fr\u00e4ulein|doktor|mevrouw|mevr|meneer|dhr",
    r"mme|mlle|monsieur|madame|mademoiselle|docteur|professeur",
    r"se\u00f1ora?|se\u00f1orita|sr|sra|srta|don|do\u00f1a|dra|senhora?|dona",
    r"sig|sig\.ra|signore?|signora|signorina|dott|dott\.ssa|dottore|dottoressa|pani?|rabbi|imam",
    r"\u0433\u043e\u0441\u043f\u043e\u0434\u0438\u043d|\u0433\u043e\u0441\u043f\u043e\u0436\u0430|\u0433-\u043d|\u0433-\u0436\u0430",
)
_TITLED_NAME = re.compile(rf"(?<![\w.])(?:(?i:{'|'.join(_TITLE)})(?:\. *| +)|M\. *)" + _NAME)


def has_pii(text: str) -> bool:
    """Whether a line of text has any of it. Raises MissingExtraError where a phone number has to be judged."""
    text = unicodedata.normalize("NFKC", text).replace("\u3002", ".")  # letters and signs of the full width, too
    if _EMAIL.search(text) or _DISGUISED_EMAIL.search(text) or any(True for _ in _names(text)):
        return True
    # Beside letters that run from right to left the groups of a number do, too.
    turned = " ".join(reversed(text.split()))
    found = (match[0] for line in (text, turned) for match in _DIGITS.finditer(line))
    return any(_is_card(digits) or _is_phone(digits) for digits in found)


def spoken_pii(utterances: Iterable[Utterance], time_base: TimeBase) -> list[SecondsSpan]:
    """When it is said: spans of seconds, with margins."""
    spans = []
    margin = time_base.ticks(MARGIN_SECONDS)
    for words in _sequences(utterances, time_base):
        said = as_written(words)
        for start, end in _in_speech(said.text):
            concerned = said.words_in(start, end)
            first, last = concerned[0].span.start - margin, max(word.span.end for word in concerned) + margin
            spans.append((max(first, 0) * time_base.tick, last * time_base.tick))
    return spans


def _sequences(utterances: Iterable[Utterance], time_base: TimeBase) -> Iterator[list[SpokenWord]]:
    """Words that follow on each other; an utterance whose words have no times is one word."""
    pause = time_base.ticks(PAUSE_SECONDS)
    words: list[SpokenWord] = []
    for utterance in utterances:
        parted: bool | None = None  # not known of what one utterance ends and the next begins with
        for word in whole_words(utterance) if utterance.words else (SpokenWord(utterance.text, utterance.span),):
            if words and word.span.start - words[-1].span.end > pause:
                yield words
                words = []
            if words and parted is None and goes_on(words[-1], word):
                words[-1] = as_one(words[-1], word)
            else:
                words.append(word)
            parted = True
    if words:
        yield words


def _in_speech(text: str) -> Iterator[tuple[int, int]]:
    """Where in a text that was said. Here every long number counts: one misheard digit would make a card of none."""
    for pattern in (_EMAIL, _SPOKEN_EMAIL):
        yield from (match.span() for match in pattern.finditer(text))
    for match in _SPOKEN_DIGITS.finditer(text):
        if len(_only_digits(match[0])) >= LEAST_DIGITS:
            yield match.span()
    yield from _names(text)


def _names(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_TOLD_NAME, _TITLED_NAME):
        yield from (match.span("it") for match in pattern.finditer(text))


def _only_digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_card(text: str) -> bool:
    """Whether its check digit is right (Luhn, ISO/IEC 7812-1 annex B), or it is grouped as on a card."""
    digits = _only_digits(text)
    return (len(digits) in CARD_DIGITS and _luhn(digits)) or bool(_CARD_GROUPS.search(text))


def _luhn(digits: str) -> bool:
    """Whether the digits end in the check digit of those before.

    >>> _luhn("4111111111111111"), _luhn("4111111111111112")
    (True, False)
    """
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _is_phone(text: str) -> bool:
    """Whether it is a phone number somewhere in the world, and no date."""
    digits = _only_digits(text)
    if not LEAST_DIGITS <= len(digits) <= MOST_PHONE_DIGITS or _DATE.fullmatch(text.strip("() ")):
        return False
    return _is_known_phone(f"+{digits}" if text.startswith("+") else digits)


@lru_cache(maxsize=4096)
def _is_known_phone(number: str) -> bool:
    package = import_extra(EXTRA)
    regions: Iterable[Any] = (None,) if number.startswith("+") else sorted(package.SUPPORTED_REGIONS)
    return any(_is_valid(package, number, region) for region in regions)


def _is_valid(package: Any, number: str, region: str | None) -> bool:
    try:
        parsed = package.parse(number, region)
    except package.NumberParseException:
        return False
    return bool(package.is_valid_number(parsed) if region else package.is_possible_number(parsed))
