"""The moments of one database, found by words, labels and vectors."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from passerby.records import Floats
from passerby.store.records.arrays import unpack
from passerby.store.search import EVERYWHERE, LIKENESS, Narrow, Place, Ranked, Reason, SearchIndex, VectorTable
from passerby.store.sqlite.by_words import by_words, with_words
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.narrowing import KEPT, LABELLED, conditions, holding, to_the_letter, where
from passerby.store.sqlite.nearest import nearest
from passerby.store.sqlite.reasons import reasons
from passerby.store.sqlite.slips import near_word
from passerby.store.words.phrases import match
from passerby.times import Span


class SqliteSearch(SearchIndex):
    """See SearchIndex."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def by_words(self, words: Sequence[str], *, every: bool, limit: int, narrow: Narrow = EVERYWHERE) -> Ranked:
        return by_words(self._db, words, every, narrow, limit)

    def by_label(self, label: str, *, limit: int, narrow: Narrow = EVERYWHERE) -> list[tuple[int, float]]:
        condition, values = where("moment", narrow)
        if said := " AND ".join(f"({part})" for part in conditions(replace(narrow, label=None))):
            held, phrases = holding(to_the_letter(narrow))
            condition += f" AND +moment IN (SELECT rowid FROM words WHERE words MATCH ? {held})"
            values = [*values, said, *phrases]
        # The best of each table hold the best of both.
        best = [
            f"SELECT * FROM (SELECT moment, max(score) AS best FROM {table} WHERE label = ? {kept} {condition} "
            "GROUP BY moment ORDER BY best DESC, moment LIMIT ?)"
            for table, kept in (("sightings", ""), ("tags", KEPT))
        ]
        return self._db.rows(
            f"SELECT moment, max(best) AS score FROM ({' UNION ALL '.join(best)}) "
            "GROUP BY moment ORDER BY score DESC, moment LIMIT ?",
            [*[label, *values, limit] * 2, limit],
        )

    def moments_with(self, words: Sequence[str] = (), *, every: bool = True, narrow: Narrow = EVERYWHERE) -> set[int]:
        if words or narrow.on_screen or narrow.said:
            return set(with_words(self._db, words, every, narrow, None))
        condition, values = where("moment", narrow)
        moments = "SELECT id AS moment FROM moments" if narrow.label is None else LABELLED
        labels = [] if narrow.label is None else [narrow.label] * 2
        return set(self._db.ids(f"SELECT moment AS id FROM ({moments}) WHERE true {condition}", [*labels, *values]))

    def is_known(self, word: str) -> bool:
        query = match([word], every=True)
        return bool(query) and self._db.value("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", [query]) is not None

    def near_word(self, word: str) -> str | None:
        return near_word(self._db, word)

    def nearest(
        self,
        vector: Floats,
        limit: int,
        allowed: Collection[int] | None = None,
        *,
        table: VectorTable = LIKENESS,
        least_cosine: float = -1.0,
        narrow: Narrow = EVERYWHERE,
    ) -> list[tuple[int, float]]:
        if narrow != EVERYWHERE:
            left = self.moments_with(narrow=narrow)
            allowed = left if allowed is None else left.intersection(allowed)
        return nearest(self._db, table, vector, limit, allowed, least_cosine)

    def vectors_of(self, moments: Iterable[int], *, table: VectorTable = LIKENESS) -> dict[int, Floats]:
        rows = self._db.rows(
            f"SELECT moment, vector FROM {table} WHERE moment IN (SELECT value FROM json_each(?))",
            [json.dumps(list(moments))],
        )
        return {moment: unpack(vector, "<f2", np.float32) for moment, vector in rows}

    def encoders(self) -> set[str]:
        return {weights for (weights,) in self._db.rows("SELECT DISTINCT weights FROM encoders")}

    def encoded_by(self, encoder: str) -> set[int] | None:
        if self.encoders() == {encoder}:
            return None
        rows = self._db.rows(
            "SELECT moment FROM looks WHERE result IN (SELECT result FROM encoders WHERE weights = ?)", [encoder]
        )
        return {moment for (moment,) in rows}

    def places(self, moments: Iterable[int]) -> dict[int, Place]:
        rows = self._db.rows(
            "SELECT moments.id, videos.id, moments.number, start_pts, end_pts FROM moments "
            "JOIN videos ON videos.number = moments.video WHERE moments.id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(moments))],
        )
        return {moment: Place(moment, video, number, Span(start, end)) for moment, video, number, start, end in rows}

    def place_at(self, video_id: str, pts: int) -> Place | None:
        moment = self._db.value(
            "SELECT moments.id FROM moments JOIN videos ON videos.number = moments.video "
            "WHERE videos.id = ? AND start_pts <= ? AND end_pts > ? ORDER BY moments.number",
            [video_id, pts, pts],
        )
        return None if moment is None else self.places([moment]).get(moment)

    def with_more_than_objects(self, moments: Iterable[int]) -> set[int]:
        told = "tags || text || speech != ''"
        among = "SELECT value FROM json_each(?)"
        rows = f"SELECT rowid AS id FROM words WHERE rowid IN ({among}) AND {told}"
        return set(self._db.ids(rows, [json.dumps([*moments])]))

    def reasons(self, moments: Iterable[int], words: Sequence[str]) -> dict[int, list[Reason]]:
        return reasons(self._db, moments, words)
