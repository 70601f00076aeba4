"""Lists of videos, ordered, narrowed and counted by the database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import get_args

from passerby.records import StoredVideo
from passerby.store.listing import (
    LENGTHS,
    MOST_LABELS,
    FacetCount,
    FacetKind,
    Has,
    ListingStore,
    Order,
    VideoFilter,
    VideoShape,
)
from passerby.store.sql.base import Row, SqlDatabase, literally
from passerby.store.sql.video_rows import KEPT, read

_SECONDS = "(1.0 * videos.duration * tick_numerator / tick_denominator)"
_DAY = 86_400
# A file's date is when it was written, which may be when it was copied: lists go by what the recording says.
_RECORDED = "CASE WHEN recorded_source = 'container' THEN recorded END"
_ORDERS: dict[Order, str] = {
    "added": "videos.number DESC",
    "name": "listed_name, videos.number",
    "duration": f"{_SECONDS} DESC, videos.number DESC",
    "recorded": f"coalesce({_RECORDED}, -999999999999) DESC, videos.number DESC",
}
Filtered = tuple[str, list[object]]


class SqlListing(ListingStore):
    """See ListingStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def page(self, wanted: VideoFilter, order: Order, limit: int, start: int) -> list[StoredVideo]:
        where, values = _where(wanted)
        return read(self._db, f"WHERE {where} ORDER BY {_ORDERS[order]} LIMIT ? OFFSET ?", [*values, limit, start])

    def ids(self, wanted: VideoFilter, order: Order) -> list[str]:
        where, values = _where(wanted)
        rows = self._db.rows(f"SELECT id FROM videos WHERE {where} ORDER BY {_ORDERS[order]}", values)
        return [video for (video,) in rows]

    def count(self, wanted: VideoFilter) -> int:
        where, values = _where(wanted)
        return int(self._db.value(f"SELECT count(*) FROM videos WHERE {where}", values))

    def shapes(self, wanted: VideoFilter, order: Order) -> list[VideoShape]:
        where, values = _where(wanted)
        date = {"recorded": _RECORDED, "added": "CASE WHEN added > 0 THEN added END"}.get(order, "NULL")
        rows = self._db.rows(
            f"SELECT width, height, {date} FROM videos WHERE {where} ORDER BY {_ORDERS[order]}", values
        )
        return [VideoShape(width, height, None if date is None else int(date // _DAY)) for width, height, date in rows]

    def traits(self, video_ids: Iterable[str]) -> dict[str, set[Has]]:
        chosen, ids = self._db.among(video_ids)
        found: dict[str, set[Has]] = {}
        for video, value in self._db.rows(
            "SELECT id, value FROM videos JOIN facets ON facets.video = videos.number AND kind = 'has' "
            f"WHERE id {chosen} AND {KEPT}",
            [ids],
        ):
            found.setdefault(video, set()).add(value)
        return found

    def facets(self, wanted: VideoFilter) -> list[FacetCount]:
        where, values = _where(wanted)
        chosen, among = f"FROM videos WHERE {where}", f"video IN (SELECT number FROM videos WHERE {where})"
        labels = f"SELECT value, count(*) FROM facets WHERE kind = 'label' AND {among} GROUP BY value"
        members = f"FROM members JOIN collections ON collections.number = collection WHERE {among}"
        found = {
            "label": self._db.rows(f"{labels} ORDER BY count(*) DESC, value LIMIT {MOST_LABELS}", values),
            "has": self._counts(f"SELECT value, count(*) FROM facets WHERE kind = 'has' AND {among}", values),
            "length": self._counts(f"SELECT {_LENGTH}, count(*) {chosen}", values),
            "year": _by_year(self._counts(f"SELECT {_RECORDED} / {_DAY}, count(*) {chosen}", values)),
            "collection": self._counts(f"SELECT collections.id, count(*) {members}", values),
            "review": self._counts(f"SELECT review, count(*) {chosen}", values),
            "status": self._counts(f"SELECT status, count(*) {chosen}", values),
        }
        return [FacetCount(kind, str(value), count) for kind in get_args(FacetKind) for value, count in found[kind]]

    def _counts(self, sql: str, values: Sequence[object]) -> list[Row]:
        """Values and how many videos have each, most first."""
        return sorted(self._db.rows(f"{sql} GROUP BY 1", values), key=lambda row: (-row[1], str(row[0])))


_LENGTH = f"CASE {' '.join(f'WHEN {_SECONDS} < {below} THEN {name!r}' for name, (_, below) in LENGTHS.items())} END"


def _by_year(days: Sequence[Row]) -> list[Row]:
    """Of counts by days since 1970, those by years, the latest first; 0 where no day is known."""
    years = Counter[int]()
    for day, count in days:
        years[0 if day is None else datetime.fromtimestamp(day * _DAY, UTC).year] += count
    return sorted(years.items(), reverse=True)


def _where(wanted: VideoFilter) -> Filtered:
    """A condition on a row of videos."""
    conditions: list[Filtered] = [(KEPT, [])]
    if wanted.named:
        part = f"%{literally(wanted.named.casefold())}%"
        names = "(listed_name LIKE ? ESCAPE '!' OR lower(description) LIKE ? ESCAPE '!')"
        conditions.append((names, [part, part]))
    facets = [("label", label) for label in wanted.labels] + [("has", name) for name in wanted.has]
    having = "EXISTS (SELECT 1 FROM facets WHERE facets.video = videos.number AND kind = ? AND value = ?)"
    conditions += [(having, list(facet)) for facet in facets]
    if wanted.length:
        conditions.append((f"{_SECONDS} >= ? AND {_SECONDS} < ?", [*LENGTHS[wanted.length]]))
    if wanted.year is not None:
        conditions.append(_recorded_in(wanted.year))
    if wanted.collection:
        members = "SELECT video FROM members WHERE collection = (SELECT number FROM collections WHERE id = ?)"
        conditions.append((f"videos.number IN ({members})", [wanted.collection]))
    for column, value in (("review", wanted.review), ("status", wanted.status)):
        if value:
            conditions.append((f"{column} = ?", [value]))
    return " AND ".join(condition for condition, _ in conditions), [each for _, some in conditions for each in some]


def _recorded_in(year: int) -> Filtered:
    if not year:
        return f"({_RECORDED}) IS NULL", []
    first, after = (int(datetime(each, 1, 1, tzinfo=UTC).timestamp()) for each in (year, year + 1))
    return f"({_RECORDED}) >= ? AND ({_RECORDED}) < ?", [first, after]
