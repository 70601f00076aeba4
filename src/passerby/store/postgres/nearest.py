"""Nearest vectors: by the indexes of segments (vector_indexes.py), and by a scan of those that have none.

An index finds nearly all of the nearest. With a filter it goes on (pgvector's iterative scan) until there are enough
that the filter leaves; what few moments are left by a filter are compared one by one, since an index would find next to
none of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from passerby.records import Floats
from passerby.store.postgres import vector_indexes
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.halfvecs import halfvec
from passerby.store.postgres.migrations import SEGMENT
from passerby.store.postgres.narrowing import Condition, in_videos, of_each, some_moments
from passerby.store.postgres.vector_indexes import segment_of
from passerby.store.records.arrays import pack
from passerby.store.search import EVERYWHERE, Narrow

# Of moments that a filter leaves so many are compared one by one: that takes no longer than a search in indexes that
# have to leave out others.
SCANNED = 10_000
# Beyond so many hits (pgvector's greatest ef_search) an index finds too few.
MOST_OF_INDEX = 1000
_LEAST_EFFORT = 100  # ef_search in each segment, of which the recall depends: benchmarks/postgres.py has a table
_MORE = 20  # hits of a segment beyond its share

NearestFound = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class NearestQuery:
    """What is asked: see SearchIndex.nearest. ``narrow`` says nothing in words."""

    table: str
    vector: Floats
    limit: int
    allowed: Collection[int] | None
    least_cosine: float
    narrow: Narrow

    @property
    def length(self) -> int:
        return len(self.vector)

    @property
    def filter(self) -> Condition:
        """The condition that a row ``asked`` of the table is not left out."""
        return _with_allowed(_of_narrow(self.narrow), self.allowed)

    def filters(self, parts: Sequence[str]) -> list[Condition]:
        """The same for each of these parts: one with many allowed moments is told of those that it has."""
        condition = _of_narrow(self.narrow)
        if self.allowed is None:
            return [condition] * len(parts)
        allowed = np.fromiter(self.allowed, np.int64, len(self.allowed))
        segments = allowed // SEGMENT
        return [_with_allowed(condition, allowed[segments == segment_of(part)].tolist()) for part in parts]


def nearest(db: PostgresDatabase, asked: NearestQuery) -> NearestFound:
    """See SearchIndex.nearest."""
    if asked.limit < 1:
        return []
    few = _few(db, asked)
    if few is not None:
        return _of_few(db, asked, few)
    segments = vector_indexes.segments(db, asked.table, asked.length)
    if asked.limit > MOST_OF_INDEX:
        return _scanned(db, asked, [*segments.indexed, *segments.scanned])
    found = _by_indexes(db, asked, segments.indexed)
    if len(found) < asked.limit and asked.filter[0]:  # the indexes gave up before there were enough
        found = _scanned(db, asked, segments.indexed)
    best = sorted({*found, *_scanned(db, asked, segments.scanned)}, key=lambda hit: (-hit[1], hit[0]))
    return [hit for hit in best if hit[1] >= asked.least_cosine][: asked.limit]


def _few(db: PostgresDatabase, asked: NearestQuery) -> Collection[int] | None:
    """The moments that are not left out, if they are few."""
    if asked.allowed is not None and len(asked.allowed) <= SCANNED:
        if asked.narrow == EVERYWHERE or not asked.allowed:
            return asked.allowed
        return {*asked.allowed} & {*some_moments(db, asked.narrow)}
    if asked.narrow == EVERYWHERE:
        return None
    found = some_moments(db, asked.narrow, SCANNED + 1)
    if len(found) > SCANNED:
        return None
    return {*found} if asked.allowed is None else {*found} & {*asked.allowed}


def _of_few(db: PostgresDatabase, asked: NearestQuery, moments: Collection[int]) -> NearestFound:
    """The nearest of these moments, compared one by one.

    They are materialised, so that the planner takes no index in this order. Rounding to float16 may have made a vector
    a little longer.
    """
    if not moments:
        return []
    scan = (
        "WITH compared AS MATERIALIZED ("
        f"SELECT asked.moment, {_COSINE} AS cosine FROM unnest(?::bigint[]) AS few (moment) CROSS JOIN LATERAL "
        # With a limit, so that the planner does not read the whole table instead.
        f"(SELECT moment, vector FROM {asked.table} WHERE moment = few.moment AND vector_dims(vector) = ? LIMIT 1) "
        "AS asked) SELECT moment, cosine FROM compared WHERE cosine >= ?::float4 ORDER BY cosine DESC, moment LIMIT ?"
    )
    return db.rows(scan, [_half(asked), list(moments), asked.length, asked.least_cosine, asked.limit])


def _scanned(db: PostgresDatabase, asked: NearestQuery, parts: Sequence[str]) -> NearestFound:
    """The nearest of these parts of the table, all compared one by one; what is left out is, from the nearest on."""
    if not parts:
        return []
    condition, values = asked.filter
    scans = [
        f"SELECT video, moment, {_COSINE} AS cosine FROM {part} WHERE vector_dims(vector) = {asked.length}"
        for part in parts
    ]
    return db.rows(
        f"WITH compared AS MATERIALIZED ({' UNION ALL '.join(scans)}) "
        "SELECT moment, cosine FROM (SELECT * FROM compared WHERE cosine >= ?::float4 ORDER BY cosine DESC, moment) "
        f"AS asked WHERE true {condition} ORDER BY cosine DESC, moment LIMIT ?",
        [*[_half(asked)] * len(parts), asked.least_cosine, *values, asked.limit],
    )


def _by_indexes(db: PostgresDatabase, asked: NearestQuery, parts: Sequence[str]) -> NearestFound:
    """Nearly all of the nearest of these parts of the table, which have indexes.

    Each part is asked for its share of them and a few more; again for all, if its last one is among the best of all.
    """
    if not parts:
        return []
    share = min(asked.limit, 2 * asked.limit // len(parts) + _MORE)
    found = dict(zip(parts, _of_each_index(db, asked, parts, share), strict=True))
    if share < asked.limit:
        best = sorted((cosine for hits in found.values() for _, cosine in hits), reverse=True)
        least = best[asked.limit - 1] if len(best) >= asked.limit else -1.0
        again = [part for part, hits in found.items() if len(hits) == share and hits[-1][1] >= least]
        found.update(zip(again, _of_each_index(db, asked, again, asked.limit), strict=True))
    return [hit for hits in found.values() for hit in hits]


def _of_each_index(db: PostgresDatabase, asked: NearestQuery, parts: Sequence[str], limit: int) -> list[NearestFound]:
    """What each index finds, from the nearest on."""
    if not parts:
        return []
    as_indexed, filters = vector_indexes.as_indexed(asked.length), asked.filters(parts)
    searches = [
        f"(SELECT {number} AS part, moment, least(-({as_indexed} <#> ?), 1)::float4 AS cosine FROM {part} AS asked "
        f"WHERE vector_dims(vector) = {asked.length} {condition} ORDER BY {as_indexed} <#> ? LIMIT ?)"
        for number, (part, (condition, _)) in enumerate(zip(parts, filters, strict=True))
    ]
    values = [value for _, told in filters for value in (_half(asked), *told, _half(asked), limit)]
    effort = min(max(limit, _LEAST_EFFORT), MOST_OF_INDEX)
    with db.transaction():
        db.rows(f"SET LOCAL hnsw.ef_search = {effort}")
        db.rows("SET LOCAL hnsw.iterative_scan = relaxed_order")
        db.rows("SET LOCAL enable_seqscan = off")  # the planner does not know what a comparison of vectors costs
        rows = db.rows(" UNION ALL ".join(searches), values)
    found: list[NearestFound] = [[] for _ in parts]
    for part, moment, cosine in sorted(rows, key=lambda row: -row[2]):
        found[part].append((moment, cosine))
    return found


_COSINE = "least(greatest(-(vector <#> ?), -1), 1)::float4"


def _of_narrow(narrow: Narrow) -> Condition:
    """A condition on a row ``asked``, looked at row by row: a filter must not take away the order of an index."""
    videos, numbers = in_videos(narrow, "asked.video")
    condition, values = of_each(narrow)
    return videos + condition, [*numbers, *values]


def _with_allowed(condition: Condition, allowed: Collection[int] | None) -> Condition:
    if allowed is None:
        return condition
    # The sum hides from the planner that there is an index of moments: it would take that, for each one of many.
    return f"{condition[0]} AND asked.moment + 0 = ANY(?::bigint[])", [*condition[1], list(allowed)]


def _half(asked: NearestQuery) -> object:
    return halfvec(pack(asked.vector, "<f2"))
