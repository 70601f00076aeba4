"""What was told of watched sources: events, the latest first or as they come, and numbers by the hour."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from passerby.documents import Document
from passerby.service.watched_sources import Sources, span_of_day
from passerby.store.library import Address, open_store
from passerby.store.streams import StoredEvent

MOST_AT_ONCE = 1000  # of events that came between two looks; the oldest of more are left out
NumberedEvent = tuple[int, Document]  # numbers rise with time; events of all sources share them


class SourceEvents:
    """Events and counts of a library's sources."""

    def __init__(self, library: Address, sources: Sources) -> None:
        self._library, self._sources = library, sources

    def latest(self, source: str, *, limit: int, before: int = 0) -> list[NumberedEvent]:
        """The latest first; those before a number, if it is not nought. Raises UnknownError."""
        self._sources.described(source)
        return _numbered(self._stored(source, limit, before))

    def newest(self, source: str) -> int:
        """The number of the newest event of a source, or of all ("")."""
        found = self._stored(source, 1, 0)
        return found[0][0] if found else 0

    def after(self, source: str, number: int) -> list[NumberedEvent]:
        """What came after a number, in its order, of a source or of all ("")."""
        found = self._stored(source, MOST_AT_ONCE, 0) if self.newest(source) > number else []
        return _numbered([each for each in reversed(found) if each[0] > number])

    def counts(self, source: str, day: date | None, start: float | None, end: float | None) -> Document:
        """How many people and vehicles there were in each hour of a span, or of a day by the source's own clock; of
        today where nothing is asked for. Raises UnknownError, UsageError.
        """
        zone = ZoneInfo(self._sources.described(source).zone)
        first, last = span_of_day(day or datetime.now(zone).date(), zone)
        if day is None and start is not None and end is not None:
            first, last = start, end
        with open_store(self._library, create=False) as store:
            found = store.streams.counts(source, first, last)
        counts = [{"zone": each.zone, "hour": each.hour, "kind": each.kind, "number": each.number} for each in found]
        return {"start": first, "end": last, "counts": counts}

    def _stored(self, source: str, limit: int, before: int) -> list[tuple[int, StoredEvent]]:
        with open_store(self._library, create=False) as store:
            return store.streams.events(source, limit=limit, before=before)


def _numbered(found: Sequence[tuple[int, StoredEvent]]) -> list[NumberedEvent]:
    return [(number, event.document) for number, event in found]
