"""The moments of one database, found by words, labels and vectors."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from passerby.records import Floats
from passerby.store.postgres.by_words import WordQuery
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.narrowing import KEPT, in_videos, some_moments
from passerby.store.postgres.nearest import NearestQuery, nearest
from passerby.store.postgres.reasons import reasons
from passerby.store.postgres.slips import near_word
from passerby.store.search import EVERYWHERE, LIKENESS, Narrow, Ranked, Reason, VectorTable
from passerby.store.sql.search import SqlSearch
from passerby.store.words.tokenizer import Tokenizer


class PostgresSearch(SqlSearch):
    """See SearchIndex."""

    of_kept_tags = KEPT

    def __init__(self, db: PostgresDatabase) -> None:
        super().__init__(db)
        self._db = db
        self._tokenizer = Tokenizer()

    def by_words(self, words: Sequence[str], *, every: bool, limit: int, narrow: Narrow = EVERYWHERE) -> Ranked:
        return WordQuery(self._db, self._tokenizer, words, every, self._kept(narrow)).ranked(limit)

    def by_label(self, label: str, *, limit: int, narrow: Narrow = EVERYWHERE) -> list[tuple[int, float]]:
        narrow = self._kept(narrow)
        if narrow.on_screen or narrow.said or narrow.seconds:
            allowed = self.moments_with(narrow=replace(narrow, label=label))
            condition, values = " AND moment IN (SELECT unnest(?::bigint[]))", list[object]([list(allowed)])
        else:
            condition, values = in_videos(narrow)
        seen = self._by_score(f"sightings WHERE label = ? {condition}", [label, *values], limit)
        wanted, tagged = limit, dict[int, float]()
        while len(tagged) < limit <= wanted:  # several stages may have given a moment the same tag
            found = self._by_score(f"tags WHERE label = ? {KEPT} {condition}", [label, *values], wanted)
            tagged = dict(reversed(found))
            wanted = 2 * wanted if len(found) == wanted else 0
        best = {moment: max(score, tagged.get(moment, score)) for moment, score in seen}
        return sorted({**tagged, **best}.items(), key=lambda hit: (-hit[1], hit[0]))[:limit]

    def _by_score(self, rows: str, values: Sequence[object], limit: int) -> list[tuple[int, float]]:
        """The first of some rows with moments and scores, by the order of an index."""
        return self._db.rows(f"SELECT moment, score FROM {rows} ORDER BY score DESC, moment LIMIT ?", [*values, limit])

    def moments_with(self, words: Sequence[str] = (), *, every: bool = True, narrow: Narrow = EVERYWHERE) -> set[int]:
        narrow = self._kept(narrow)
        if words or narrow.on_screen or narrow.said:
            return set(WordQuery(self._db, self._tokenizer, words, every, narrow).newest(None))
        return set(some_moments(self._db, narrow))

    def is_known(self, word: str) -> bool:
        return bool(WordQuery(self._db, self._tokenizer, [word.strip('"')], True, self._kept(EVERYWHERE)).newest(1))

    def near_word(self, word: str) -> str | None:
        return near_word(self._db, self._tokenizer, word, self._kept(EVERYWHERE))

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
        if narrow.on_screen or narrow.said:
            having = self.moments_with(narrow=narrow)
            allowed, narrow = having if allowed is None else having.intersection(allowed), EVERYWHERE
        narrow = self._kept(narrow)
        return nearest(self._db, NearestQuery(table, vector, limit, allowed, least_cosine, narrow))

    def with_more_than_objects(self, moments: Iterable[int]) -> set[int]:
        sql = (
            "SELECT moments.id FROM moments JOIN words ON words.video = moments.video AND words.moment = moments.id "
            "WHERE moments.id = ANY(?) AND (words.tags <> '' OR words.text <> '' OR words.speech <> '')"
        )
        return set(self._db.ids(sql, [list(moments)]))

    def in_column(self, column: str, words: Sequence[str]) -> Collection[int]:
        return WordQuery(self._db, self._tokenizer, words, False, EVERYWHERE).having_reasons(column)

    def reasons(self, moments: Iterable[int], words: Sequence[str]) -> dict[int, list[Reason]]:
        return reasons(self._db, self._tokenizer, moments, words)
