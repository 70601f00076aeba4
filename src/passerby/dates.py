"""Moments of the calendar: UTC inside, as whole seconds since 1970, or microseconds by the clock; ISO 8601 outside."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], int]  # microseconds since 1970 in UTC

# What cameras and programs write beside ISO 8601: dates as in EXIF, a space before the offset, UTC by its names.
_DAY = re.compile(r"(\d{4})[:/](\d\d)[:/](\d\d)")
_ZONE = re.compile(r"\s*(?:(Z|UTC|GMT)|([+-]\d\d)(?::?(\d\d))?)$", re.IGNORECASE)


def parse_date(text: str) -> int:
    """The Unix time of an ISO 8601 date, with a time of day and an offset if wanted; UTC where it names no offset.

    Raises ValueError.

    >>> parse_date("1970-01-02"), parse_date("1970-01-01T02:00:30+02:00"), parse_date("1970-01-01 00:00:01.9Z")
    (86400, 30, 1)
    """
    moment = datetime.fromisoformat(text.strip())
    # Not timestamp(), which rounds what lies before 1970 up.
    return int(((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _ZERO).total_seconds() // 1)


def parse_told(text: str) -> tuple[int, str]:
    """The Unix time of a date as a file tells it, and the offset that it names: "Z", "+03:30", or "" for none.

    Without an offset it is taken for UTC. Raises ValueError.

    >>> parse_told("1970-01-01T03:30:00+0330"), parse_told("1970:01:01 00:00:01"), parse_told("1970-01-02 00:00:00 UTC")
    ((0, '+03:30'), (1, ''), (86400, 'Z'))
    """
    written = _DAY.sub(r"\1-\2-\3", text.strip())
    # A day has no offset, though its end looks like one.
    found = _ZONE.search(written) if ":" in written else None
    if found is None:
        return parse_date(written), ""
    zone = "Z" if found[1] else f"{found[2]}:{found[3] or '00'}"
    return parse_date(written[: found.start()] + zone), zone


def format_date(unix_seconds: int) -> str:
    """ISO 8601, to the second, in UTC.

    >>> format_date(86400)
    '1970-01-02T00:00:00Z'
    """
    return datetime.fromtimestamp(unix_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc_now() -> int:
    """Microseconds since 1970 in UTC."""
    return time.time_ns() // 1000


def format_moment(microseconds: int) -> str:
    """ISO 8601, to the microsecond, in UTC.

    >>> format_moment(1_500_000)
    '1970-01-01T00:00:01.500000+00:00'
    """
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest).isoformat(timespec="microseconds")


_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
