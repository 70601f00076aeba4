"""The moments of one database, found by words, labels and vectors."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import replace

from passerby.records import Floats
from passerby.store.search import EVERYWHERE, LIKENESS, Narrow, Ranked, Reason, VectorTable
from passerby.store.sql.search import SqlSearch
from passerby.store.sql.trash import numbers_in_trash
from passerby.store.sqlite.by_words import by_words, with_words
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.narrowing import KEPT, LABELLED, conditions, holding, to_the_letter, where
from passerby.store.sqlite.nearest import nearest
from passerby.store.sqlite.reasons import having_reasons, reasons
from passerby.store.sqlite.slips import near_word

# The share of all moments, one in so many, from which their labels are counted faster by reading all labels in order.
# Measured on 100,000 moments with 460,000 labels: .15 to .2 s for any number; looked up, 27,000 take .2 s, all .8 s.
WHOLE = 4


class SqliteSearch(SqlSearch):
    """See SearchIndex."""

    of_kept_tags = KEPT

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._db = db

    def by_words(self, words: Sequence[str], *, every: bool, limit: int, narrow: Narrow = EVERYWHERE) -> Ranked:
        return by_words(self._db, words, every, self._kept(narrow), limit)

    def by_label(self, label: str, *, limit: int, narrow: Narrow = EVERYWHERE) -> list[tuple[int, float]]:
        condition, values = where("moment", narrow := self._kept(narrow))
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
        narrow = self._kept(narrow)
        if words or narrow.on_screen or narrow.said:
            return set(with_words(self._db, words, every, narrow, None))
        condition, values = where("moment", narrow)
        moments = "SELECT id AS moment FROM moments" if narrow.label is None else LABELLED
        labels = [] if narrow.label is None else [narrow.label] * 2
        return set(self._db.ids(f"SELECT moment AS id FROM ({moments}) WHERE true {condition}", [*labels, *values]))

    def is_known(self, word: str) -> bool:
        return bool(with_words(self._db, [word.strip('"')], True, self._kept(EVERYWHERE), 1))

    def near_word(self, word: str) -> str | None:
        return near_word(self._db, word, self._kept(EVERYWHERE))

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
        without = numbers_in_trash(self._db)
        if narrow != EVERYWHERE:
            left = self.moments_with(narrow=narrow)
            allowed = left if allowed is None else left.intersection(allowed)
        return nearest(self._db, table, vector, limit, allowed, least_cosine, without)

    def with_more_than_objects(self, moments: Iterable[int]) -> set[int]:
        told = "tags || text || speech != ''"
        among = "SELECT value FROM json_each(?)"
        rows = f"SELECT rowid AS id FROM words WHERE rowid IN ({among}) AND {told}"
        return set(self._db.ids(rows, [json.dumps([*moments])]))

    def label_counts(self, moments: Collection[int]) -> dict[str, int]:
        if len(moments) * WHOLE < (self._db.value("SELECT max(id) FROM moments") or 0):
            return super().label_counts(moments)
        of_label = defaultdict[str, set[int]](set)  # all of the library, which its indexes have in order
        for table, kept in (("sightings", ""), ("tags", f"WHERE 1 = 1 {KEPT}")):
            rows = self._db.rows(f"SELECT label, json_group_array(moment) FROM {table} {kept} GROUP BY label")
            for label, labelled in rows:
                of_label[label].update(json.loads(labelled))
        there = moments if isinstance(moments, Set) else {*moments}
        counts = {label: len(labelled & there) for label, labelled in of_label.items()}
        return {label: count for label, count in counts.items() if count}

    def in_column(self, column: str, words: Sequence[str]) -> Collection[int]:
        return having_reasons(self._db, column, words)

    def reasons(self, moments: Iterable[int], words: Sequence[str]) -> dict[int, list[Reason]]:
        return reasons(self._db, moments, words)
