"""What the stages have found in a video, read back."""

from typing import TypeVar

from passerby.store.record_store import RecordStore
from passerby.store.records import BY_KIND, TABLES
from passerby.store.records.base import RecordTable, RecordView
from passerby.store.sql import words
from passerby.store.sql.base import SqlTables
from passerby.store.sql.reading import of_moments, record_from, records_of, sizes_of_moments
from passerby.store.sql.video_rows import number_of
from passerby.times import Span

R = TypeVar("R")


class SqlRecords(RecordStore):
    """See RecordStore."""

    def __init__(self, tables: SqlTables) -> None:
        self._db, self._tables = tables.db, tables

    def finished(self, video_id: str) -> dict[str, str]:
        rows = self._db.rows(
            "SELECT stage, key FROM results JOIN videos ON videos.number = results.video WHERE id = ? ORDER BY stage",
            [video_id],
        )
        return dict(rows)

    def of(self, video_id: str, kind: type[R], stage: str = "") -> list[R]:
        return records_of(self._tables, number_of(self._db, video_id), _kept(kind), stage)

    def single(self, video_id: str, kind: type[R]) -> R | None:
        return next(iter(self.of(video_id, kind)), None)

    def at(self, video_id: str, kind: type[R], moment: int) -> R | None:
        return self._first(video_id, kind, "AND moments.number = ?", [moment])

    def sizes(self, video_id: str, kind: type[R]) -> dict[int, int]:
        rows = self._db.rows(sizes_of_moments(self._tables, _of_moments(kind)), [number_of(self._db, video_id)])
        return dict(rows)

    def largest(self, video_id: str, kind: type[R]) -> R | None:
        return self._first(video_id, kind, f"ORDER BY {self._tables.blobs.size} DESC, moments.number LIMIT 1", [])

    def doubts(self, video_id: str, span: Span) -> set[str]:
        video = number_of(self._db, video_id)
        asked = ((table.doubts, table) for table in TABLES if table.doubts)
        found = (doubts(record, span) for doubts, table in asked for record in records_of(self._tables, video, table))
        return set().union(*found)

    def words(self, video_id: str) -> dict[int, str]:
        return words.sentences(self._tables, number_of(self._db, video_id))

    def _first(self, video_id: str, kind: type[R], rest: str, values: list[object]) -> R | None:
        table = _of_moments(kind)
        row = self._db.row(f"{of_moments(self._tables, table)} {rest}", [number_of(self._db, video_id), *values])
        return None if row is None else record_from(self._tables, table, row)


def _of_moments(kind: type[R]) -> RecordTable[R]:
    table = _kept(kind)
    if isinstance(table, RecordView) or table.of != "moment":
        raise TypeError(f"expected records of moments, found {kind.__name__}")
    return table


def _kept(kind: type[R]) -> RecordTable[R] | RecordView[R]:
    if kind not in BY_KIND:
        raise TypeError(f"expected a kind of record that a library keeps, found {kind.__name__}")
    return BY_KIND[kind]
