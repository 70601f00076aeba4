"""Makes ``src/passerby/models/names.txt``: common given names and surnames, which labels must not hold.

    pip install --no-deps --target DIR faker==40.63.0
    .venv/bin/python -m scripts.build_names DIR

The names are those of Faker (MIT licence), which lists them by language. Here they stand without it, and without what
else Faker says of them. Words that are no names of people in WordNet's sense are chosen by hand: ``names.toml``.
"""

import argparse
import importlib
import pkgutil
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from passerby.models.vocabulary import fold

RESULT = Path(__file__).parent.parent / "src" / "passerby" / "models" / "names.txt"
VERSION = "40.63.0"
COMMON = 2  # lists of names that a name in Latin letters is in, at least
# Lists of languages that have no sisters among the others: one is enough.
ALONE = frozenset(
    [
        *(
            "en_IN",
            "vi_VN",
            "ha_NG",
            "ig_NG",
            "yo_NG",
            "zu_ZA",
            "tw_GH",
            "sw",
            "id_ID",
            "en_KE",
            "en_NG",
            "en_TH",
            "en_PK",
        ),
        *("tr_TR", "hu_HU", "fi_FI", "az_AZ"),
    ]
)
WIDTH = 118


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where Faker was installed to")
    sys.path.insert(0, str(parser.parse_args().folder))
    faker = importlib.import_module("faker")
    if faker.VERSION != VERSION:
        sys.exit(f"expected Faker {VERSION}, found {faker.VERSION}")
    person = importlib.import_module("faker.providers.person")
    languages = [module.name for module in pkgutil.iter_modules(person.__path__)]
    lists = {name: vars_of(importlib.import_module(f"{person.__name__}.{name}").Provider) for name in languages}
    given, surnames = chosen(lists, "first_"), chosen(lists, "last_")
    RESULT.write_text(text(given, surnames), "utf-8")
    print(f"{RESULT.name}: {len(given)} given names, {len(surnames)} surnames")


def vars_of(provider: type) -> dict[str, Any]:
    return {name: getattr(provider, name) for name in dir(provider)}


def chosen(lists: dict[str, dict[str, Any]], start: str) -> list[str]:
    """The names in attributes that begin so: of Latin letters those in several lists, of other letters all."""
    found = {language: {fold(name) for name in names(values, start)} for language, values in lists.items()}
    times = Counter(name for listed in found.values() for name in listed)
    alone = {name for language in ALONE & found.keys() for name in found[language]}
    return sorted(
        name
        for name in times
        if re.fullmatch(r"[^\W\d_]+", name)
        and (len(name) > 1 or (start == "last_" and not name.isascii()))
        and (times[name] >= COMMON or not name.isascii() or (start == "first_" and name in alone and len(name) > 2))
    )


def names(values: dict[str, Any], start: str) -> Iterator[str]:
    for name, value in values.items():
        if name.startswith(start) and "format" not in name and isinstance(value, dict | list | tuple):
            yield from _flat(value)


def _flat(value: Iterable[Any]) -> Iterator[str]:
    for item in value:
        if isinstance(item, str):
            yield item
        elif isinstance(item, tuple | list):  # in several scripts
            yield from (part for part in item if isinstance(part, str))


def text(given: list[str], surnames: list[str]) -> str:
    head = (
        "# Common given names and, below the line, surnames: small letters, without accents. Made by\n"
        f"# scripts/build_names.py from Faker {VERSION} (https://github.com/joke2k/faker, MIT licence).\n"
    )
    return head + "\n".join([*_wrapped(given), "---", *_wrapped(surnames), ""])


def _wrapped(words: list[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if len(line) + len(word) + 1 > WIDTH:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    yield line


if __name__ == "__main__":
    main()
