"""Finding moments by words: all that match, or the newest where there are too many to rank."""

from collections.abc import Sequence

import numpy as np

from passerby.store import search
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.matching import Clause, Index
from passerby.store.postgres.narrowing import in_videos, kept
from passerby.store.search import Narrow, Ranked
from passerby.store.words.highlights import asked_to_the_letter
from passerby.store.words.phrases import exact_among, is_exact
from passerby.store.words.rows import COLUMNS, TIERS
from passerby.store.words.tokenizer import Tokenizer

_Exact = list[tuple[Sequence[str], Sequence[str]]]  # columns, and phrases that one of them holds to the letter


class WordQuery:
    """Words that are searched for, and what narrows them."""

    def __init__(
        self, db: PostgresDatabase, tokenizer: Tokenizer, words: Sequence[str], every: bool, narrow: Narrow
    ) -> None:
        self._db, self._tokenizer, self._narrow = db, tokenizer, narrow
        self._words = [word for word in words if tokenizer.phrase(word)]
        self._every = every
        self._clauses = self._narrowed([self._clause(self._words, every)])
        self._index = Index(db, self._clauses, in_videos(narrow))

    def ranked(self, limit: int) -> Ranked:
        """See SearchIndex.by_words."""
        most = search.RANKED
        chosen = self.newest(most + 1)
        complete = len(chosen) <= most
        if not complete:
            chosen = [moment for clauses, exact in self._tiers() for moment in self._newest(clauses, exact, most)]
        moments = np.unique(np.array(chosen, np.int64))
        if not len(moments):
            return Ranked([], complete)
        scores = self._index.scores(self._clauses, moments)
        best = np.lexsort((moments, -scores))[:limit]
        return Ranked(list(zip(moments[best].tolist(), scores[best].tolist(), strict=True)), complete)

    def newest(self, limit: int | None) -> list[int]:
        """The ``limit`` newest moments that match; where there are fewer, or with None, all."""
        exact = exact_among(self._words)
        if self._every or not exact:
            return self._newest(self._clauses, self._in_any_column(exact), limit)
        found = set[int]()
        for words in ([word for word in self._words if not is_exact(word)], *([word] for word in exact)):
            if words:
                clauses = self._narrowed([self._clause(words, every=False)])
                found.update(self._newest(clauses, self._in_any_column(exact_among(words)), limit))
        return sorted(found, reverse=True)[:limit]

    def having_reasons(self, column: str) -> set[int]:
        """The moments that any of the words in a column is a reason for; nothing narrows."""
        exact = asked_to_the_letter(self._words)
        groups = [[word] for word in exact] or [self._words]
        found = set[int]()
        for words in groups:
            clauses = self._narrowed([self._clause(words, every=False, columns=(column,))])
            found.update(self._newest(clauses, [((column,), words)] if exact else [], None))
        return found

    def _newest(self, clauses: tuple[Clause, ...], exact: _Exact, limit: int | None) -> list[int]:
        if not clauses:
            return []
        held = [(("text",), exact_among(self._narrow.on_screen)), (("speech",), exact_among(self._narrow.said))]
        letters = [*exact, *(pair for pair in held if pair[1])]
        return self._index.newest(
            clauses, limit, lambda found: kept(self._db, found, self._index.videos_of, self._narrow, letters)
        )

    def _tiers(self) -> list[tuple[tuple[Clause, ...], _Exact]]:
        """What together matches what the words match: a rare word, or where a word seldom is, has its own.

        With each, what must be there to the letter. So the few that were seen are not lost among the many that are
        only in videos of that name.
        """
        if not self._words:
            return [(self._clauses, [])]  # it is only narrowed
        groups = [self._words] if self._every else [[word] for word in self._words]
        return [
            (
                self._narrowed([self._clause(group, every=True), self._clause(group, every=False, columns=columns)]),
                self._in_any_column(exact_among(group)),
            )
            for group in groups
            for columns in TIERS
        ]

    def _narrowed(self, clauses: Sequence[Clause]) -> tuple[Clause, ...]:
        """The clauses that have phrases, and what ``narrow`` says in words."""
        narrow = self._narrow
        in_words = (
            # The words of a label are in the row of every moment that has it: others are left out sooner.
            self._clause([narrow.label or ""], every=True),
            self._clause(narrow.on_screen, every=True, columns=("text",)),
            self._clause(narrow.said, every=True, columns=("speech",)),
        )
        return tuple(clause for clause in (*clauses, *in_words) if clause.phrases)

    def _clause(self, words: Sequence[str], every: bool, columns: tuple[str, ...] = COLUMNS) -> Clause:
        return Clause(tuple(filter(None, map(self._tokenizer.phrase, words))), every, columns)

    def _in_any_column(self, exact: Sequence[str]) -> _Exact:
        return [(COLUMNS, exact)] if exact else []
