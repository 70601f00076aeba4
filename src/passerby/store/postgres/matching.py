"""Which moments match words, and how well: phrases of the postings, put together with AND and OR, and BM25."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from passerby.store.postgres import postings
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.narrowing import Condition
from passerby.store.postgres.postings import EVERY_MOMENT, Frequency, IdArray, PlacesFound, TermPlaces
from passerby.store.words.rows import COLUMNS, WEIGHTS
from passerby.store.words.tokenizer import TermPhrase

# Of BM25, as FTS5 has them (https://sqlite.org/fts5.html#the_bm25_function), and its least idf.
_K1, _B, _LEAST_IDF = 1.2, 0.75, 1e-6
_EVERYWHERE: Condition = ("", [])
_NOWHERE = PlacesFound(*[np.zeros(0, np.int64)] * 3)
# Of a word with up to so many times more moments than are wanted all are read at once; else a stretch with _FIRST times
# as many as are wanted, and while too few of them match, one that is _LONGER than the last.
_WHOLE, _FIRST, _LONGER = 2, 2, 4
Keep = Callable[[Sequence[int]], Iterable[int]]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clause:
    """Every one, or any, of some phrases, in some columns."""

    phrases: tuple[TermPhrase, ...]
    every: bool
    columns: tuple[str, ...] = COLUMNS


class Index:
    """What the postings say of the words of one search, in the videos that a condition of SQL leaves."""

    def __init__(self, db: PostgresDatabase, clauses: Sequence[Clause], videos: Condition) -> None:
        self._db, self._videos = db, videos
        terms = {term for clause in clauses for phrase in clause.phrases for term in _whole_terms(phrase)}
        self._frequencies = postings.frequencies(db, {*terms, EVERY_MOMENT})
        self._read = list[PlacesFound]()

    def newest(self, clauses: Sequence[Clause], limit: int | None, keep: Keep) -> list[int]:
        """The ``limit`` newest moments (all with None) that match all ``clauses``, of those that ``keep`` leaves."""
        driving = self._rarest_needed(clauses)
        if driving is None:
            some, *others = sorted(clauses, key=lambda clause: not clause.every)
            one_by_one = [Clause((phrase,), every=True, columns=some.columns) for phrase in some.phrases]
            if len(one_by_one) > 1:
                found = [self.newest([clause, *others], limit, keep) for clause in one_by_one]
                return sorted({moment for moments in found for moment in moments}, reverse=True)[:limit]
        moments = list[int]()
        for condition in self._stretches(clauses, driving, limit):
            matching = self._matching(clauses, condition)[::-1].tolist()
            moments += islice(keep(matching), None if limit is None else limit - len(moments))
            if limit is not None and len(moments) >= limit:
                break
        return moments

    def videos_of(self, moments: Sequence[int]) -> list[int]:
        """The video of each of these moments, which were found."""
        read, at = np.unique(np.concatenate([found.moments for found in self._read]), return_index=True)
        videos = np.concatenate([found.videos for found in self._read])[at]
        numbers: list[int] = videos[np.searchsorted(read, moments)].tolist()
        return numbers

    def scores(self, clauses: Sequence[Clause], moments: IdArray) -> Scores:
        """How well each of ``moments`` (n,), which were found, matches: BM25 (n,), the more the better."""
        condition = self._of_videos_with(moments)
        phrases = [phrase for clause in clauses for phrase in clause.phrases]
        places = {phrase: _start(found) for phrase, found in _read(self._db, phrases, condition).items()}
        every = self._frequencies.get(EVERY_MOMENT, Frequency(0, 0))
        norm = _K1 * (1 - _B + _B * self._lengths(moments, condition) * every.moments / max(every.tokens, 1))
        scores = np.zeros(len(moments))
        for clause in clauses:
            for phrase in clause.phrases:
                counts = _counts(places[phrase], clause.columns, moments)
                in_moments = self._moments_with(phrase, clause.columns)
                idf = np.log((every.moments - in_moments + 0.5) / (in_moments + 0.5))
                scores += max(float(idf), _LEAST_IDF) * counts * (_K1 + 1) / (counts + norm)
        return scores

    def _rarest_needed(self, clauses: Sequence[Clause]) -> str | None:
        """The rarest of the terms that must be there; None where none must."""
        needed = {
            term
            for clause in clauses
            if clause.every or len(clause.phrases) == 1
            for phrase in clause.phrases
            for term in _whole_terms(phrase)
        }
        return min(sorted(needed), key=self._moments_of_term, default=None)

    def _stretches(self, clauses: Sequence[Clause], driving: str | None, limit: int | None) -> Iterator[Condition]:
        """Conditions that leave one stretch of the videos after the other, newest first, each longer than the last."""
        condition, values = self._with_terms_in_columns(clauses, driving)
        if driving is None or limit is None or self._moments_of_term(driving) <= _WHOLE * limit:
            yield condition, values
            return
        wanted = _FIRST * limit
        while (first := self._first_of_stretch(driving, (condition, values), wanted)) is not None:
            yield f"{condition} AND video >= ?", [*values, first]
            condition, values = f"{condition} AND video < ?", [*values, first]
            wanted *= _LONGER
        yield condition, values

    def _first_of_stretch(self, term: str, condition: Condition, wanted: int) -> int | None:
        """The video from which on there are so many moments with a term; None if there are not."""
        found: int | None = self._db.value(
            "SELECT video FROM (SELECT video, sum(moments) OVER (ORDER BY video DESC) AS seen FROM postings "
            f"WHERE term = ? {condition[0]}) AS newest WHERE seen >= ? ORDER BY video DESC LIMIT 1",
            [term, *condition[1], wanted],
        )
        return found

    def _with_terms_in_columns(self, clauses: Sequence[Clause], driving: str | None) -> Condition:
        """A condition on videos, beside the one for all: what must be there is, somewhere, and where it must be."""
        condition, values = self._videos
        if driving is not None and len({term for clause in clauses for term in _terms(clause)}) > 1:
            condition += " AND video IN (SELECT video FROM postings WHERE term = ?)"
            values = [*values, driving]
        for clause in clauses:
            if len(clause.columns) < len(COLUMNS) and not any(phrase.goes_on for phrase in clause.phrases):
                condition += " AND video IN (SELECT video FROM postings WHERE term = ANY(?) AND columns & ? <> 0)"
                values = [*values, sorted(_terms(clause)), postings.bits_of(clause.columns)]
        return condition, values

    def _matching(self, clauses: Sequence[Clause], condition: Condition) -> IdArray:
        """The moments that match all clauses, in order."""
        found = _read(self._db, [phrase for clause in clauses for phrase in clause.phrases], condition)
        self._read += [term for terms in found.values() for term in terms]
        places = {phrase: _start(terms) for phrase, terms in found.items()}
        return reduce(_in_both, [_matching(clause, places) for clause in clauses])

    def _of_videos_with(self, moments: IdArray) -> Condition:
        """A condition that leaves the videos of moments that were found."""
        videos = [np.unique(found.videos[_among(found.moments, moments)]) for found in self._read]
        # Not "= ANY(?)": each part of the table would be asked for each of the videos.
        return " AND video IN (SELECT unnest(?::bigint[]))", [np.unique(np.concatenate(videos)).tolist()]

    def _lengths(self, moments: IdArray, condition: Condition) -> IdArray:
        """How many tokens each of ``moments`` has."""
        found = postings.places(self._db, [EVERY_MOMENT], *condition)[EVERY_MOMENT].places
        index = np.minimum(np.searchsorted(postings.each_moment_of(found), moments), len(found) - 1)
        return postings.lengths_of(found[index])

    def _moments_with(self, phrase: TermPhrase, columns: Sequence[str]) -> int:
        """How many moments of the whole library have a phrase in some columns."""
        if len(phrase.terms) == 1 and not phrase.goes_on and len(columns) == len(COLUMNS):
            return self._moments_of_term(phrase.terms[0])
        places = _start(_read(self._db, [phrase], _EVERYWHERE)[phrase])
        return len(postings.moments_of(postings.in_columns(places, columns)))

    def _moments_of_term(self, term: str) -> int:
        return self._frequencies.get(term, Frequency(0, 0)).moments


def _matching(clause: Clause, places: Mapping[TermPhrase, TermPlaces]) -> IdArray:
    found = [postings.moments_of(postings.in_columns(places[phrase], clause.columns)) for phrase in clause.phrases]
    return reduce(_in_both, found) if clause.every else np.unique(np.concatenate(found))


def _in_both(one: IdArray, other: IdArray) -> IdArray:
    return np.intersect1d(one, other, assume_unique=True)


def _counts(places: TermPlaces, columns: Sequence[str], moments: IdArray) -> Scores:
    """How often a phrase begins in each of ``moments``, by the weight of the columns where it does."""
    found = postings.in_columns(places, columns)
    each = postings.each_moment_of(found)
    there = _among(each, moments)
    weights = np.array(WEIGHTS)[postings.columns_of(found[there])]
    return np.asarray(np.bincount(np.searchsorted(moments, each[there]), weights, minlength=len(moments)), np.float64)


def _terms(clause: Clause) -> set[str]:
    return {term for phrase in clause.phrases for term in phrase.terms}


def _among(some: IdArray, moments: IdArray) -> NDArray[np.bool_]:
    """Which of ``some`` are among ``moments``, which are sorted."""
    return np.equal(moments[np.minimum(np.searchsorted(moments, some), len(moments) - 1)], some)


def _whole_terms(phrase: TermPhrase) -> tuple[str, ...]:
    """The terms of a phrase that do not go on."""
    return phrase.terms[:-1] if phrase.goes_on else phrase.terms


def _read(
    db: PostgresDatabase, phrases: Sequence[TermPhrase], condition: Condition
) -> Mapping[TermPhrase, list[PlacesFound]]:
    """The places of each term of ``phrases``."""
    found = postings.places(db, {term for phrase in phrases for term in _whole_terms(phrase)}, *condition)
    return {
        phrase: [
            *(found.get(term, _NOWHERE) for term in _whole_terms(phrase)),
            *(postings.places_of_longer(db, term, *condition) for term in phrase.terms[-1:] if phrase.goes_on),
        ]
        for phrase in phrases
    }


def _start(found: Sequence[PlacesFound]) -> TermPlaces:
    """Where a phrase begins, from the places of its terms. One without terms is nowhere."""
    return postings.side_by_side([term.places for term in found]) if found else _NOWHERE.places
