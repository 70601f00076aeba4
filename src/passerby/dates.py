"""Moments of the calendar: UTC inside, as whole seconds since 1970; ISO 8601 at the edges."""

from datetime import UTC, datetime


def parse_date(text: str) -> int:
    """The Unix time of an ISO 8601 date, with a time of day and an offset if wanted; UTC where it names no offset.

    Raises ValueError.

    >>> parse_date("1970-01-02"), parse_date("1970-01-01T02:00:30+02:00"), parse_date("1970-01-01 00:00:01.9Z")
    (86400, 30, 1)
    """
    moment = datetime.fromisoformat(text.strip())
    # Not timestamp(), which rounds what lies before 1970 up.
    return int(((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _ZERO).total_seconds() // 1)


def format_date(unix_seconds: int) -> str:
    """ISO 8601, to the second, in UTC.

    >>> format_date(86400)
    '1970-01-02T00:00:00Z'
    """
    return datetime.fromtimestamp(unix_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_ZERO = datetime(1970, 1, 1, tzinfo=UTC)
