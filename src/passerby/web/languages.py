"""The languages of the pages: which there are, which one a browser gets, and what templates say in it.

A sentence is written in English where it is said, and is the key of its translations. Those lie in
``static/languages``, a file for each language, which the pages' scripts read too (``static/words.js``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

COOKIE = "passerby_language"
FOLDER = Path(__file__).parent / "static" / "languages"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Language:
    """One language; ``code`` is that of BCP 47, ``name`` what its speakers call it."""

    code: str
    name: str
    sentences: Mapping[str, str]

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
    sentences = {
        key: value if isinstance(value, str) else value["other"]
        for key, value in {**told["answers"], **told["sentences"]}.items()
    }
    return Language(path.stem, told["name"], sentences)


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
