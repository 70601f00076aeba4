"""A source as JSON: how the library keeps it, and how files, the command line and the API describe one."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo

from passerby.documents import Document
from passerby.errors import UsageError
from passerby.redact.plan.kinds import KINDS, Kind
from passerby.streams.rules import DayHours, WatchRule, parse_rules
from passerby.streams.watch_source import (
    SEGMENT_SECONDS,
    SETTLE_SECONDS,
    SourceKind,
    Transport,
    WatchSource,
    check_address,
    check_source_name,
    kind_of,
)
from passerby.streams.zones import parse_zones
from passerby.wording import hidden_sign_in, meant_instead

Text = TypeVar("Text", bound=str)
KEYS = tuple(field.name for field in fields(WatchSource))
LONGEST_ADDRESS = 2000
YEARS = 100 * 366 * 24 * 3600.0  # seconds; more is "for good"
_LOGIN = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]{0,199}|file:[^\x00-\x1f\x7f]{1,1000}")
_SCHEMES: Mapping[SourceKind, tuple[str, ...]] = MappingProxyType(
    {"rtsp": ("rtsp", "rtsps"), **dict.fromkeys(("hls", "dash", "mjpeg"), ("http", "https"))}
)
_REQUIRED = frozenset(field.name for field in fields(WatchSource) if field.default is MISSING) - {"kind"}


def parse_source(document: Mapping[str, object], where: str) -> WatchSource:
    """``where`` is what messages name it by. Raises UsageError for what is no source, VocabularyError for its rules."""
    for key in document:
        if key not in KEYS:
            raise UsageError(f"{where}: a source has no {key!r}; {meant_instead(str(key), KEYS)}")
    for key in sorted(_REQUIRED):
        if key not in document:
            raise UsageError(f"{where}: expected a source with a name and an address, found none of its {key}")
    told = _Told(document, where)
    address = check_address(told.text("address", LONGEST_ADDRESS))
    zones = parse_zones(document.get("zones", ()), where)
    source = WatchSource(
        check_source_name(told.text("name", 50)),
        address,
        _kind(address, told.text("kind", 20, ""), where),
        hide=told.hide(),
        keep_original=told.yes("keep_original"),
        original_seconds=told.number_or_none("original_seconds", 1, YEARS),
        keep_seconds=told.number_or_none("keep_seconds", 1, YEARS),
        max_bytes=told.bytes_or_none(),
        segment_seconds=told.number("segment_seconds", SEGMENT_SECONDS, 2, 3600),
        settle_seconds=told.number("settle_seconds", SETTLE_SECONDS, 0.1, 3600),
        cores=told.number("cores", 1.0, 0.05, 1024),
        transport=told.transport(),
        login=told.login(),
        allows_private=told.yes("allows_private"),
        zone=told.clock_zone(),
        zones=zones,
        rules=parse_rules(document.get("rules", ()), zones, where),
        restream=told.yes("restream"),
    )
    if source.kind == "folder":
        _require_left_alone(source, where)
    return source


def _require_left_alone(source: WatchSource, where: str) -> None:
    """Raise UsageError for what would change a folder's files: they stay as they are and where they lie."""
    for key in ("keep_original", "original_seconds", "keep_seconds", "max_bytes", "restream"):
        if getattr(source, key):
            raise UsageError(
                f"{where}: {key}: expected none for a folder, whose files stay as they are until you remove them; "
                f"found {getattr(source, key)!r}"
            )


def source_document(source: WatchSource) -> Document:
    """What ``parse_source`` reads as the same source."""
    plain = {name: getattr(source, name) for name in KEYS}
    return plain | {
        "hide": list(source.hide),
        "zones": [zone.document() for zone in source.zones],
        "rules": [_rule_document(rule) for rule in source.rules],
    }


def _kind(address: str, told: str, where: str) -> SourceKind:
    """The kind of source, which its address fits: no file is opened as a stream, nor a stream by another protocol."""
    kind = kind_of(address, told)
    schemes = _SCHEMES.get(kind, ())
    scheme = address.partition("://")[0].lower() if "://" in address else ""
    if scheme not in (schemes or ("",)):
        expected = " or ".join(f"{each}://" for each in schemes) or "a path"
        raise UsageError(f"{where}: address: expected {expected} for {kind}, found {address!r}")
    return kind


def _rule_document(rule: WatchRule) -> Document:
    zone = {} if rule.zone is None else {"zone": rule.zone.name}
    return {
        "name": rule.name,
        "labels": sorted(rule.labels),
        **zone,
        "hours": [_hours_text(hours) for hours in rule.hours],
        "least_seconds": rule.least_seconds,
        "least_score": rule.least_score,
    }


def _hours_text(hours: DayHours) -> str:
    start, end = (f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (hours.start, hours.end))
    return f"{start}-{end}"


class _Told:
    """Reads the keys of a document. Every method raises UsageError."""

    def __init__(self, document: Mapping[str, object], where: str) -> None:
        self._document, self._where = document, where

    def text(self, key: str, longest: int, default: str = "") -> str:
        value = self._document.get(key, default)
        if not isinstance(value, str) or len(value) > longest or hidden_sign_in(value):
            raise self._wrong(key, f"a text of at most {longest} signs that can be seen", value)
        return value

    def yes(self, key: str) -> bool:
        value = self._document.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false", value)
        return value

    def number(self, key: str, default: float, least: float, most: float) -> float:
        value = self._document.get(key, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not least <= value <= most:  # type: ignore[arg-type, operator]
            raise self._wrong(key, f"a number from {least:g} to {most:g}", value)
        return float(value)  # type: ignore[arg-type]

    def number_or_none(self, key: str, least: float, most: float) -> float | None:
        return None if self._document.get(key) is None else self.number(key, least, least, most)

    def bytes_or_none(self) -> int | None:
        most = self.number_or_none("max_bytes", 1_000_000, 2**53 - 1)
        return None if most is None else int(most)

    def hide(self) -> tuple[Kind, ...]:
        value = self._document.get("hide", ("people",))
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, Sequence) or not listed or len(listed) > len(KINDS):
            raise self._wrong("hide", f"one or several of {', '.join(KINDS)}", value)
        return tuple(dict.fromkeys(self._one_of("hide", each, KINDS) for each in listed))

    def transport(self) -> Transport:
        return self._one_of("transport", self._document.get("transport", "tcp"), ("tcp", "udp"))

    def login(self) -> str:
        login = self.text("login", 1010)
        if login and not _LOGIN.fullmatch(login):
            # What was given may be a password: it is not said again.
            raise UsageError(
                f"{self._where}: login: expected env:NAME or file:PATH, where user:password is read from, and never "
                "the password itself"
            )
        return login

    def clock_zone(self) -> str:
        name = self.text("zone", 60, "UTC")
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError) as error:  # a name that is none, a folder, a path
            raise self._wrong("zone", "the name of a time zone such as Europe/Berlin", name) from error
        return name

    def _one_of(self, key: str, value: object, known: Sequence[Text]) -> Text:
        found = next((each for each in known if each == value), None)
        if found is None:
            raise self._wrong(key, f"one of {', '.join(known)}", value)
        return found

    def _wrong(self, key: str, expected: str, value: object) -> UsageError:
        return UsageError(f"{self._where}: {key}: expected {expected}, found {repr(value)[:100]}")
