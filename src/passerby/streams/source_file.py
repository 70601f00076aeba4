"""Sources in a file: TOML with a table for each, and with whom events are told."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from passerby.errors import UsageError
from passerby.streams.outlet_settings import OutletSettings, parse_outlets
from passerby.streams.source_document import KEYS, parse_source
from passerby.streams.watch_source import WatchSource
from passerby.wording import meant_instead

_TABLES = ("sources", "mqtt", "webhooks")
_SECONDS: Mapping[str, float] = MappingProxyType({"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800})
_BYTES: Mapping[str, float] = MappingProxyType({"MB": 1e6, "GB": 1e9, "TB": 1e12})
_AMOUNT = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) ?([A-Za-z]{1,2})")
# What may be written with a unit, and the key that it stands for.
_SPANS: Mapping[str, str] = MappingProxyType(
    {
        "keep": "keep_seconds",
        "keep_original_for": "original_seconds",
        "segment": "segment_seconds",
        "settle": "settle_seconds",
    }
)
_SIZE = "max_size"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What a file tells."""

    sources: tuple[WatchSource, ...]
    outlets: OutletSettings


def read_source_file(path: Path) -> SourceFile:
    """Raises UsageError for a file that cannot be read, or says what is no source; VocabularyError for its rules."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        found = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{path}: expected a file of sources in TOML ({found})") from error
    for key in document:
        if key not in _TABLES:
            raise UsageError(f"{path}: there is no table {key!r}; {meant_instead(key, _TABLES)}")
    told = document.pop("sources", ())
    if not isinstance(told, Sequence) or not told:
        raise UsageError(f"{path}: expected at least one table [[sources]], each with a name and an address")
    sources = tuple(_source(each, f"{path}: source {number}") for number, each in enumerate(told, 1))
    names = [source.name.lower() for source in sources]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{path}: expected one source of each name, found two that are called {name!r}")
    return SourceFile(sources, parse_outlets(document, str(path)))


def parse_span(text: str, where: str) -> float:
    """Seconds, from an amount with a unit. Raises UsageError.

    >>> parse_span("7d", "keep"), parse_span("1.5 h", "keep")
    (604800.0, 5400.0)
    """
    return _amount(text, _SECONDS, f"{where}: expected a time such as 60s, 12h or 7d")


def parse_size(text: str, where: str) -> int:
    """Bytes, from an amount with a unit. Raises UsageError.

    >>> parse_size("200GB", "max_size")
    200000000000
    """
    return round(_amount(text.upper(), _BYTES, f"{where}: expected a size such as 500MB, 200GB or 2TB"))


def with_units(told: Mapping[str, object], where: str) -> dict[str, object]:
    """A description with amounts as numbers, under the keys that a source has. Raises UsageError."""
    known = (*KEYS, *_SPANS, _SIZE)
    plain: dict[str, object] = {}
    for key, value in told.items():
        if key not in known:
            raise UsageError(f"{where}: a source has no {key!r}; {meant_instead(key, known)}")
        if key in _SPANS:
            plain[_SPANS[key]] = parse_span(value, f"{where}: {key}") if isinstance(value, str) else value
        elif key == _SIZE:
            plain["max_bytes"] = parse_size(value, f"{where}: {key}") if isinstance(value, str) else value
        else:
            plain[key] = value
    return plain


def _source(told: object, where: str) -> WatchSource:
    if not isinstance(told, Mapping):
        raise UsageError(f"{where}: expected a table with a name and an address, found {told!r}")
    name = told.get("name")
    return parse_source(with_units(told, where), f"{where} ({name})" if isinstance(name, str) else where)


def _amount(text: str, units: Mapping[str, float], expected: str) -> float:
    found = _AMOUNT.fullmatch(text.strip())
    if found is None or found[2] not in units:
        raise UsageError(f"{expected}, found {text!r}")
    return float(found[1]) * units[found[2]]
