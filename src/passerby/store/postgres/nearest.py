"""Nearest vectors: exact by a scan, or by an index where there are many (vector_indexes.py).

An index is over the moments up to one; the newer ones are scanned. It finds nearly all of the nearest. What it is asked
with a filter, it is asked again without (pgvector's iterative scan) until there are enough, and what few moments are
left by a filter are scanned, since an index would find next to none of them.
"""

from collections.abc import Collection
from dataclasses import dataclass

from passerby.records import Floats
from passerby.store.postgres import vector_indexes
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.halfvecs import halfvec
from passerby.store.postgres.narrowing import Condition
from passerby.store.records.arrays import pack

# Of moments that a filter leaves so many are scanned: a scan of them takes no longer than a search in an index that has
# to leave out others.
SCANNED = 20_000
# Beyond so many hits (pgvector's greatest ef_search) an index finds too few.
MOST_OF_INDEX = 1000
_LEAST_EFFORT = 200  # ef_search, of which the recall depends: benchmarks/postgres.py has a table

NearestFound = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class NearestQuery:
    """What is asked: see SearchIndex.nearest."""

    table: str
    vector: Floats
    limit: int
    allowed: Collection[int] | None
    least_cosine: float

    @property
    def length(self) -> int:
        return len(self.vector)


def nearest(db: PostgresDatabase, asked: NearestQuery) -> NearestFound:
    """See SearchIndex.nearest."""
    if asked.limit < 1 or (asked.allowed is not None and not asked.allowed):
        return []
    last = vector_indexes.last_indexed(db, asked.table, asked.length)
    is_selective = asked.allowed is not None and len(asked.allowed) <= SCANNED
    if last is None or is_selective or asked.limit > MOST_OF_INDEX:
        return _scanned(db, asked, "", [])
    found = _by_index(db, asked, last)
    if asked.allowed is not None and len(found) < asked.limit:  # it gave up before there were enough
        return _scanned(db, asked, "", [])
    newer = _scanned(db, asked, "AND moment > ?", [last])
    best = sorted({*found, *newer}, key=lambda hit: (-hit[1], hit[0]))
    return [hit for hit in best if hit[1] >= asked.least_cosine][: asked.limit]


def _scanned(db: PostgresDatabase, asked: NearestQuery, condition: str, values: list[object]) -> NearestFound:
    """The nearest of all vectors that a condition leaves, compared one by one.

    They are materialised, so that the planner takes no index in this order. Rounding to float16 may have made a vector
    a little longer.
    """
    among, allowed = _among(asked)
    cosine = "least(greatest(-(vector <#> ?), -1), 1)::float4"
    scan = (
        f"WITH scanned AS MATERIALIZED (SELECT moment, {cosine} AS cosine FROM {asked.table} "
        f"WHERE vector_dims(vector) = ? {condition} {among}) "
        "SELECT moment, cosine FROM scanned WHERE cosine >= ?::float4 ORDER BY cosine DESC, moment LIMIT ?"
    )
    return db.rows(scan, [_half(asked.vector), asked.length, *values, *allowed, asked.least_cosine, asked.limit])


def _by_index(db: PostgresDatabase, asked: NearestQuery, last: int) -> NearestFound:
    """Nearly all of the nearest of those up to the ``last`` moment of the index."""
    # The sum hides from the planner that there is an index of moments: it would take that, for each one of many.
    among = "" if asked.allowed is None else "AND moment + 0 = ANY(?::bigint[])"
    allowed = [] if asked.allowed is None else [list(asked.allowed)]
    as_indexed = vector_indexes.as_indexed(asked.length)
    effort = min(max(2 * asked.limit, _LEAST_EFFORT), MOST_OF_INDEX)
    with db.transaction():
        db.rows(f"SET LOCAL hnsw.ef_search = {effort}")
        db.rows("SET LOCAL hnsw.iterative_scan = relaxed_order")
        db.rows("SET LOCAL enable_seqscan = off")  # the planner does not know what a comparison of vectors costs
        return db.rows(
            f"SELECT moment, least(-({as_indexed} <#> ?), 1)::float4 FROM {asked.table} "
            f"WHERE vector_dims(vector) = {asked.length} AND moment <= {last} {among} "
            f"ORDER BY {as_indexed} <#> ? LIMIT ?",
            [_half(asked.vector), *allowed, _half(asked.vector), asked.limit],
        )


def _among(asked: NearestQuery) -> Condition:
    if asked.allowed is None:
        return "", []
    return "AND moment IN (SELECT unnest(?::bigint[]))", [list(asked.allowed)]


def _half(vector: Floats) -> object:
    return halfvec(pack(vector, "<f2"))
