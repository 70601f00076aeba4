"""Rules: of which things in which part of the picture, at which times of day, somebody is told.

A rule asks for what a thing is, where and when: there is nothing by which one person could be told from another.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from passerby.errors import UsageError
from passerby.models.vocabulary import check_labels
from passerby.streams.zones import WatchZone, parse_name
from passerby.wording import meant_instead

MOST_RULES, MOST_LABELS = 50, 100
DAY = 24 * 60  # minutes
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_KEYS = ("name", "labels", "zone", "hours", "least_seconds", "least_score")


@dataclass(frozen=True, slots=True)
class DayHours:
    """A stretch of each day by the clock on the wall there, from one minute up to another; it may pass midnight.

    Where the clock is put back an hour comes twice, and both count; where it is put forward one is left out.
    """

    start: int  # minutes since midnight
    end: int

    def hold(self, wall: float, zone: ZoneInfo) -> bool:
        """Whether a moment, in seconds since 1970, is in it."""
        local = datetime.fromtimestamp(wall, zone)
        minute = local.hour * 60 + local.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class WatchRule:
    """What somebody wants to be told of. What is left out asks for nothing."""

    name: str
    labels: frozenset[str] = frozenset()  # of things; none: of all
    zone: WatchZone | None = None  # in which the lower edge of a thing stands
    hours: tuple[DayHours, ...] = ()
    least_seconds: float = 0.0  # for which a thing has to be there
    least_score: float = 0.0


EVERYTHING = WatchRule("all")  # where a source has no rule


def parse_rules(documents: object, zones: Sequence[WatchZone], where: str) -> tuple[WatchRule, ...]:
    """Rules as a file of sources tells them. Raises UsageError for what is none; VocabularyError for a label that
    describes a person.
    """
    if not isinstance(documents, Sequence) or isinstance(documents, str) or len(documents) > MOST_RULES:
        raise UsageError(f"{where}: expected at most {MOST_RULES} rules, each with a name")
    rules = tuple(_parse(document, zones, where) for document in documents)
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{where}: expected one rule of each name, found two that are called {name!r}")
    return rules


def _parse(document: object, zones: Sequence[WatchZone], where: str) -> WatchRule:
    if not isinstance(document, Mapping):
        raise UsageError(f"{where}: expected a rule with a name, found {document!r}")
    for key in document:
        if key not in _KEYS:
            raise UsageError(f"{where}: a rule has no {key!r}; {meant_instead(str(key), _KEYS)}")
    name = parse_name(document.get("name"), f"{where}: a rule")
    here = f"{where}: rule {name}"
    labels = _texts(document.get("labels", ()), f"{here}: labels")
    check_labels(labels, here)
    return WatchRule(
        name,
        frozenset(labels),
        _zone(document.get("zone"), zones, here),
        tuple(_hours(text, here) for text in _texts(document.get("hours", ()), f"{here}: hours")),
        _number(document.get("least_seconds", 0), 3600, f"{here}: least_seconds"),
        _number(document.get("least_score", 0), 1, f"{here}: least_score"),
    )


def _texts(value: object, where: str) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, Sequence) or len(listed) > MOST_LABELS:
        raise UsageError(f"{where}: expected a word or a list of them, found {value!r}")
    texts = tuple(text for text in listed if isinstance(text, str))
    if len(texts) != len(listed):
        raise UsageError(f"{where}: expected words, found {value!r}")
    return texts


def _zone(name: object, zones: Sequence[WatchZone], where: str) -> WatchZone | None:
    if name is None:
        return None
    known = {zone.name: zone for zone in zones}
    if not isinstance(name, str) or name not in known:
        raise UsageError(f"{where}: there is no zone {name!r}; {meant_instead(str(name), known)}")
    return known[name]


def _hours(text: str, where: str) -> DayHours:
    found = _HOURS.fullmatch(text)
    if found is None:
        raise UsageError(f"{where}: expected hours such as 22:00-06:00, found {text!r}")
    first, first_minute, last, last_minute = map(int, found.groups())
    start, end = first * 60 + first_minute, last * 60 + last_minute
    if max(start, end) > DAY or start == end:
        raise UsageError(f"{where}: expected hours of a day, such as 22:00-06:00, found {text!r}")
    return DayHours(start, end)


def _number(value: object, most: float, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise UsageError(f"{where}: expected a number from 0 to {most:g}, found {value!r}")
    return float(value)
