"""Texts as column values: PostgreSQL keeps all but the sign of number 0, which is spelled by other signs."""

from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown, TextBinaryLoader

# Noncharacters, which Unicode leaves to programs for their own use. The first stands before a sign that is spelled.
_SPELLED, _ZERO = "\ufdd1", "\ufdd0"


class _SpellingDumper(StrDumperUnknown):
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(spelled(obj))


class _SpellingLoader(TextBinaryLoader):
    def load(self, data: Buffer) -> bytes | str:
        text = super().load(data)
        return as_meant(text) if isinstance(text, str) and _SPELLED in text else text


def register_texts(connection: psycopg.Connection[Any]) -> None:
    """Have a connection keep any text."""
    connection.adapters.register_dumper(str, _SpellingDumper)
    connection.adapters.register_loader("text", _SpellingLoader)


def spelled(text: str) -> str:
    """A text as it is kept.

    >>> as_meant(spelled("a\\x00b\\ufdd1")) == "a\\x00b\\ufdd1"
    True
    """
    if "\x00" not in text and _SPELLED not in text:
        return text
    return text.replace(_SPELLED, _SPELLED + _SPELLED).replace("\x00", _SPELLED + _ZERO)


def as_meant(kept: str) -> str:
    """The text that is kept so."""
    return _SPELLED.join(part.replace(_SPELLED + _ZERO, "\x00") for part in kept.split(_SPELLED + _SPELLED))
