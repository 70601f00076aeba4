"""All that a library keeps, as rows that are the same whatever it is kept in: what a copy is made from and compared by.

Not among it is what is made from the rest (an index, a cache), what is only on its way (jobs that have not ended, and
what is of them; files that are not whole), and which numbers were given last.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from passerby.store.records.base import RecordTable

KeptValue = int | float | str | bytes | None
KeptRow = tuple[KeptValue, ...]

# What is not copied of a table is on its way: a condition on its rows, in the SQL of any store.
SETTLED = {"jobs": "status IN ('done', 'failed', 'cancelled')", "files": "ready = 1"}
# Tables of the same kind, and those in which a store keeps what it has still to do.
PASSING = frozenset(
    [
        "state",
        "deliveries",
        "declined",
        "leases",
        "mails",
        "quarantine",
        "discarded",
        "share_visits",
        "unerased",
        "unerased_vectors",
    ]
)
# Names of files are bytes here, as file systems have them.
FILE_NAMES = frozenset([("videos", "name"), ("videos", "path"), ("paths", "name"), ("paths", "path")])
CONTENT = "content"  # the column of what a record keeps outside of its row, wherever that is
_ORDER = ("result", "moment", "number", "id")  # columns by which rows are in order, before all others


@dataclass(frozen=True, slots=True)
class LastNumbers:
    """The numbers that were given last, which are never given again, and the end of the log."""

    moment: int
    job: int
    token: int
    share: int
    log_count: int
    log_head: str


class KeptRows(Protocol):
    """The rows of an open library. Every method raises StoreError, as those of Store do."""

    def still(self) -> AbstractContextManager[None]:
        """What is read in the block is how it was at one moment, whoever writes meanwhile."""

    def tables(self) -> Mapping[str, Sequence[str]]:
        """The columns of each table, in the order of their names; what a table refers to comes before it."""

    def count(self, table: str) -> int:
        """How many rows a table has."""

    def rows(self, table: str) -> Iterator[KeptRow]:
        """All rows of a table, with its columns as ``tables`` has them, in the order of ``in_order``."""

    def put(self, table: str, rows: Sequence[KeptRow]) -> None:
        """Add rows, all or none. Those of one result are given together."""

    def last_numbers(self) -> LastNumbers: ...

    def settle(self, last: LastNumbers) -> None:
        """After all rows were put: go on from these numbers, and make what is made from the rest."""


def in_order(columns: Sequence[str]) -> list[str]:
    """The columns in the order in which they sort the rows of their table."""
    first = [column for column in _ORDER if column in columns]
    return [*first, *(column for column in columns if column not in first)]


def record_columns(table: RecordTable[Any]) -> list[str]:
    """The columns of the table of a kind of records, in the order of their names."""
    if table.is_unit:
        owner = ["id", "result", "video", "number"]
    elif table.of == "video":
        owner = ["result"] if table.is_single else ["result", "number"] if table.is_numbered else ["id", "result"]
    else:
        owner = ["moment", "result"] if table.is_single else ["id", "moment", "result"]
    return sorted([*owner, *table.columns, *[CONTENT] * (table.blob is not None)])
