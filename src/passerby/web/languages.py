"""The languages of the pages: which there are, which one a browser gets, and what templates say in it.

A sentence is written in English where it is said, and is the key of its translations. Those lie in
``static/languages``, a file for each language, which the pages' scripts read too (``static/words.js``).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup, escape

COOKIE = "passerby_language"
FOLDER = Path(__file__).parent / "static" / "languages"
HOLE = re.compile(r"\{(\w+)\}")
COUNTED = re.compile(r"(\d+) (\S+)")
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Language:
    """One language; ``code`` is that of BCP 47, ``name`` what its speakers call it."""

    code: str
    name: str
    sentences: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)  # of them, what the server says outside of templates

    @property
    def direction(self) -> str:
        return "rtl" if self.code.partition("-")[0] in RIGHT_TO_LEFT else "ltr"

    def say(self, sentence: str, **fill: str) -> str:
        """``sentence`` in this language, its {holes} filled; with markup in one of them it is markup itself.

        >>> ENGLISH.say("Log out {name}", name="mia")
        'Log out mia'
        >>> ENGLISH.say("As {code} & more", code=Markup("<code>x</code>"))
        Markup('As <code>x</code> &amp; more')
        """
        known = self.sentences.get(sentence) or sentence
        is_markup = any(isinstance(value, Markup) for value in fill.values())
        said = escape(known) if is_markup else known
        for name, value in fill.items():
            said = said.replace(f"{{{name}}}", escape(value) if is_markup else value)
        return said

    def retell(self, answer: str) -> str:
        """What was said in English with its holes filled, in this language, if it is known: ``said`` of words.js.

        >>> known = {"hidden: {what}": "verdeckt: {what}", "faces": "Gesichter"}
        >>> Language("de", "Deutsch", known, known).retell("hidden: faces, 2 faces, hats")
        'verdeckt: Gesichter, 2 Gesichter, hats'
        """
        if answer in self.answers:
            return self.answers[answer]
        told = self._filled(answer, is_open=False) or self._after_head(answer)
        return told or self._in_pieces(answer, "; ") or self._filled(answer, is_open=True) or answer

    def _filled(self, answer: str, *, is_open: bool) -> str:
        """The answer that this is, its holes filled; of those that begin with a hole, or of the others."""
        for key in sorted(self.answers, key=lambda each: -len(HOLE.sub("", each))):
            between, names = HOLE.split(key)[::2], HOLE.findall(key)
            if not names or (not between[0]) != is_open:
                continue
            if found := re.fullmatch("(.+?)".join(map(re.escape, between)), answer, re.DOTALL):
                return self.say(key, **dict(zip(names, map(self._in_hole, found.groups()), strict=True)))
        return ""

    def _after_head(self, answer: str) -> str:
        """What a word that is known says of what follows its colon."""
        head, _, rest = answer.partition(": ")
        told = self._in_hole(rest) if head in self.answers else rest
        return f"{self.answers[head]}: {told}" if told != rest else ""

    def _in_pieces(self, answer: str, mark: str) -> str:
        return mark.join(map(self._in_hole, answer.split(mark))) if mark in answer else ""

    def _in_hole(self, words: str) -> str:
        """A list is told piece by piece, and of "3 faces" the word."""
        if (whole := self.retell(words)) != words:
            return whole
        if counted := COUNTED.fullmatch(words):
            return f"{counted[1]} {self.retell(counted[2])}"
        return self._in_pieces(words, ", ") or words


ENGLISH = Language("en", "English", {})


@dataclass(frozen=True, slots=True)
class Languages:
    """All languages that there are, by their codes; English is always one of them."""

    by_code: Mapping[str, Language]

    def wanted(self, chosen: str, accepted: str) -> Language:
        """The language that was ``chosen`` on the page, or else the first that the browser has ``accepted``."""
        codes = [code for code in (chosen, *_preferred(accepted)) if code]
        found = (self.by_code.get(code) or self.by_code.get(code.partition("-")[0]) for code in codes)
        return next((language for language in found if language), ENGLISH)


def read_languages(folder: Path = FOLDER) -> Languages:
    """The languages that have a file in ``folder``, and English. Raises OSError and ValueError for a broken file."""
    found = [ENGLISH, *(_read(path) for path in sorted(folder.glob("*.json")))]
    return Languages({language.code: language for language in found})


def _read(path: Path) -> Language:
    told = json.loads(path.read_text(encoding="utf-8"))
    answers, sentences = ({key: _one(value) for key, value in told[part].items()} for part in ("answers", "sentences"))
    return Language(path.stem, told["name"], {**answers, **sentences}, answers)


def _one(translation: str | Mapping[str, str]) -> str:
    return translation if isinstance(translation, str) else translation["other"]


def _preferred(accepted: str) -> list[str]:
    """The codes of an ``Accept-Language`` header, the most wanted first.

    >>> _preferred("fr;q=0.5, de-AT, en;q=0.8, *;q=0.1")
    ['de-AT', 'en', 'fr']
    """
    weights: list[tuple[float, str]] = []
    for part in accepted.split(","):
        code, _, parameter = part.strip().partition(";")
        _, _, weight = parameter.partition("=")
        try:
            weights.append((float(weight or 1), code.strip()))
        except ValueError:
            continue
    ordered = sorted(weights, key=lambda each: -each[0])
    return [code for weight, code in ordered if weight > 0 and code and code != "*"]
