"""How a kind of record is kept, whatever a library is kept in: what its file has to say."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from passerby.times import Span

R = TypeVar("R")
# "vector": float16, little-endian, of length 1; those of one table can be compared.
ColumnType = Literal["integer", "real", "text", "blob", "vector"]
CellValue = int | float | str | bytes
# When each moment of a video is, by the moment's id, in order.
MomentSpans = Mapping[int, Span]
# Where in the index of words lines can be: what people saw, what models guess, what is written, said, or measured.
WordColumn = Literal["text", "speech", "cues"]


@dataclass(frozen=True, slots=True)
class Lines(Generic[R]):
    """What records say in words: the lines of each moment, in order, from all records of a video."""

    column: WordColumn
    say: Callable[[Sequence[R], MomentSpans], Mapping[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Shared(Generic[R]):
    """One text that all records of a result have in common, in a table of its own."""

    table: str
    column: str
    text: Callable[[R], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTable(Generic[R]):
    """A kind of record and its table. A row has ``columns``, and what says whose it is.

    Records of the video are kept in the order in which they are given. Those of moments have the index of theirs in
    their field ``moment``, which is no column, and comes first when one is made from its row.
    """

    kind: type[R]
    name: str  # of the table
    columns: Mapping[str, ColumnType]
    to_row: Callable[[R], tuple[CellValue, ...]]
    from_row: Callable[..., R]  # from the columns
    of: Literal["video", "moment"]
    is_single: bool = False  # whether a video, or a moment, has one at most
    is_numbered: bool = False  # whether a row says which of the video's it is
    is_unit: bool = False  # whether these are the moments
    blob: Callable[[R], bytes] | None = None  # kept outside of the table; last when a record is made from its row
    shared: Shared[R] | None = None  # last when a record is made from its row
    labels: Callable[[Sequence[R], MomentSpans], Mapping[tuple[int, str], float]] | None = None  # with their scores
    lines: Lines[R] | None = None
    doubts: Callable[[R, Span], set[str]] | None = None  # why a stretch of the video, or some of it, is not described
    silent_stages: tuple[str, ...] = ()  # of which no row means that nothing was found, whatever the moments are


@dataclass(frozen=True, slots=True)
class ColumnPart:
    """So many bytes of a column from the ``first`` on, from its end if that is negative; all of it with no length."""

    column: str
    first: int = 0
    length: int | None = None


@dataclass(frozen=True, slots=True)
class RecordView(Generic[R]):
    """What is read of records of which not all is wanted, and that are long."""

    kind: type[R]
    table: RecordTable[Any]
    parts: tuple[ColumnPart, ...]
    from_row: Callable[..., R]


def moments_within(spans: MomentSpans) -> Callable[[int, int], list[int]]:
    """What finds the moments that have any time (pts) from a first to a last one, both included.

    >>> moments_within({7: Span(0, 10), 8: Span(10, 20), 9: Span(20, 30)})(10, 20)
    [8, 9]
    """
    moments, starts, ends = [*spans], [span.start for span in spans.values()], [span.end for span in spans.values()]
    return lambda first, last: moments[bisect_right(ends, first) : bisect_right(starts, last)]
