"""A library as another library has it: copied row by row, compared row by row, and taken up again where it ended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from passerby.errors import StoreError
from passerby.store.file_transfer import transfer_files
from passerby.store.kept_rows import KeptRow, KeptRows
from passerby.store.library import Store

_TOGETHER = 2000  # rows that are put at once, or a few more

OnRows = Callable[[str, int, int], None]  # the table, how many of its rows are there, and how many there are


@dataclass(frozen=True, slots=True)
class Transferred:
    """What a copy has."""

    videos: int
    rows: int
    added: int  # of the rows, now; the others were there from before
    files: int


def transfer(source: Store, target: Store, on_progress: OnRows) -> Transferred:
    """Make ``target`` keep what ``source`` keeps, and compare all of it.

    What is there from an earlier try stays. Raises StoreError, and changes nothing more, where ``target`` has
    something else, or the two are not equal in the end.
    """
    copied, kept = source.kept_rows, target.kept_rows
    with copied.still():
        tables = kept.tables()
        _require_same_tables(copied, kept)
        added = sum(_complete(copied, kept, table, on_progress) for table in tables)
        last = copied.last_numbers()
        kept.settle(last)
        rows = sum(_compare(copied, kept, table) for table in tables)
        if kept.last_numbers() != last:
            raise StoreError("the copy does not go on with the numbers of its original; remove it and copy again")
        return Transferred(copied.count("videos"), rows, added, transfer_files(source, target))


def _require_same_tables(source: KeptRows, target: KeptRows) -> None:
    one, other = source.tables(), target.tables()
    if {name: list(columns) for name, columns in one.items()} != {
        name: list(columns) for name, columns in other.items()
    }:
        different = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
        raise StoreError(
            f"expected two libraries with the same tables, found others ({', '.join(different)}): open both with the "
            "same version of Passerby first"
        )


def _complete(source: KeptRows, target: KeptRows, table: str, on_progress: OnRows) -> int:
    """Add the rows that a table lacks; how many. Raises StoreError if those that it has are not the first of them."""
    total, there = source.count(table), target.count(table)
    rows = source.rows(table)
    if there:
        for wanted, found in zip_longest(_first(rows, there), target.rows(table)):
            if wanted != found:
                raise StoreError(
                    f"expected an empty library to copy to, or an unfinished copy of this one, found other {table} "
                    "there; choose another, or remove it first"
                )
    on_progress(table, there, total)
    done = there
    for batch in _batches(rows, source.tables()[table]):
        target.put(table, batch)
        done += len(batch)
        on_progress(table, done, total)
    return done - there


def _compare(source: KeptRows, target: KeptRows, table: str) -> int:
    """How many rows a table has. Raises StoreError if it is not the same in both."""
    count = 0
    for wanted, found in zip_longest(source.rows(table), target.rows(table)):
        if wanted != found:
            raise StoreError(
                f"row {count + 1} of {table} is not the same in the copy; remove the copy and copy again, while nobody "
                "uses it"
            )
        count += 1
    return count


def _first(rows: Iterator[KeptRow], count: int) -> Iterator[KeptRow]:
    for _, row in zip(range(count), rows, strict=False):
        yield row


def _batches(rows: Iterator[KeptRow], columns: Sequence[str]) -> Iterator[list[KeptRow]]:
    """The rows, many at once, those of one result never apart."""
    batch = list[KeptRow]()
    if "result" in columns:
        at = columns.index("result")
        groups: Iterator[list[KeptRow]] = (list(group) for _, group in groupby(rows, lambda row: row[at]))
    else:
        groups = ([row] for row in rows)
    for group in groups:
        batch += group
        if len(batch) >= _TOGETHER:
            yield batch
            batch = []
    if batch:
        yield batch
