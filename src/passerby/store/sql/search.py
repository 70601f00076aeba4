"""What of a search is the same in every database: where moments are, and their vectors."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import replace

import numpy as np

from passerby.records import Floats
from passerby.store.records.arrays import unpack
from passerby.store.search import LIKENESS, Narrow, Place, ReasonKind, SearchIndex, VectorTable
from passerby.store.sql.base import SqlDatabase
from passerby.store.sql.trash import numbers_in_trash
from passerby.store.sql.video_rows import KEPT
from passerby.store.words.rows import KINDS
from passerby.times import Span


class SqlSearch(SearchIndex):
    """The part of a SearchIndex that asks no index."""

    of_kept_tags: str  # a condition on a row of tags, from its AND on: that nobody has rejected it

    def __init__(self, db: SqlDatabase) -> None:
        self._tables = db

    def _kept(self, narrow: Narrow) -> Narrow:
        """The same, without what is in the trash."""
        trash = numbers_in_trash(self._tables)
        return replace(narrow, without=trash) if trash else narrow

    def vectors_of(self, moments: Iterable[int], *, table: VectorTable = LIKENESS) -> dict[int, Floats]:
        among, values = self._tables.among(moments)
        rows = self._tables.rows(f"SELECT moment, vector FROM {table} WHERE moment {among}", [values])
        return {moment: unpack(vector, "<f2", np.float32) for moment, vector in rows}

    def encoders(self) -> set[str]:
        return {weights for (weights,) in self._tables.rows("SELECT DISTINCT weights FROM encoders")}

    def encoded_by(self, encoder: str) -> set[int] | None:
        if self.encoders() == {encoder}:
            return None
        rows = self._tables.rows(
            "SELECT moment FROM looks WHERE result IN (SELECT result FROM encoders WHERE weights = ?)", [encoder]
        )
        return {moment for (moment,) in rows}

    def places(self, moments: Iterable[int]) -> dict[int, Place]:
        among, values = self._tables.among(moments)
        rows = self._tables.rows(
            "SELECT moments.id, videos.id, moments.number, start_pts, end_pts FROM moments "
            f"JOIN videos ON videos.number = moments.video WHERE moments.id {among} AND {KEPT}",
            [values],
        )
        return {moment: Place(moment, video, number, Span(start, end)) for moment, video, number, start, end in rows}

    def video_counts(self, moments: Collection[int]) -> dict[str, int]:
        among, values = self._tables.among(moments)
        rows = self._tables.rows(
            "SELECT videos.id, found FROM "
            f"(SELECT video, count(*) AS found FROM moments WHERE id {among} GROUP BY video) AS counted "
            "JOIN videos ON videos.number = counted.video",
            [values],
        )
        return dict(rows)

    def label_counts(self, moments: Collection[int]) -> dict[str, int]:
        among, values = self._tables.among(moments)
        rows = self._tables.rows(
            f"SELECT label, count(*) FROM (SELECT label, moment FROM sightings WHERE moment {among} UNION "
            f"SELECT label, moment FROM tags WHERE moment {among} {self.of_kept_tags}) AS labelled GROUP BY label",
            [values, values],
        )
        return dict(rows)

    def kind_counts(self, moments: Collection[int], words: Sequence[str]) -> dict[ReasonKind, int]:
        there = moments if isinstance(moments, Set) else {*moments}
        found = {kind: self.in_column(column, words) for column, kind in KINDS.items()}
        counts = {kind: sum(moment in there for moment in having) for kind, having in found.items()}
        return {kind: count for kind, count in counts.items() if count}

    @abstractmethod
    def in_column(self, column: str, words: Sequence[str]) -> Collection[int]:
        """The moments of the library that words in a column of the index are reasons for, also those in the trash."""

    def place_at(self, video_id: str, pts: int) -> Place | None:
        moment = self._tables.value(
            "SELECT moments.id FROM moments JOIN videos ON videos.number = moments.video "
            f"WHERE videos.id = ? AND start_pts <= ? AND end_pts > ? AND {KEPT} ORDER BY moments.number LIMIT 1",
            [video_id, pts, pts],
        )
        return None if moment is None else self.places([moment]).get(moment)
